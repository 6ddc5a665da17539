import type { Text } from "../detect/text-scan";
import { enforceRequestFields, type RequestProblem, toolCallFields, toolOutputFields } from "../gen/messages";
import { limits, type Phase, phaseValues } from "../gen/tables";
import { toMicros } from "./money";
import { describeType, isObject, listNames, pointTo } from "./problems";
import {
  absent,
  describeNumber,
  type ExtraPart,
  hasExtras,
  noExtras,
  type RequestExtras,
  readExtras,
} from "./request-extras";
import { suggest } from "./suggest";
import { walkJson } from "./walk-json";

/** A request, bounded and read: what evaluation sees of it. */
export interface RequestView {
  readonly agentId: string;
  readonly phase: Phase;
  readonly environment: string;
  readonly texts: readonly Text[];
  /** Micro-dollars. */
  readonly cost: number;
  readonly tokens: number;
  readonly tool: { readonly name: string; readonly args: Readonly<Record<string, unknown>>; readonly result: string };
  /** Of the last result sent along: what the tool was called with, and what it returned. */
  readonly toolInput: unknown;
  readonly toolOutput: unknown;
  readonly tools: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly input: string;
  readonly output: string;
  readonly model: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly estimatedCost: number;
  /** Fields that few requests have. */
  readonly extras: RequestExtras;
  /** The request as it was sent. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly problems: readonly RequestProblem[];
  /** Parts of the request that cannot be judged, in order, each with the first problem found there (SPECIFICATION D-16). */
  readonly broken: ReadonlyMap<Part, RequestProblem>;
  /** Fields that say which policies apply, where they cannot be read; empty text stands for the whole request. */
  readonly unreadable: ReadonlySet<string>;
}

/** What a policy may need of a request. `identity` is needed by all. */
export type Part =
  | "identity"
  | "texts"
  | "cost"
  | "tool"
  | "tool_result"
  | "tools"
  | "metadata"
  | "input"
  | "output"
  | "model"
  | "user"
  | "session"
  | "tokens"
  | ExtraPart;

/** Parts whose breakage also leaves the texts incomplete. */
const textParts: ReadonlySet<Part> = new Set(["input", "output", "tool", "tool_result"]);

interface Reader {
  readonly problems: RequestProblem[];
  /** Made with the first problem: most requests have none. */
  broken: Map<Part, RequestProblem>;
  unreadable: Set<string>;
  readonly texts: Text[];
  textBudget: number;
  nodeBudget: number;
}

/**
 * A request as evaluation sees it. Whatever is wrong with it (types, NaN, limits, unknown fields) becomes a problem
 * with a pointer and marks the part it concerns as broken; the rest stays usable. Absent texts are empty, an absent
 * cost is zero (D-14). Throws only what a hostile getter throws.
 */
export function bindRequest(request: unknown, defaultEnvironment: string): RequestView {
  const reader: Reader = {
    problems: [],
    broken: noneBroken,
    unreadable: noneUnreadable,
    texts: [],
    textBudget: limits.maxTotalTextChars,
    nodeBudget: limits.maxNodes,
  };
  const source = isObject(request) ? request : {};
  const isPlain = isObject(request) && isKnownShape(request);
  if (!isObject(request)) fail(reader, "identity", "", `expected an object, got ${describeType(request)}`);
  else if (!isPlain) refuseUnknown(reader, request, enforceRequestFields, "identity", "");

  const isExtended = !isPlain && hasExtras(source);
  if (!isPlain && !isExtended && reader.problems.length === 0) rememberShape(source);

  const agentId = readName(reader, source, "agentId", "identity") ?? "";
  if (agentId === "" && isObject(request) && !reader.broken.has("identity")) {
    fail(reader, "identity", "/agentId", "missing field `agentId`");
  }
  const phase = readPhase(reader, source["phase"]);
  const input = readText(reader, source["input"], "input", "/input", "input");
  readHistory(reader, source["conversationHistory"]);
  const tool = readTool(reader, source["tool"]);
  const result = readToolOutputs(reader, source["toolOutputs"]);
  const output = readText(reader, source["output"], "output", "/output", "output");
  const estimatedCost = readNumber(reader, source["estimatedCost"], "cost", "/estimatedCost", limits.maxCostUsd);
  return {
    agentId,
    phase,
    environment: readName(reader, source, "environment", "identity") || defaultEnvironment,
    texts: reader.texts,
    cost: toMicros(estimatedCost),
    estimatedCost,
    tokens: readNumber(reader, source["estimatedTokens"], "tokens", "/estimatedTokens", Number.MAX_SAFE_INTEGER),
    // A call about to be made is judged by its own name, never by that of an earlier result sent along.
    tool: { name: tool.name || (phase === "tool_result" ? result.name : ""), args: tool.args, result: result.text },
    toolInput: result.input,
    toolOutput: result.output,
    tools: readTools(reader, source["tools"]),
    metadata: readMetadata(reader, source["metadata"]),
    input,
    output,
    model: readName(reader, source, "model", "model") ?? "",
    userId: readName(reader, source, "userId", "user") ?? "",
    sessionId: readName(reader, source, "sessionId", "session") ?? "",
    source,
    extras: isExtended ? readExtras(source, forExtras(reader, source)) : noExtras,
    problems: reader.problems,
    broken: reader.broken,
    unreadable: reader.unreadable,
  };
}

