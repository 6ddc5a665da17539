import type { Calibration } from "./calibrate";

/** A linear model in whole numbers, as `spec/catalog` keeps it. */
export interface QuantisedModel {
  readonly bias: number;
  /** A margin of 1. */
  readonly one: number;
  /** For each score from 1 to 99 the least margin that has it. */
  readonly cuts: readonly number[];
  /** Signed bytes, base64. */
  readonly weights: string;
}

/** For each score from 1 to 99 the least margin that has it. */
export const readCuts = ({ slope, offset }: Calibration, toWhole: (margin: number) => number): number[] =>
  Array.from({ length: 99 }, (_, i) => {
    const chance = (i + 1) / 100;
    return toWhole((Math.log(chance / (1 - chance)) - offset) / slope);
  });

/** What differs less packs better: no least weights, and no odd ones of those from 16 on. */
export const settleByte = (byte: number): number =>
  Math.abs(byte) <= 1 ? 0 : Math.abs(byte) < 16 ? byte : 2 * Math.trunc(byte / 2);

export function quantiseModel(
  { weights, bias }: { readonly weights: Float64Array; readonly bias: number },
  calibration: Calibration,
  settle: (byte: number) => number = (byte) => byte,
): QuantisedModel {
  const most = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
  const unit = most / 127;
  const bytes = Int8Array.from(weights, (weight) => settle(Math.round(weight / unit)));
  const toWhole = (margin: number): number => Math.round((256 * margin) / unit);
  const cuts = readCuts(calibration, toWhole);
  return { bias: toWhole(bias), one: toWhole(1), cuts, weights: Buffer.from(bytes.buffer).toString("base64") };
}
