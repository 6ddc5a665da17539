import { learnedModels } from "../gen/detectors";
import { createLearnedReader, type LearnedReader, type LearnedScore, noScore } from "./learned";
import type { TakeStretch } from "./learned-stretches";

const readers = new Map<string, LearnedReader>();
const noReader: LearnedReader = { score: () => noScore, readStretches: () => {} };

/**
 * The score of a text by a model that comes with the core (`injection` without a name), 0-100: how likely the text is an
 * attack, as calibrated on texts of sources that were left out of training. Weights are decoded at the first use. A name that
 * no model has scores 0.
 */
export const scoreLearned = (text: string, name = "injection"): LearnedScore => getReader(name).score(text);

/** The margin of each stretch of a text by that model (SPECIFICATION T-68). */
export const readLearnedStretches = (text: string, take: TakeStretch): void =>
  getReader("injection").readStretches(text, take);

function getReader(name: string): LearnedReader {
  const known = readers.get(name);
  if (known) return known;
  const data = learnedModels.find((model) => model.name === name);
  const reader = data
    ? createLearnedReader({ ...data, weights: placeWeights(readWeights(data.weights, data.weightBits), data) })
    : noReader;
  readers.set(name, reader);
  return reader;
}

/** Base64 → signed numbers of 6 or 8 bits, those of 6 times 4; no platform's decoder is needed. */
export function readWeights(base64: string, size = 8): Int8Array {
  const length = ((6 * base64.replace(/=+/, "").length) / size) | 0;
  const bytes = new Int8Array(length);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; at < length; i++) {
    bits = ((bits << 6) | digitOf(base64.charCodeAt(i))) & 0xffff;
    count += 6;
    if (count < size) continue;
    count -= size;
    bytes[at++] = (bits >> count) << (8 - size);
  }
  return bytes;
}

/** The weight of each bucket; those that `gaps` passes over weigh nothing. */
export function placeWeights(
  weights: Int8Array,
  { bits, gaps }: { readonly bits: number; readonly gaps?: string },
): Int8Array {
  if (gaps === undefined) return weights;
  const placed = new Int8Array(1 << bits);
  let bucket = 0;
  let at = 0;
  for (let i = 0; i < gaps.length; i++) {
    const digit = digitOf(gaps.charCodeAt(i));
    bucket += digit;
    if (digit < 63) placed[bucket++] = weights[at++]!;
  }
  return placed;
}

function digitOf(code: number): number {
  if (code >= 97) return code - 71;
  if (code >= 65) return code - 65;
  if (code >= 48) return code + 4;
  return code === 43 ? 62 : 63;
}
