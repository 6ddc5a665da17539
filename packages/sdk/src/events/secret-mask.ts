import { type Decision, type Evidence, limits } from "@holdpoint/core";
import { secretKinds } from "../gen/constants";

/** Writes the texts of a decision without the credentials that were found in them. */
export interface SecretMask {
  /** False where more was found than evidence names: then no text of the decision is known to be free of them. */
  readonly isWhole: boolean;
  has(path: string): boolean;
  /** `shown`, which policies may have changed, without what was found in `original`. */
  write(path: string, original: string, shown: string): string;
}

const finders: ReadonlySet<string> = new Set(["secret_leak", "tool_output_scan"]);
const kinds: ReadonlySet<string> = new Set(secretKinds);

/**
 * How texts of a decision are recorded when a policy found credentials in them and masked none (SPECIFICATION S-14);
 * undefined when none was found. Evidence has places in the original text: what stands there is replaced wherever the
 * shown text has it, so that the masks of other policies may have moved it.
 */
export function createSecretMask({ violations }: Decision): SecretMask | undefined {
  const found = violations.filter(({ policyType }) => finders.has(policyType));
  const byPath = new Map<string, Evidence[]>();
  for (const one of found.flatMap(({ evidence }) => evidence)) {
    if (!kinds.has(one.category)) continue;
    const list = byPath.get(one.path);
    if (list) list.push(one);
    else byPath.set(one.path, [one]);
  }
  const isWhole = found.every(({ evidence }) => evidence.length < limits.maxEvidence);
  if (byPath.size === 0 && isWhole) return undefined;
  return {
    isWhole,
    has: (path) => byPath.has(path),
    write(path, original, shown) {
      const places = byPath.get(path);
      if (!places) return shown;
      const points = [...original];
      // The longest first: one may be part of another.
      const sorted = [...places].sort((a, b) => b.end - b.start - (a.end - a.start));
      let text = shown;
      for (const { start, end, category } of sorted) {
        const value = points.slice(start, end).join("");
        const written = `[${category.toUpperCase()}]`;
        // A mask that lies over a part of it leaves the rest.
        if (value === "" || !shown.includes(value)) return written;
        text = text.replaceAll(value, () => written);
      }
      return text;
    },
  };
}
