import type { CodeRanges } from "./code-ranges";
import { assertion, type SyntaxTree } from "./syntax-tree";

const assertionText: Readonly<Record<number, string>> = {
  [assertion.textStart]: "\\A",
  [assertion.textEnd]: "\\z",
  [assertion.lineStart]: "(?m:^)",
  [assertion.lineEnd]: "(?m:$)",
  [assertion.wordBoundary]: "\\b",
  [assertion.notWordBoundary]: "\\B",
};

/** Returns an RE2 pattern with the same matches as a tree. */
export function writeTree(tree: SyntaxTree): string {
  switch (tree.kind) {
    case "empty":
      return "(?:)";
    case "chars":
      return writeRanges(tree.ranges);
    case "byte":
      return "\\C";
    case "assert":
      return assertionText[tree.condition]!;
    case "sequence":
      return tree.items.map((item) => (item.kind === "choice" ? `(?:${writeTree(item)})` : writeTree(item))).join("");
    case "choice":
      return tree.items.map(writeTree).join("|");
    case "repeat": {
      const item = writeTree(tree.item);
      const single = tree.item.kind === "chars" || tree.item.kind === "byte";
      return (single ? item : `(?:${item})`) + writeCount(tree.min, tree.max);
    }
  }
}

function writeCount(min: number, max: number): string {
  if (max < 0) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writeRanges(ranges: CodeRanges): string {
  if (ranges.length === 2 && ranges[0] === ranges[1]) return writeCode(ranges[0]!);
  if (ranges.length === 0) return "[^\\x00-\\x{10FFFF}]";
  let text = "[";
  for (let i = 0; i < ranges.length; i += 2) {
    text += writeCode(ranges[i]!) + (ranges[i]! === ranges[i + 1]! ? "" : `-${writeCode(ranges[i + 1]!)}`);
  }
  return `${text}]`;
}

function writeCode(code: number): string {
  const char = String.fromCodePoint(code);
  if (/[A-Za-z0-9_]/.test(char)) return char;
  return code > 0x20 && code < 0x7f ? `\\${char}` : code === 0x20 ? " " : `\\x{${code.toString(16).toUpperCase()}}`;
}
