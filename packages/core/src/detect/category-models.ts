import { learnedModels } from "../gen/detectors";
import { loadAscii, blockLength as mostLoaded } from "../match/ascii-block";
import { countReached, type LearnedModel, marginOf, maxBlocks } from "./learned";
import { blockLength, createBucketReader } from "./learned-features";
import { placeWeights, readWeights } from "./learned-models";
import { countCodePoints, moveCodePoints } from "./offsets";

const prefix = "moderation_";

/** Reads the scores of a text, one for each model. */
type ReadScores = (text: string) => readonly number[];

/** Models with as many buckets, whose features are read once. */
interface Joint {
  readonly categories: readonly string[];
  readonly read: ReadScores;
}

let known: readonly Joint[] | undefined;

/** The scores, 0-100, that the models of moderation give a text, by category. Weights are decoded at the first use. */
export function scoreCategories(text: string, take: (category: string, score: number) => void): void {
  known ??= joinModels();
  for (const { categories, read } of known) {
    const scores = read(text);
    for (let i = 0; i < categories.length; i++) take(categories[i]!, scores[i]!);
  }
}

function joinModels(): Joint[] {
  const data = learnedModels.filter(({ name }) => name.startsWith(prefix));
  return [...new Set(data.map(({ bits }) => bits))].map((bits) => {
    const models = data
      .filter((one) => one.bits === bits)
      .map((one) => ({ ...one, weights: placeWeights(readWeights(one.weights, one.weightBits), one) }));
    return { categories: models.map(({ name }) => name.slice(prefix.length)), read: createJointReader(models) };
  });
}

/** Several models with as many buckets, which is as they score by themselves (T-46): the features of a text are read once for all. */
export function createJointReader(models: readonly LearnedModel[]): ReadScores {
  const size = models.length;
  const scores: number[] = models.map(() => 0);
  const bits = models[0]?.bits ?? 0;
  if (size === 0) return () => scores;
  const readFeatures = createBucketReader(bits);
  const { find, weights, width } = placeTogether(models, bits);
  let own = new Int32Array(size);
  let last = new Int32Array(size);
  const best = new Float64Array(size);
  return (text) => {
    scores.fill(0);
    if (text === "") return scores;
    const isLoaded = text.length <= mostLoaded && loadAscii(text, 0, text.length);
    best.fill(Number.NEGATIVE_INFINITY);
    let lastCount = 0;
    const readBlocks = (from: number, to: number): void => {
      for (let start = from; start < to; ) {
        const end = Math.min(to, isLoaded ? start + blockLength : moveCodePoints(text, start, blockLength));
        const { buckets, count } = readFeatures(text, start, end, isLoaded);
        own.fill(0);
        for (let i = 0; i < count; i++) {
          const place = find(buckets[i]!) * width;
          if (place === 0) continue;
          for (let at = 0; at < size; at++) own[at] = own[at]! + weights[place + at]!;
        }
        const isJoined = start > from;
        for (let at = 0; at < size; at++) {
          const sum = isJoined ? own[at]! + last[at]! : own[at]!;
          const margin = marginOf(sum, isJoined ? count + lastCount : count, models[at]!.bias);
          if (margin > best[at]!) best[at] = margin;
        }
        lastCount = count;
        [own, last] = [last, own];
        start = end;
      }
    };
    const reach = (maxBlocks / 2) * blockLength;
    const isLong = text.length > 2 * reach && countCodePoints(text, 0, text.length) > 2 * reach;
    readBlocks(0, isLong ? moveCodePoints(text, 0, reach) : text.length);
    if (isLong) readBlocks(moveCodePoints(text, text.length, -reach), text.length);
    for (let at = 0; at < size; at++) scores[at] = countReached(models[at]!.cuts, best[at]!);
    return scores;
  };
}

/** Weights of one bucket have at least so many places. */
const leastWidth = 8;

/**
 * The weights that are not nothing, those of one bucket side by side, and where each bucket's stand: what most texts touch is small
 * enough to stay near. The first place is that of all buckets that weigh nothing.
 */
function placeTogether(models: readonly LearnedModel[], bits: number) {
  const words = Math.max(1, (1 << bits) >>> 5);
  const used = new Int32Array(words);
  const before = new Int32Array(words);
  for (const { weights } of models)
    for (let bucket = 0; bucket < weights.length; bucket++)
      if (weights[bucket] !== 0) used[bucket >>> 5] = used[bucket >>> 5]! | (1 << (bucket & 31));
  let places = 1;
  for (let word = 0; word < words; word++) {
    before[word] = places;
    places += countBits(used[word]!);
  }
  const find = (bucket: number): number => {
    const bit = bucket & 31;
    const word = used[bucket >>> 5]!;
    return (word >>> bit) & 1 ? before[bucket >>> 5]! + countBits(word & ((1 << bit) - 1)) : 0;
  };
  const width = Math.max(leastWidth, models.length);
  const together = new Int8Array(places * width);
  models.forEach(({ weights }, at) => {
    for (let bucket = 0; bucket < weights.length; bucket++)
      if (weights[bucket] !== 0) together[find(bucket) * width + at] = weights[bucket]!;
  });
  return { find, weights: together, width };
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
