import type { CompileProblem } from "../gen/messages";
import { limits } from "../gen/tables";
import { suggest } from "./suggest";

/** Collects problems up to the limit; further ones are counted, not kept. */
export interface ProblemList {
  readonly list: CompileProblem[];
  /** How many were found, those beyond the limit included. */
  count(): number;
  add(pointer: string, message: string, extra?: Partial<CompileProblem>): void;
}

export function createProblemList(): ProblemList {
  const list: CompileProblem[] = [];
  let found = 0;
  return {
    list,
    count: () => found,
    add(pointer, message, extra = {}) {
      found++;
      if (list.length < limits.maxProblems) list.push({ pointer, message, ...extra });
    },
  };
}

/** Reports a name that is not known, with the one that was probably meant. */
export function addUnknown(
  problems: ProblemList,
  pointer: string,
  what: string,
  name: string,
  known: readonly string[],
): void {
  // Beyond the limit a problem is only counted, and a look for names near it would be for nothing.
  if (problems.list.length >= limits.maxProblems) {
    problems.add(pointer, "");
    return;
  }
  const near = suggest(name, known);
  const shown = `unknown ${what} \`${name.slice(0, 64)}\``;
  problems.add(
    pointer,
    near ? `${shown}, did you mean \`${near}\`?` : `${shown}, expected ${listNames(known)}`,
    near ? { suggestion: near } : {},
  );
}

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `\`${name}\``);
  return names.length > 12 ? `one of ${shown.join(", ")} …` : `one of ${shown.join(", ")}`;
}

/** A JSON pointer (RFC 6901) with one more step. */
export function pointTo(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replace(/~/g, "~0").replace(/\//g, "~1")}`;
}

/** What a value is, in the words of JSON. */
export function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return "an object";
    case "string":
      return "a string";
    case "boolean":
      return "a boolean";
    case "number":
      return Number.isFinite(value) ? "a number" : "not a finite number";
    default:
      return `a ${typeof value}`;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
