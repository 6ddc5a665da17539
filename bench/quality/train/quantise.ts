import type { Calibration } from "./calibrate";

/** A linear model in whole numbers, as `spec/catalog` keeps it. */
export interface QuantisedModel {
  readonly bias: number;
  /** A margin of 1. */
  readonly one: number;
  /** For each score from 1 to 99 the least margin that has it. */
  readonly cuts: readonly number[];
  readonly weightBits: 6 | 8;
  /** Signed numbers, base64. */
  readonly weights: string;
  /** How many buckets that weigh nothing lie before each that does; without it there is a weight for every bucket. */
  readonly gaps?: string;
}

/** For each score from 1 to 99 the least margin that has it. */
export const readCuts = ({ slope, offset }: Calibration, toWhole: (margin: number) => number): number[] =>
  Array.from({ length: 99 }, (_, i) => {
    const chance = (i + 1) / 100;
    return toWhole((Math.log(chance / (1 - chance)) - offset) / slope);
  });

export function quantiseModel(
  { weights, bias }: { readonly weights: Float64Array; readonly bias: number },
  calibration: Calibration,
): QuantisedModel {
  const most = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
  const unit = most / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / unit));
  const toWhole = (margin: number): number => Math.round((256 * margin) / unit);
  const cuts = readCuts(calibration, toWhole);
  const base64 = Buffer.from(bytes.buffer).toString("base64");
  return { bias: toWhole(bias), one: toWhole(1), cuts, weightBits: 8, weights: base64 };
}

const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The same with a sign of base64 for each weight that is not nothing, -32 to 31 times `step`, and one for the gap before it (63 goes on): what few signs
 * differ in packs small. Readers count in quarters of a step.
 */
export function quantiseSparsely(
  { weights, bias }: { readonly weights: Float64Array; readonly bias: number },
  calibration: Calibration,
  step: number,
): QuantisedModel {
  const toWhole = (margin: number): number => Math.round((256 * 4 * margin) / step);
  let gaps = "";
  let text = "";
  let gap = 0;
  for (const weight of weights) {
    const whole = Math.max(-32, Math.min(31, Math.round(weight / step)));
    if (whole === 0) {
      gap++;
      continue;
    }
    gaps += "/".repeat(Math.floor(gap / 63)) + signs[gap % 63];
    text += signs[whole & 63];
    gap = 0;
  }
  return {
    bias: toWhole(bias),
    one: toWhole(1),
    cuts: readCuts(calibration, toWhole),
    weightBits: 6,
    gaps,
    weights: text,
  };
}
