import { compileSet, includes } from "../match/index";

/**
 * Whether every name that the narrow glob names is named by one of the wide ones. Undefined when that cannot be told
 * within bounds. Never throws.
 */
export function globsInclude(wide: readonly string[], narrow: string): boolean | undefined {
  return patternsInclude(
    wide.map((glob) => ({ source: `^(?:${globSource(glob)})$`, flags: "s" })),
    { source: `^(?:${globSource(narrow)})$`, flags: "s" },
  );
}

/** Own patterns of a rule (phrases, or `re:` and a pattern), compared as texts that they match. */
export function ownPatternsInclude(wide: readonly string[], narrow: string): boolean | undefined {
  return patternsInclude(wide.map(ownSource), ownSource(narrow));
}

interface Written {
  readonly source: string;
  readonly flags: string;
}

function patternsInclude(wide: readonly Written[], narrow: Written): boolean | undefined {
  if (wide.length === 0) return false;
  const wideSet = compileSet(wide.map((pattern, index) => ({ id: String(index), ...pattern })));
  const narrowSet = compileSet([{ id: "narrow", ...narrow }]);
  if (!wideSet.ok || !narrowSet.ok) return undefined;
  const { answer } = includes(wideSet.set, narrowSet.set);
  return answer === "unknown" ? undefined : answer === "yes";
}

/** `*` is any run of characters, `?` one, `\` takes the next as it is (SPECIFICATION P-11). */
function globSource(glob: string): string {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else source += quote(char === "\\" ? (glob[++at] ?? "\\") : char);
  }
  return source;
}

function ownSource(pattern: string): Written {
  if (pattern.startsWith("re:")) return { source: pattern.slice(3), flags: "" };
  return { source: pattern.trim().split(/\s+/).map(quote).join("\\s+"), flags: "i" };
}

const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