const noneBroken: Map<Part, RequestProblem> = new Map();
const noneUnreadable: Set<string> = new Set();

/** Names of the fields of the last request whose fields are all known and none of them extra: a program's requests are alike. */
let knownShape: readonly string[] = [];

function rememberShape(source: object): void {
  const keys: string[] = [];
  for (const key in source) keys.push(key);
  knownShape = keys;
}

function isKnownShape(source: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(source);
  if (prototype !== Object.prototype && prototype !== null) return false;
  let count = 0;
  for (const key in source) if (key !== knownShape[count++]) return false;
  return count === knownShape.length && count > 0;
}

const forExtras = (reader: Reader, source: Record<string, unknown>): Parameters<typeof readExtras>[1] => ({
  fail: (part, path, message, reason) => fail(reader, part, path, message, reason),
  name: (part, most) => readName(reader, source, part, part, most),
  list: (value, part, most) => readList(reader, value, part, `/${part}`, most),
  walk: (value, part, path) => walk(reader, value, part, path, undefined),
});

function fail(
  reader: Reader,
  part: Part,
  path: string,
  message: string,
  reason: RequestProblem["reason"] = "REQUEST_INVALID",
): void {
  const problem = { path, reason, message };
  if (reader.broken === noneBroken) reader.broken = new Map();
  if (!reader.broken.has(part)) reader.broken.set(part, problem);
  if (textParts.has(part) && !reader.broken.has("texts")) reader.broken.set("texts", problem);
  if (part === "identity" && selecting.has(path)) {
    if (reader.unreadable === noneUnreadable) reader.unreadable = new Set();
    reader.unreadable.add(path);
  }
  if (reader.problems.length < limits.maxProblems) reader.problems.push(problem);
}

/** Paths of what selects policies, beside the agent's id. */
const selecting: ReadonlySet<string> = new Set(["", "/phase", "/environment"]);

