import type { Row, Window } from "./rows";

export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface TrainOptions {
  readonly bits: number;
  readonly epochs: number;
  readonly rate: number;
  readonly shrink: number;
  /** A bucket counts when so many rows hold it, and speaks for an attack when one of them is an attack. */
  readonly minRows: number;
  /** Longer rows whose attack is planted among innocent text are left out: they would teach the innocent text. */
  readonly maxPlantedChars: number;
  /** Share of a window's buckets that a lesson leaves out, so that no few of them say it all. */
  readonly dropped: number;
  /** The weights are the mean of those after so many last epochs. */
  readonly averaged: number;
  /** A step grows with this power of how rare a bucket is: `(ln (rows / (1 + its rows)) / 7) ** rarity`. */
  readonly rarity: number;
  /** So many buckets are kept, those with the greatest weight times the root of their rows, and trained again without the rest. */
  readonly kept: number;
}

export const defaultOptions: TrainOptions = {
  bits: 20,
  epochs: 14,
  rate: 0.5,
  shrink: 1e-3,
  minRows: 2,
  maxPlantedChars: 300,
  dropped: 0.3,
  averaged: 5,
  rarity: 1,
  kept: 80_000,
};

/** Attacks that the words of one text do not show: encodings, and what only its purpose makes an attack. */
const untaughtTiers = new Set(["obfuscated", "semantic", "structural_weak"]);

const teaches = (row: Row, { maxPlantedChars }: TrainOptions): boolean => {
  if (!row.isAttack) return true;
  if (untaughtTiers.has(row.tier)) return false;
  const isPlanted =
    row.tier === "structural" ||
    row.tier === "indirect" ||
    (row.tier !== "jailbreak" && /latent|delimiter|spikee/.test(row.technique));
  return !isPlanted || row.text.length <= maxPlantedChars;
};

export function marginIn({ weights, bias }: LinearModel, window: Window): number {
  let sum = 0;
  for (const bucket of window.buckets) sum += weights[bucket] ?? 0;
  return sum * window.factor + bias;
}

export const marginOfRow = (model: LinearModel, row: Row): number =>
  row.windows.reduce((most, window) => Math.max(most, marginIn(model, window)), Number.NEGATIVE_INFINITY);

/** Logistic regression by AdaGrad over windows, the same for the same rows: its shuffling has a fixed seed. */
export function trainLinear(rows: readonly Row[], options: TrainOptions): LinearModel {
  const taught = rows.filter((row) => teaches(row, options));
  const buckets = selectBuckets(taught, options);
  const model = fitLinear(taught, buckets, options);
  return options.kept === Number.POSITIVE_INFINITY
    ? model
    : fitLinear(taught, keepTelling(buckets, model, options.kept), options);
}

/** The buckets without those that say least. */
function keepTelling(buckets: Buckets, { weights }: LinearModel, kept: number): Buckets {
  const told = weights.map((weight, bucket) => Math.abs(weight) * Math.sqrt(buckets.rowsOf[bucket] ?? 0));
  const least = told.slice().sort()[Math.max(0, told.length - kept)] ?? 0;
  return {
    ...buckets,
    used: buckets.used.map((isUsed, bucket) => (isUsed === 1 && (told[bucket] ?? 0) >= least ? 1 : 0)),
  };
}

function fitLinear(taught: readonly Row[], { used, mayAccuse, rowsOf }: Buckets, options: TrainOptions): LinearModel {
  const rates = Float64Array.from(
    rowsOf,
    (count) => options.rate * (Math.log(taught.length / (1 + count)) / 7) ** options.rarity,
  );
  const size = 1 << options.bits;
  const model = { weights: new Float64Array(size), bias: -1 };
  const squares = new Float64Array(size).fill(1e-2);
  const random = createRandom();
  const drop = createRandom();
  const total = { weights: new Float64Array(size), bias: 0 };
  let lessons: Lesson[] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    if (epoch % 5 === 0) lessons = taught.flatMap((row) => listLessons(row, model, epoch));
    shuffle(lessons, random);
    for (const { window: whole, target, weight } of lessons) {
      const window = options.dropped > 0 ? thin(whole, options.dropped, drop) : whole;
      if (window.buckets.length === 0) continue;
      const chance = 1 / (1 + Math.exp(-marginIn(model, window)));
      const error = (chance - target) * weight;
      if (Math.abs(error) < 1e-3) continue;
      model.bias -= 0.02 * error;
      for (const bucket of window.buckets) {
        if (used[bucket] === 0) continue;
        const old = model.weights[bucket] ?? 0;
        const slope = error * window.factor + options.shrink * old;
        const square = (squares[bucket] ?? 0) + slope * slope;
        squares[bucket] = square;
        const next = old - ((rates[bucket] ?? 0) * slope) / Math.sqrt(square);
        model.weights[bucket] = next > 0 && mayAccuse[bucket] === 0 ? 0 : next;
      }
    }
    if (epoch < options.epochs - options.averaged) continue;
    total.bias += model.bias / options.averaged;
    for (let bucket = 0; bucket < size; bucket++)
      total.weights[bucket] = (total.weights[bucket] ?? 0) + (model.weights[bucket] ?? 0) / options.averaged;
  }
  return total;
}

/** Two blocks have no more buckets. */
const kept = new Int32Array(1 << 12);

/** A window without a share of its buckets, good until the next one. */
function thin({ buckets }: Window, share: number, random: () => number): Window {
  let count = 0;
  for (const bucket of buckets) if (random() >= share) kept[count++] = bucket;
  return { buckets: kept.subarray(0, count), factor: 1 / Math.sqrt(count) };
}

interface Lesson {
  readonly window: Window;
  readonly target: number;
  readonly weight: number;
}

/** All windows of an innocent row; of an attack those that look most like one so far, since the rest may be innocent. */
function listLessons(row: Row, model: LinearModel, epoch: number): Lesson[] {
  let windows = row.windows;
  if (row.isAttack && epoch > 0 && windows.length > 1) {
    const share = row.tier === "jailbreak" ? 0.5 : 0.25;
    windows = windows
      .map((window) => ({ window, margin: marginIn(model, window) }))
      .sort((a, b) => b.margin - a.margin)
      .slice(0, Math.max(1, Math.ceil(windows.length * share)))
      .map(({ window }) => window);
  }
  const target = row.isAttack ? 1 : 0;
  return windows.map((window) => ({ window, target, weight: (1 + target) / Math.sqrt(windows.length) }));
}

interface Buckets {
  readonly rowsOf: Int32Array;
  readonly used: Uint8Array;
  readonly mayAccuse: Uint8Array;
}

function selectBuckets(rows: readonly Row[], { bits, minRows }: TrainOptions): Buckets {
  const rowsOf = new Int32Array(1 << bits);
  const lastOf = new Int32Array(1 << bits).fill(-1);
  const mayAccuse = new Uint8Array(1 << bits);
  rows.forEach((row, index) => {
    for (const { buckets } of row.windows) {
      for (const bucket of buckets) {
        if (lastOf[bucket] === index) continue;
        lastOf[bucket] = index;
        rowsOf[bucket] = (rowsOf[bucket] ?? 0) + 1;
        if (row.isAttack) mayAccuse[bucket] = 1;
      }
    }
  });
  return { rowsOf, used: Uint8Array.from(rowsOf, (count) => (count >= minRows ? 1 : 0)), mayAccuse };
}

/** Numbers from 0 to 1, the same each time. */
export function createRandom(): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const moved = list[i] as T;
    list[i] = list[j] as T;
    list[j] = moved;
  }
}
