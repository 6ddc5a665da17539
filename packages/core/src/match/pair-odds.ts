import { frequentText } from "./tree-odds";

/** The chance of what follows a letter in no frequent word. */
const otherOdds = 0.004;
/** Units that are not ASCII share so many codes. */
const wideOdds = 1 / 28;
/** The chance that a digit or sign comes again. */
const runOdds = 0.4;

/** A blank is 0, letters follow, then all signs. */
const columnOf = (unit: number): number => (unit === 32 ? 0 : unit > 0x60 ? unit & 31 : 31);
/** How often a row's letter comes at all stands in a column that nothing has. */
const allColumn = 30;

let pairs: Float64Array | undefined;

/** Reads off the most frequent words what follows what. */
function listPairs(): Float64Array {
  const counts = new Float64Array(1024);
  for (let i = 1; i < frequentText.length; i++) {
    const row = columnOf(frequentText.charCodeAt(i - 1)) << 5;
    counts[row | columnOf(frequentText.charCodeAt(i))]!++;
    counts[row | allColumn]!++;
  }
  return counts.map((count, at) => Math.max(otherOdds, count / (counts[(at & ~31) | allColumn]! || 1)));
}

/** Returns roughly the chance that a unit of ordinary text follows another; both are folded by `foldUnit`. */
export function pairOdds(before: number, unit: number): number {
  if (unit > 127) return wideOdds;
  if (unit === before && unit < 0x61) return runOdds;
  pairs ??= listPairs();
  return pairs[(columnOf(before) << 5) | columnOf(unit)]!;
}
