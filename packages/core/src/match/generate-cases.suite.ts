/** A small generator with a seed, so that a disagreement can be run again. */
export interface CaseSource {
  pattern(depth: number): string;
  text(): string;
  number(below: number): number;
}

const atoms = [
  ..."abcAé日".split(""), "ß", "K", "😀", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ".", "[abc]", "[^a]", "[a-c😀]", "[^\\n]", "\\b", "\\B",
  "^", "$", "\\A", "\\z", "\\p{L}", "\\PN", "\\p{Greek}", "[[:alpha:]]", "σ", "(?i:k)", "(?i:s)", "(?i:σ)", "(?s:.)", "(?m:^)", "(?m:$)",
  "\\n", " ", "\\x{FFFD}", "[^😀]", "\\p{Lu}", "(?i:\\p{Lu})", "[\\W\\d]", "ab", "(?i:abc)",
]; // biome-ignore format: a list
const repeats = ["*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "*?", "+?"];
const letters = [..."abcAkKsxé日本0 9_-\n", "ß", "K", "ſ", "😀", "😁", "σ", "ς", "Σ", "\ufffd"];

export function createCaseSource(seed: number): CaseSource {
  let state = seed >>> 0;
  const number = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const pick = (from: readonly string[]): string => from[number(from.length)]!;
  const pattern = (depth: number): string => {
    const kind = number(10);
    if (depth <= 0 || kind < 3) return pick(atoms);
    if (kind < 6) return Array.from({ length: 1 + number(4) }, () => pattern(depth - 1)).join("");
    if (kind < 8) return `(?:${pattern(depth - 1)}|${pattern(depth - 1)}${number(3) > 0 ? "" : "|"})`;
    return `(?:${pattern(depth - 1)})${pick(repeats)}`;
  };
  const text = (): string => Array.from({ length: number(14) }, () => pick(letters)).join("");
  return { pattern, text, number };
}
