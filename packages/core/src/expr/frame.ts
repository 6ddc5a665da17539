import { stepsMax, textCharsPerStep } from "../gen/expr-limits";
import type { ExprBindings } from "./environment";
import { type ErrorValue, fail } from "./errors";
import { CelMap, isMap, mapSize, textSize } from "./values";

/** What one evaluation works on; reused by the next one. */
export interface Frame {
  bindings: ExprBindings;
  /** Loop variables, by depth of the loop. */
  readonly slots: unknown[];
  steps: number;
  stepsMax: number;
  /** The error behind the last 2 that a test returned. */
  error: ErrorValue;
}

export const costExceeded = fail("cost_exceeded", "expression takes too many steps");

export const createFrame = (bindings: ExprBindings, limit: number = stepsMax): Frame => ({
  bindings,
  slots: [undefined, undefined, undefined, undefined],
  steps: 0,
  stepsMax: limit,
  error: costExceeded,
});

/** A compiled expression that gives a value or an error value. */
export type Val = (frame: Frame) => unknown;
/** A compiled condition: 0 false, 1 true, 2 error, which is then in `frame.error`. */
export type Test = (frame: Frame) => 0 | 1 | 2;

/** Counts the work of functions that is more than the sizes of their operands. */
export function chargeWork(frame: Frame, name: string, a: unknown, b: unknown): void {
  if (name === "glob" || name === "contains_any") frame.steps += Math.floor((sizeOf(a) * sizeOf(b)) / textCharsPerStep);
  else if (name === "similarity") frame.steps += sizeOf(a) + sizeOf(b);
}

const sizeOf = (value: unknown): number =>
  typeof value === "string" ? textSize(value) : Array.isArray(value) ? value.length : 0;

/** Counts what an operation inside a loop costs: one step, and the sizes of its operands. */
export function charge(frame: Frame, value: unknown): void {
  if (typeof value === "string") {
    if (value.length >= textCharsPerStep) frame.steps += Math.floor(textSize(value) / textCharsPerStep);
  } else if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) frame.steps += value.length;
    else if (value instanceof Uint8Array) frame.steps += Math.floor(value.length / textCharsPerStep);
    else if (value instanceof CelMap || isMap(value)) frame.steps += mapSize(value);
  }
}
