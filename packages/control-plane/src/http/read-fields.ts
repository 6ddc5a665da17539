import { type CompileProblem, limits, suggest } from "@holdpoint/core";
import { invalidFields } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import { isTimestamp } from "../store/timestamp";

interface FieldRule {
  readonly kind: "name" | "text" | "timestamp" | "any" | "list";
  readonly required?: boolean;
  readonly values?: readonly string[];
}

type FieldValue<Rule extends FieldRule> = Rule["kind"] extends "any"
  ? unknown
  : Rule["kind"] extends "list"
    ? readonly unknown[]
    : Rule["kind"] extends "timestamp"
      ? Date
      : string;

type Fields<Rules extends Readonly<Record<string, FieldRule>>> = {
  readonly [Name in keyof Rules]: Rules[Name]["required"] extends true
    ? FieldValue<Rules[Name]>
    : FieldValue<Rules[Name]> | undefined;
};

/** The fields of a small body. Throws every problem at once: unknown fields, missing ones, wrong types and values. */
export function readFields<const Rules extends Readonly<Record<string, FieldRule>>>(
  body: unknown,
  rules: Rules,
): Fields<Rules> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalidFields([{ pointer: "", message: "expected an object" }]);
  }
  const problems: CompileProblem[] = findUnknownFields(body, Object.keys(rules));
  const fields: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value = (body as Readonly<Record<string, unknown>>)[name];
    const pointer = `/${name}`;
    if (value === undefined || value === null) {
      if (rule.required) problems.push({ pointer, message: `missing field \`${name}\`` });
      continue;
    }
    const message = checkField(rule, value);
    if (message !== undefined) problems.push({ pointer, message });
    fields[name] = rule.kind === "timestamp" && message === undefined ? new Date(value as string) : value;
  }
  const columns = Object.keys(rules).filter((name) => rules[name]?.kind === "name");
  problems.push(...checkColumnTexts(body, columns));
  if (problems.length > 0) throw invalidFields(problems);
  return fields as Fields<Rules>;
}

/** Names that are not known, each with the one that was probably meant. */
export function findUnknownFields(body: object, known: readonly string[]): CompileProblem[] {
  return Object.keys(body)
    .filter((name) => !known.includes(name))
    .slice(0, limits.maxProblems)
    .map((name) => {
      const near = suggest(name, known);
      const message = `unknown field \`${name.slice(0, 64)}\`${near ? `, did you mean \`${near}\`?` : ""}`;
      const pointer = `/${name.slice(0, 64).replace(/~/g, "~0").replace(/\//g, "~1")}`;
      return { pointer, message, ...(near ? { suggestion: near } : {}) };
    });
}

function checkField({ kind, values }: FieldRule, value: unknown): string | undefined {
  if (kind === "any") return undefined;
  if (kind === "list") return Array.isArray(value) ? undefined : "expected a list";
  if (typeof value !== "string") return "expected a string";
  if (value.trim() === "") return "is empty";
  if (kind === "timestamp") return isTimestamp(value) ? undefined : "expected an rfc 3339 timestamp";
  const max = kind === "name" ? limits.maxNameChars : limits.maxTextChars;
  if (value.length > max) return `is longer than ${max} characters`;
  if (values && !values.includes(value)) return `expected one of ${values.map((name) => `\`${name}\``).join(", ")}`;
  return undefined;
}
