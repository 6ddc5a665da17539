import { refuse } from "./parse-error";
import { peek, type SourceReader } from "./source-reader";
import type { TextTree } from "./syntax-tree";

export interface RepeatCount {
  readonly min: number;
  /** -1: without end. */
  readonly max: number;
}

/** RE2 takes a count with leading zeros, or with ten digits and more, for plain text. */
const countSyntax = /\{(0|[1-9]\d{0,8})(?:(,)(0|[1-9]\d{0,8})?)?\}/y;

/** Reads `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}` and a `?` after it; undefined (and nothing read) when none stands there. */
export function parseRepeatCount(reader: SourceReader, maxRepeat: number): RepeatCount | undefined {
  const count = readCount(reader, maxRepeat);
  if (count !== undefined && peek(reader) === "?") reader.at++;
  return count;
}

function readCount(reader: SourceReader, maxRepeat: number): RepeatCount | undefined {
  const c = peek(reader);
  if (c === "*" || c === "+" || c === "?") {
    reader.at++;
    return { min: c === "+" ? 1 : 0, max: c === "?" ? 1 : -1 };
  }
  if (c !== "{") return undefined;
  countSyntax.lastIndex = reader.at;
  const match = countSyntax.exec(reader.text);
  if (match === null) return undefined;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === undefined ? -1 : Number(match[3]);
  if (min > maxRepeat || max > maxRepeat)
    refuse(reader.at, `repetition \`${match[0].slice(0, 40)}\` is above ${maxRepeat}`);
  if (max >= 0 && min > max) refuse(reader.at, `repetition \`${match[0]}\` has its bounds the wrong way round`);
  reader.at += match[0].length;
  return { min, max };
}

/** Returns what is left of `budget` when it is divided by every count on the deepest way down; 0 means too much. */
export function repeatBudget(tree: TextTree, budget: number): number {
  switch (tree.kind) {
    case "repeat": {
      const count = Math.max(tree.max, tree.min);
      const left = count > 0 ? Math.floor(budget / count) : budget;
      return left === 0 ? 0 : repeatBudget(tree.item, left);
    }
    case "sequence":
    case "choice":
      return tree.items.reduce((least, item) => Math.min(least, repeatBudget(item, budget)), budget);
    default:
      return budget;
  }
}
