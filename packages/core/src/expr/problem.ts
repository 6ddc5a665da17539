/** What is wrong with an expression, and where; line and column count code points from 1. */
export interface ExprProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
}

/** Stops a parse at the first syntax problem; caught in `parseExpression`, never seen outside. */
export class SyntaxStop extends Error {
  readonly pos: number;
  constructor(pos: number, message: string) {
    super(message);
    this.pos = pos;
  }
}

/** A problem at an offset of the source. Lines end with a line feed. */
export function problemAt(source: string, pos: number, message: string, suggestion?: string): ExprProblem {
  const before = source.slice(0, pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  const place = { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1, message };
  return suggestion === undefined ? place : { ...place, suggestion };
}

/** The candidate nearest to a name, if near enough: at most a third of its letters differ. */
export function suggest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of [...candidates].sort()) {
    if (candidate === name || candidate.length > 64) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}
