import { matchLimits } from "../gen/match-limits";
import { parsePattern } from "../match/parse-pattern";
import type { SyntaxTree } from "../match/syntax-tree";

/** A number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A text that a pattern matches, but for its assertions; printable ASCII where the pattern allows it. */
export function drawMatch(source: string, random: Random): string {
  const parsed = parsePattern(source, "", matchLimits);
  if (!parsed.ok) throw new Error(parsed.message);
  return draw(parsed.pattern.tree, random);
}

function draw(tree: SyntaxTree, random: Random): string {
  switch (tree.kind) {
    case "empty":
    case "assert":
    case "byte":
      return "";
    case "chars":
      return drawChar(tree.ranges, random);
    case "sequence":
      return tree.items.map((item) => draw(item, random)).join("");
    case "choice":
      return draw(tree.items[random(tree.items.length)] ?? { kind: "empty" }, random);
    case "repeat": {
      const most = tree.max < 0 ? tree.min + 8 : Math.min(tree.max, tree.min + 8);
      const times = tree.min + random(most - tree.min + 1);
      return Array.from({ length: times }, () => draw(tree.item, random)).join("");
    }
  }
}

function drawChar(ranges: readonly number[], random: Random): string {
  const allowed: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    for (let code = Math.max(ranges[i] ?? 0, 0x20); code <= Math.min(ranges[i + 1] ?? 0, 0x7e); code++)
      allowed.push(code);
  }
  // Letters and digits before signs: signs end values.
  const plain = allowed.filter((code) => /[A-Za-z0-9]/.test(String.fromCharCode(code)));
  const from = plain.length > 0 ? plain : allowed.length > 0 ? allowed : [ranges[0] ?? 0x20];
  return String.fromCodePoint(from[random(from.length)] ?? 0x20);
}
