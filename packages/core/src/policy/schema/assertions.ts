import { canonicalJson } from "../../decide/canonical-json";
import { compilePattern } from "../../expr/compile-pattern";
import { isObject, listNames } from "../problems";
import { isMultiple } from "./decimal";
import { formats } from "./formats";
import { type Check, type CompileKeyword, failAt, type KeywordContext, type SchemaRun } from "./types";

/** Work that grows with the size of a value counts as steps. */
const charge = (run: SchemaRun, size: number): void => {
  run.steps += size >> 4;
};

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  object: isObject,
  array: Array.isArray,
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  string: (value) => typeof value === "string",
};

const type: CompileKeyword = (value, context) => {
  const names = Array.isArray(value) ? value : [value];
  const tests = names.map((name) => (typeof name === "string" && Object.hasOwn(types, name) ? types[name] : undefined));
  if (tests.length === 0 || tests.includes(undefined))
    return context.refuse(`expected ${listNames(Object.keys(types))}`);
  const [first] = tests;
  if (tests.length === 1 && first) return (item, run) => first(item) || failAt(run, "type");
  return (item, run) => tests.some((test) => test?.(item)) || failAt(run, "type");
};

/** Scalars are compared as they are, all else by canonical JSON. */
const equalsOneOf = (values: readonly unknown[], keyword: string): Check => {
  const texts = new Set(values.map((value) => canonicalJson(value)));
  return (value, run) => {
    const text = canonicalJson(value);
    charge(run, text.length);
    return texts.has(text) || failAt(run, keyword);
  };
};

const numberLimit =
  (holds: (value: number, limit: number) => boolean): CompileKeyword =>
  (limit, context) => {
    if (typeof limit !== "number" || !Number.isFinite(limit)) return context.refuse("expected a number");
    const { keyword } = context;
    return (value, run) => typeof value !== "number" || holds(value, limit) || failAt(run, keyword);
  };

/** A limit on what `measure` gives for values that it concerns. */
const sizeLimit =
  (measure: (value: unknown, run: SchemaRun) => number | undefined, isMost: boolean): CompileKeyword =>
  (limit, context) => {
    const most = readCount(limit, context);
    if (most === undefined) return undefined;
    const { keyword } = context;
    return (value, run) => {
      const size = measure(value, run);
      return size === undefined || (isMost ? size <= most : size >= most) || failAt(run, keyword);
    };
  };

export function readCount(value: unknown, context: KeywordContext): number | undefined {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  return context.refuse("expected a whole number from 0");
}

/** Code points. */
const textSize = (value: unknown, run: SchemaRun): number | undefined => {
  if (typeof value !== "string") return undefined;
  charge(run, value.length);
  let count = 0;
  for (const _ of value) count++;
  return count;
};
const listSize = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined);
const objectSize = (value: unknown): number | undefined => (isObject(value) ? ownNames(value).length : undefined);

/** Members that are undefined are no members. */
export const ownNames = (value: Record<string, unknown>): string[] =>
  Object.keys(value).filter((name) => value[name] !== undefined);

export const hasMember = (value: Record<string, unknown>, name: string): boolean =>
  Object.hasOwn(value, name) && value[name] !== undefined;

const required: CompileKeyword = (names, context) => {
  if (!isNameList(names)) return context.refuse("expected a list of names");
  return (value, run) =>
    !isObject(value) || names.every((name) => hasMember(value, name)) || failAt(run, context.keyword);
};

const isNameList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

const dependentRequired: CompileKeyword = (value, context) => {
  if (!isObject(value) || !Object.values(value).every(isNameList))
    return context.refuse("expected an object of lists of names");
  const rules = Object.entries(value as Record<string, string[]>);
  return (item, run) =>
    !isObject(item) ||
    rules.every(([name, others]) => !hasMember(item, name) || others.every((other) => hasMember(item, other))) ||
    failAt(run, context.keyword);
};

/** A pattern in RE2's syntax; a text that matches anywhere satisfies it. */
export function readPattern(
  source: unknown,
  context: KeywordContext,
  at: string,
): ((text: string) => boolean) | undefined {
  if (typeof source !== "string") return context.refuse("expected a pattern", at);
  const compiled = compilePattern(source);
  if (compiled.ok) return compiled.test;
  const [problem] = compiled.problems;
  return context.refuse(`pattern refused at position ${problem?.position ?? 0}: ${problem?.message ?? ""}`, at);
}

const pattern: CompileKeyword = (source, context) => {
  const test = readPattern(source, context, context.pointer);
  if (!test) return undefined;
  return (value, run) => {
    if (typeof value !== "string") return true;
    charge(run, value.length);
    return test(value) || failAt(run, "pattern");
  };
};

const format: CompileKeyword = (name, context) => {
  const test = typeof name === "string" && Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!test) return context.refuse(`expected ${listNames(Object.keys(formats))}`);
  return (value, run) => {
    if (typeof value !== "string") return true;
    charge(run, value.length);
    return test(value) || failAt(run, "format");
  };
};

const uniqueItems: CompileKeyword = (wanted, context) => {
  if (typeof wanted !== "boolean") return context.refuse("expected a boolean");
  if (!wanted) return undefined;
  return (value, run) => {
    if (!Array.isArray(value)) return true;
    const seen = new Set<string>();
    for (const item of value) {
      const text = canonicalJson(item);
      charge(run, text.length);
      if (seen.has(text)) return failAt(run, "uniqueItems");
      seen.add(text);
    }
    return true;
  };
};

/** Keywords that look at a value by itself, in the order in which they are judged. */
export const assertions: Readonly<Record<string, CompileKeyword>> = {
  type,
  const: (value) => equalsOneOf([value], "const"),
  enum: (values, context) =>
    Array.isArray(values) ? equalsOneOf(values, "enum") : context.refuse("expected a list of values"),
  minimum: numberLimit((value, limit) => value >= limit),
  maximum: numberLimit((value, limit) => value <= limit),
  exclusiveMinimum: numberLimit((value, limit) => value > limit),
  exclusiveMaximum: numberLimit((value, limit) => value < limit),
  multipleOf: (divisor, context) => {
    if (typeof divisor !== "number" || !(divisor > 0) || !Number.isFinite(divisor))
      return context.refuse("expected a number above 0");
    return (value, run) => typeof value !== "number" || isMultiple(value, divisor) || failAt(run, "multipleOf");
  },
  minLength: sizeLimit(textSize, false),
  maxLength: sizeLimit(textSize, true),
  pattern,
  format,
  minItems: sizeLimit(listSize, false),
  maxItems: sizeLimit(listSize, true),
  uniqueItems,
  minProperties: sizeLimit(objectSize, false),
  maxProperties: sizeLimit(objectSize, true),
  required,
  dependentRequired,
};