/** A misspelt field would leave a text unread: nothing can be judged then. */
function refuseUnknown(
  reader: Reader,
  value: Record<string, unknown>,
  fields: Readonly<Record<string, unknown>> | undefined,
  part: Part,
  path: string,
): void {
  for (const key of Object.keys(value)) {
    if (fields && Object.hasOwn(fields, key)) continue;
    const near = suggest(key, Object.keys(fields ?? {}));
    const message = `unknown field \`${key.slice(0, 64)}\`${near ? `, did you mean \`${near}\`?` : ""}`;
    fail(reader, part, pointTo(path, key), message);
  }
}

function readName(
  reader: Reader,
  source: Record<string, unknown>,
  key: string,
  part: Part,
  most: number = limits.maxNameChars,
): string | undefined {
  const value = source[key];
  if (absent(value)) return undefined;
  if (typeof value !== "string") fail(reader, part, `/${key}`, `expected a string, got ${describeType(value)}`);
  else if (value.length > most) fail(reader, part, `/${key}`, `is longer than ${most} characters`, "REQUEST_TOO_LARGE");
  else return value;
  return undefined;
}

function readPhase(reader: Reader, value: unknown): Phase {
  if (absent(value)) return enforceRequestFields["phase"]?.default as Phase;
  if (phaseValues.includes(value as Phase)) return value as Phase;
  fail(reader, "identity", "/phase", `expected ${listNames(phaseValues)}`);
  return "input";
}

function readNumber(reader: Reader, value: unknown, part: Part, path: string, max: number): number {
  if (absent(value)) return 0;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  fail(reader, part, path, `expected a number from 0 to ${max}, got ${describeNumber(value)}`);
  return 0;
}

function readText(reader: Reader, value: unknown, role: Text["role"], path: string, part: Part): string {
  if (absent(value)) return "";
  if (typeof value !== "string") {
    fail(reader, part, path, `expected a string, got ${describeType(value)}`);
    return "";
  }
  return addText(reader, value, role, path, part) ? value : "";
}

function addText(
  reader: Reader,
  value: string,
  role: Text["role"],
  path: string,
  part: Part,
  name?: string | undefined,
): boolean {
  if (value.length > limits.maxTextChars) {
    fail(
      reader,
      part,
      path,
      `has ${value.length} characters, at most ${limits.maxTextChars} are scanned`,
      "REQUEST_TOO_LARGE",
    );
    return false;
  }
  if (value.length > reader.textBudget) {
    fail(
      reader,
      part,
      path,
      `the texts together have more than ${limits.maxTotalTextChars} characters`,
      "REQUEST_TOO_LARGE",
    );
    return false;
  }
  reader.textBudget -= value.length;
  if (value !== "") reader.texts.push({ role, path, value, name });
  return true;
}

function readList(reader: Reader, value: unknown, part: Part, path: string, most: number): readonly unknown[] {
  if (absent(value)) return nothing;
  if (!Array.isArray(value)) fail(reader, part, path, `expected a list, got ${describeType(value)}`);
  else if (value.length > most)
    fail(reader, part, path, `has ${value.length} items, at most ${most} are allowed`, "REQUEST_TOO_LARGE");
  else return value;
  return nothing;
}

const nothing: readonly unknown[] = Object.freeze([]);

function readHistory(reader: Reader, value: unknown): void {
  if (absent(value)) return;
  readList(reader, value, "texts", "/conversationHistory", limits.maxHistory).forEach((message, index) => {
    const path = `/conversationHistory/${index}`;
    if (!isObject(message)) fail(reader, "texts", path, `expected an object, got ${describeType(message)}`);
    // Absent, it would be a text that nobody reads; null is a message without one.
    else if (message["content"] === undefined) fail(reader, "texts", `${path}/content`, "missing field `content`");
    else readText(reader, message["content"], "history", `${path}/content`, "texts");
  });
}

const noTool: { readonly name: string; readonly args: Record<string, unknown> } = { name: "", args: Object.freeze({}) };

function readTool(reader: Reader, value: unknown): { readonly name: string; readonly args: Record<string, unknown> } {
  if (absent(value)) return noTool;
  if (!isObject(value)) {
    fail(reader, "tool", "/tool", `expected an object, got ${describeType(value)}`);
    return noTool;
  }
  refuseUnknown(reader, value, toolCallFields, "tool", "/tool");
  const { name, args } = value;
  if (typeof name !== "string" || name === "" || name.length > limits.maxNameChars) {
    fail(reader, "tool", "/tool/name", `expected a string of 1 to ${limits.maxNameChars} characters`);
    return noTool;
  }
  if (absent(args)) return { name, args: {} };
  if (!isObject(args)) fail(reader, "tool", "/tool/args", `expected an object, got ${describeType(args)}`);
  else if (walk(reader, args, "tool", "/tool/args", "tool_arg")) return { name, args };
  return { name, args: {} };
}

interface LastOutput {
  readonly name: string;
  readonly text: string;
  readonly input: unknown;
  readonly output: unknown;
}

const noOutput: LastOutput = { name: "", text: "", input: undefined, output: undefined };

/** The last result, its name and text; all results are texts to scan. */
function readToolOutputs(reader: Reader, value: unknown): LastOutput {
  if (absent(value)) return noOutput;
  let last: LastOutput = noOutput;
  readList(reader, value, "tool_result", "/toolOutputs", limits.maxToolOutputs).forEach((item, index) => {
    const path = `/toolOutputs/${index}`;
    if (!isObject(item) || typeof item["name"] !== "string") {
      fail(reader, "tool_result", path, "expected an object with the name of the tool");
      return;
    }
    refuseUnknown(reader, item, toolOutputFields, "tool_result", path);
    const { name, output } = item;
    if (!absent(output)) walk(reader, output, "tool_result", `${path}/output`, "tool_result");
    last = { name: name as string, text: typeof output === "string" ? output : "", input: item["input"], output };
  });
  return last;
}

function readTools(reader: Reader, value: unknown): readonly string[] {
  if (absent(value)) return nothing as readonly string[];
  const list = readList(reader, value, "tools", "/tools", limits.maxTools);
  if (list.every((name) => typeof name === "string")) return list as readonly string[];
  fail(reader, "tools", "/tools", "expected a list of strings");
  return [];
}

function readMetadata(reader: Reader, value: unknown): Record<string, unknown> {
  if (absent(value)) return {};
  if (!isObject(value)) fail(reader, "metadata", "/metadata", `expected an object, got ${describeType(value)}`);
  else if (walk(reader, value, "metadata", "/metadata", undefined)) return value;
  return {};
}

/** Checks a JSON value and, given a role, collects its strings, and names that are none, as texts. */
function walk(reader: Reader, value: unknown, part: Part, path: string, role: Text["role"] | undefined): boolean {
  const outcome = walkJson(
    value,
    path,
    reader.nodeBudget,
    role && ((text, at, name) => addText(reader, text, role, at, part, name)),
  );
  reader.nodeBudget = outcome.nodesLeft;
  if (outcome.problem) fail(reader, part, outcome.problem.path, outcome.problem.message, outcome.problem.reason);
  return outcome.complete;
}
