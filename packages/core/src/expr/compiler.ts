import type { Node } from "./ast";
import type { Environment } from "./environment";
import { ErrorValue } from "./errors";
import type { Frame, Test, Val } from "./frame";
import type { Matchers } from "./matcher";
import { fromBinding, type Path } from "./read";
import type { Type } from "./types";
import { mismatch } from "./values";

/** What the parts of the compiler share. */
export interface Compiler {
  readonly env: Environment;
  readonly matchers: Matchers;
  /** Loops around the node being compiled. */
  loopDepth: number;
  value(node: Node): Val;
  test(node: Node): Test;
  /** The path a node reads from the bindings, if that is all it does. */
  path(node: Node): Path | undefined;
}

export const constant =
  (value: unknown): Val =>
  () =>
    value;

/** The slow way in: a condition out of a value. */
export function fromTest(test: Test): Val {
  return (frame) => {
    const result = test(frame);
    return result === 2 ? frame.error : result === 1;
  };
}

export function toTest(value: Val): Test {
  return (frame) => {
    const result = value(frame);
    if (typeof result === "boolean") return result ? 1 : 0;
    frame.error = mismatch("bool", result);
    return 2;
  };
}

/** Any result of an operator that gives a bool or an error, as a test. */
export function settle(frame: Frame, result: boolean | ErrorValue): 0 | 1 | 2 {
  if (typeof result === "boolean") return result ? 1 : 0;
  frame.error = result;
  return 2;
}

/** Checks a raw value against the declared type. */
export function compileConversion(path: Path, type: Type): (frame: Frame, raw: unknown) => unknown {
  const label = [path.variable, ...path.keys].join(".");
  const convert = (frame: Frame, raw: unknown): unknown =>
    raw instanceof ErrorValue ? raw : fromBinding(raw, type, label, frame);
  if (type.kind === "string") return (frame, raw) => (typeof raw === "string" ? raw : convert(frame, raw));
  if (type.kind === "bool") return (frame, raw) => (typeof raw === "boolean" ? raw : convert(frame, raw));
  if (type.kind === "dyn") {
    return (frame, raw) => (typeof raw === "string" || typeof raw === "boolean" ? raw : convert(frame, raw));
  }
  return convert;
}
