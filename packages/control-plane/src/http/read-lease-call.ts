import { type CompileProblem, type Counter, limits, parseInstant } from "@holdpoint/core";
import { invalidFields } from "../errors";
import type { LeaseCall, LeaseReport } from "../leases/lease-report";
import { checkColumnTexts } from "../store/column-text";
import { findUnknownFields, readFields } from "./read-fields";

const scopes = ["agent", "user", "workspace", "organization"];
const windows = ["1m", "1h", "1d", "1mo"];
const known = ["scope", "scopeId", "window", "start", "spentMicros", "wantMicros", "needMicros", "release"];

/** The body of a call. Throws every problem at once. */
export function readLeaseCall(body: unknown): LeaseCall {
  const { sequence, ...rest } = body as { sequence?: unknown };
  const fields = readFields(sequence === undefined ? body : rest, {
    holderId: { kind: "name", required: true },
    leases: { kind: "list", required: true },
  });
  const problems: CompileProblem[] = [];
  const number = readAmount(sequence, "/sequence", problems);
  if (fields.leases.length === 0 || fields.leases.length > limits.maxLeases)
    problems.push({ pointer: "/leases", message: `expected 1 to ${limits.maxLeases} items` });
  const reports = fields.leases.slice(0, limits.maxLeases).map((item, index) => readReport(item, index, problems));
  if (problems.length > 0) throw invalidFields(problems.slice(0, limits.maxProblems));
  return { holderId: fields.holderId, sequence: number, reports };
}

function readReport(item: unknown, index: number, problems: CompileProblem[]): LeaseReport {
  const at = `/leases/${index}`;
  const source = (typeof item === "object" && item !== null && !Array.isArray(item) ? item : {}) as Record<
    string,
    unknown
  >;
  if (source !== item) problems.push({ pointer: at, message: "expected an object" });
  for (const problem of findUnknownFields(source, known)) problems.push({ ...problem, pointer: at + problem.pointer });
  problems.push(...checkColumnTexts(source, ["scopeId"], at));
  const text = (name: string, values?: readonly string[]): string => {
    const value = source[name];
    const good = typeof value === "string" && value !== "" && value.length <= limits.maxNameChars;
    if (!good) problems.push({ pointer: `${at}/${name}`, message: "expected a text" });
    else if (values && !values.includes(value))
      problems.push({ pointer: `${at}/${name}`, message: `expected one of ${values.join(", ")}` });
    return good ? value : "";
  };
  const amount = (name: string): number => readAmount(source[name] ?? 0, `${at}/${name}`, problems);
  const start = text("start");
  const startMs = parseInstant(start);
  if (start !== "" && Number.isNaN(startMs))
    problems.push({ pointer: `${at}/start`, message: "expected an rfc 3339 timestamp" });
  const { release = false } = source;
  if (typeof release !== "boolean") problems.push({ pointer: `${at}/release`, message: "expected true or false" });
  return {
    counter: nameCounter(text("scope", scopes), text("scopeId"), text("window", windows), startMs),
    spentMicros: amount("spentMicros"),
    wantMicros: amount("wantMicros"),
    needMicros: amount("needMicros"),
    release: release === true,
  };
}

/** SPECIFICATION D-32. */
function nameCounter(scope: string, scopeId: string, window: string, startMs: number): Counter {
  const start = Number.isNaN(startMs) ? "" : new Date(startMs).toISOString();
  const id = scopeId.replaceAll("%", "%25").replaceAll("|", "%7C");
  const key = `cost|${scope}|${id}|${window}|${start}`;
  return { key, metric: "cost", scope, scopeId, window, start } as Counter;
}

function readAmount(value: unknown, pointer: string, problems: CompileProblem[]): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  problems.push({ pointer, message: "expected a whole number from 0 to 9007199254740991" });
  return 0;
}
