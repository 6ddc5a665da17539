import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExprType } from "../../packages/core/src/expr/index";
import { type ExprQuestion, outcomeOf } from "./outcome";

/** A file of expression vectors: one environment, one set of bindings, many cases. */
export interface ExprVectors {
  readonly title: string;
  readonly variables: Readonly<Record<string, ExprType>>;
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly cases: readonly ExprVector[];
}
export interface ExprVector {
  readonly id: string;
  readonly clauses: readonly string[];
  /** A text, or parts that are texts or `["(", 63]` for repeated ones. */
  readonly expr: string | readonly (string | readonly [string, number])[];
  /** Bindings that differ from the file's. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly resultType?: "bool";
  readonly maxSteps?: number;
  /** What must be seen in the outcome. */
  readonly expect: Readonly<Record<string, unknown>>;
}

const folder = fileURLToPath(new URL("../vectors/expr", import.meta.url));

export function readVectors(): ExprVectors[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return names.map((name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as ExprVectors);
}

/**
 * `{"$double": "NaN"}` stands for what JSON cannot say, `{"$missing": true}` for a key that is not there,
 * `{"$repeat": ["x", 3]}` for a long text, `{"$list": ["x", 3]}` for a long list.
 */
export function withSpecials(value: unknown): Record<string, unknown> {
  const decode = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(decode);
    if (typeof item !== "object" || item === null) return item;
    if ("$double" in item) return Number(item.$double);
    if ("$repeat" in item) return (item.$repeat as [string, number])[0].repeat((item.$repeat as [string, number])[1]);
    if ("$list" in item) {
      const [value, times] = item.$list as [unknown, number];
      return Array.from({ length: times }, () => decode(value));
    }
    const kept = Object.entries(item).filter(
      ([, inner]) => !(typeof inner === "object" && inner !== null && "$missing" in inner),
    );
    return Object.fromEntries(kept.map(([key, inner]) => [key, decode(inner)]));
  };
  return decode(value) as Record<string, unknown>;
}

const textOf = (expr: ExprVector["expr"]): string =>
  typeof expr === "string"
    ? expr
    : expr.map((part) => (typeof part === "string" ? part : part[0].repeat(part[1]))).join("");

export function questionOf(file: ExprVectors, vector: ExprVector): ExprQuestion {
  const { resultType, maxSteps } = vector;
  const expr = textOf(vector.expr);
  const bindings = withSpecials({ ...file.bindings, ...vector.bindings });
  return {
    expr,
    variables: file.variables,
    bindings,
    ...(resultType && { resultType }),
    ...(maxSteps !== undefined && { maxSteps }),
  };
}

/** The part of the outcome that the vector speaks about. */
export function seenOf(file: ExprVectors, vector: ExprVector): Record<string, unknown> {
  const outcome = outcomeOf(questionOf(file, vector)) as Record<string, unknown>;
  return Object.fromEntries(Object.keys(vector.expect).map((key) => [key, outcome[key]]));
}
