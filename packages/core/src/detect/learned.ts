import { loadAscii, blockLength as mostLoaded } from "../match/ascii-block";
import { blockLength, createFeatureReader } from "./learned-features";
import { readStretches, repeats, type TakeStretch } from "./learned-stretches";
import { countCodePoints, moveCodePoints } from "./offsets";

/** A linear model over hashed features (SPECIFICATION T-45 and following); whole numbers only. */
export interface LearnedModel {
  readonly name: string;
  /** There are `2 ** bits` buckets. */
  readonly bits: number;
  /** One weight for each bucket, -127 to 127. */
  readonly weights: Int8Array;
  readonly bias: number;
  /** Ascending margins; the score is how many of them are reached. */
  readonly cuts: readonly number[];
}

/** Blocks that are looked at: of a longer text the first half and the last half of these. */
export const maxBlocks = 48;

export interface LearnedScore {
  /** 0-100. */
  readonly score: number;
  /** The window with the highest score, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** The greatest margin, and of how many blocks. */
  readonly margin: number;
  readonly blocks: number;
}

export const noScore: LearnedScore = { score: 0, start: 0, end: 0, margin: 0, blocks: 0 };

/** What one model says of texts. Time is bounded whatever their length. */
export interface LearnedReader {
  /** The highest score of all windows. */
  readonly score: (text: string) => LearnedScore;
  /** The margin of each stretch (SPECIFICATION T-68). */
  readonly readStretches: (text: string, take: TakeStretch) => void;
}

/** Code points at each end of a text that are read of one that is longer than both. */
const reach = (maxBlocks / 2) * blockLength;
const isTooLong = (text: string): boolean =>
  text.length > 2 * reach && countCodePoints(text, 0, text.length) > 2 * reach;
const loadWhole = (text: string): boolean => text.length <= mostLoaded && loadAscii(text, 0, text.length);

export function createLearnedReader(model: LearnedModel): LearnedReader {
  const read = createFeatureReader(model.bits, model.weights);
  const marginOfStretch = (sum: number, count: number): number => marginOf(sum, count, model.bias);
  const score = (text: string): LearnedScore => {
    if (text === "") return noScore;
    const isLoaded = loadWhole(text);
    let bestMargin = Number.NEGATIVE_INFINITY;
    let bestStart = 0;
    let bestEnd = 0;
    let lastSum = 0;
    let lastCount = 0;
    let lastStart = -1;
    let lastEnd = -1;
    let blocks = 0;
    const take = (start: number, end: number, joins: boolean): void => {
      let sum = lastSum;
      let count = lastCount;
      // What is written over and over has the same blocks.
      if (lastStart < 0 || !repeats(text, lastStart, lastEnd, start, end))
        ({ sum, count } = read(text, start, end, isLoaded));
      const joined = joins && lastStart >= 0;
      const margin = marginOf(joined ? sum + lastSum : sum, joined ? count + lastCount : count, model.bias);
      if (margin > bestMargin) {
        bestMargin = margin;
        bestStart = joined ? lastStart : start;
        bestEnd = end;
      }
      lastSum = sum;
      lastCount = count;
      lastStart = start;
      lastEnd = end;
      blocks++;
    };
    const isLong = isTooLong(text);
    const headEnd = isLong ? moveCodePoints(text, 0, reach) : text.length;
    for (let start = 0; start < headEnd; ) {
      const end = endOfBlock(text, start, headEnd, isLoaded);
      take(start, end, start > 0);
      start = end;
    }
    if (isLong) {
      let start = moveCodePoints(text, text.length, -reach);
      for (let joins = false; start < text.length; joins = true) {
        const end = endOfBlock(text, start, text.length, isLoaded);
        take(start, end, joins);
        start = end;
      }
    }
    return { score: countReached(model.cuts, bestMargin), start: bestStart, end: bestEnd, margin: bestMargin, blocks };
  };
  return {
    score,
    readStretches: (text, take) => {
      const isLoaded = loadWhole(text);
      const isLong = isTooLong(text);
      const headEnd = isLong ? moveCodePoints(text, 0, reach) : text.length;
      readStretches(text, 0, headEnd, isLoaded, read, marginOfStretch, take);
      if (!isLong) return;
      const tail = moveCodePoints(text, text.length, -reach);
      readStretches(text, tail, text.length, isLoaded, read, marginOfStretch, take);
    },
  };
}

/** Where the block at `start` ends; a rest of so few code units is one block whatever they are. */
const endOfBlock = (text: string, start: number, end: number, isAscii: boolean): number =>
  end - start <= blockLength
    ? end
    : Math.min(end, isAscii ? start + blockLength : moveCodePoints(text, start, blockLength));

/** `floor(4096 · sum / floor(√(256 · count))) + bias`. */
export function marginOf(sum: number, count: number, bias: number): number {
  return count === 0 ? bias : Math.floor((4096 * sum) / Math.floor(Math.sqrt(256 * count))) + bias;
}

/** How many of the ascending cuts a margin reaches. */
export function countReached(cuts: readonly number[], margin: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! <= margin) low = middle + 1;
    else high = middle;
  }
  return low;
}
