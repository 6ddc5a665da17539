import type { DecisionRecord, Span, TraceStatus } from "@holdpoint/core";
import { limits, traceStatusValues } from "@holdpoint/core";
import type { LiveEnd, LiveSpan, LiveStart, Telemetry } from "../telemetry/telemetry";
import { copyMembers, readMember } from "../transport/copy-json";
import type { SpanEnd, SpanHandle, SpanStart, TraceEnd, TraceHandle, TraceStart, TraceUsage } from "../types";
import { createReservations, type Reservations } from "../usage/ledger";
import { cutText, readAmount, readName } from "./traced-text";

/** A trace that has not ended. */
export interface OpenTrace {
  readonly start: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly agentId: string;
  /** It is ended for a program that never does. Another one may be gone before anybody sees it. */
  readonly isKept: boolean;
  readonly startedMs: number;
  readonly reservations: Reservations;
  readonly spans: Span[];
  /** Spans that have not ended. */
  readonly unended: Set<SpanHandle>;
  readonly decisions: { readonly sizeBytes: number; buildSent(): DecisionRecord }[];
  blocked: boolean;
  readonly usage: {
    costUsd?: number;
    promptTokens?: number;
    completionTokens?: number;
    totalTokens?: number;
    modelName?: string;
  };
  /** Its span in OpenTelemetry. */
  readonly live: LiveSpan | undefined;
  /** Nodes and characters held, estimated. */
  sizeBytes: number;
}

export interface EndedTrace {
  readonly open: OpenTrace;
  readonly durationMs: number;
  readonly status: TraceStatus;
  readonly output: string | undefined;
  readonly errorType: string | undefined;
  readonly errorMessage: string | undefined;
}

export interface TracesOptions {
  nowMs(): number;
  randomUuid(): string;
  onUsage(trace: OpenTrace, costUsd: number): void;
  onEnd(trace: EndedTrace): void;
  readonly telemetry: Telemetry | undefined;
  /** Most traces that are ended for a program that never ended them. */
  readonly capacity: number;
}

export interface Traces {
  start(input: TraceStart): TraceHandle;
  /** The trace behind a handle, or behind that of one of its spans; undefined when it has ended or is none of ours. */
  find(handle: object | undefined): OpenTrace | undefined;
  /** How many are open, of those that `endAll` would end. */
  readonly openCount: () => number;
  /** Ends every trace that is still open: whether its work took effect is not known. */
  endAll(): void;
}

/** Traces that are being recorded. No handle's method throws. */
export function createTraces(options: TracesOptions): Traces {
  const byHandle = new WeakMap<object, OpenTrace>();
  const traceOf = new WeakMap<object, TraceHandle>();
  const opened = new Set<TraceHandle>();

  const start = (input: TraceStart): TraceHandle => {
    const given = copyMembers(input);
    const open = {
      start: given,
      traceId: options.randomUuid(),
      agentId: readName(given["agentId"]) ?? "",
      isKept: opened.size < options.capacity,
      startedMs: options.nowMs(),
      reservations: createReservations(),
      spans: [],
      unended: new Set<SpanHandle>(),
      decisions: [],
      blocked: false,
      usage: {},
      live: undefined as LiveSpan | undefined,
      sizeBytes: 0,
    };
    if (options.telemetry) open.live = options.telemetry.startTrace(describeStart(open));
    const handle: TraceHandle = Object.freeze({
      traceId: open.traceId,
      agentId: open.agentId,
      span(start: SpanStart) {
        const span = startSpan(open, byHandle.has(handle), start, options);
        traceOf.set(span, handle);
        return span;
      },
      recordUsage(usage: TraceUsage) {
        if (byHandle.has(handle)) addUsage(open, usage, options);
      },
      end(result: TraceEnd = {}) {
        if (!byHandle.delete(handle)) return;
        opened.delete(handle);
        const ended = endTrace(open, result, options.nowMs());
        options.telemetry?.endTrace(open.live, describeEnd(ended));
        options.onEnd(ended);
      },
    });
    byHandle.set(handle, open);
    if (open.isKept) opened.add(handle);
    return handle;
  };

  return {
    start,
    find: (handle) =>
      typeof handle === "object" && handle !== null ? byHandle.get(traceOf.get(handle) ?? handle) : undefined,
    openCount: () => opened.size,
    endAll() {
      for (const handle of opened) handle.end({ status: "effect_unconfirmed" });
    },
  };
}

function startSpan(trace: OpenTrace, isOpen: boolean, input: SpanStart, options: TracesOptions): SpanHandle {
  const spanId = options.randomUuid();
  const startedMs = options.nowMs();
  const { unended } = trace;
  // What finds no room in its trace is a step all the same: it becomes a trace of its own.
  const isAlone = trace.spans.length + unended.size >= limits.maxTraceItems;
  let ended = !isOpen;
  if (trace.live && isOpen && !isAlone) {
    const { name, spanType, parentSpanId } = copyMembers(input);
    const live = { name: readName(name), spanType: readName(spanType) ?? "span" };
    options.telemetry?.startSpan(trace.live, spanId, readName(parentSpanId), live);
  }
  const handle: SpanHandle = Object.freeze({
    spanId,
    traceId: trace.traceId,
    end(result: SpanEnd = {}) {
      if (ended) return;
      ended = true;
      unended.delete(handle);
      const given = copyMembers(input);
      const attributes = { ...asObject(given["attributes"]), ...asObject(copyMembers(result)["attributes"]) };
      const error = describeError(readMember(result, "error"));
      const span: Span = {
        spanId,
        startedAt: toTimestamp(startedMs),
        durationMs: Math.max(0, options.nowMs() - startedMs),
        status: readStatus(readMember(result, "status")) ?? (error ? "error" : "success"),
        ...nameMember("name", given["name"]),
        ...nameMember("spanType", given["spanType"]),
        ...nameMember("parentSpanId", given["parentSpanId"]),
        attributes: error ? { ...attributes, "error.type": error.type, "error.message": error.message } : attributes,
      };
      if (isAlone) return options.onEnd(tellAlone(trace, span, startedMs, error));
      trace.spans.push(span);
      const { status = "success" } = span;
      options.telemetry?.endSpan(trace.live, spanId, { status, errorType: error?.type, attributes });
      trace.sizeBytes += 256 + JSON.stringify(attributes).length * 2;
    },
  });
  if (isOpen && !isAlone) unended.add(handle);
  return handle;
}

/** A step as a trace of its own, which has the step's id. */
function tellAlone(
  trace: OpenTrace,
  { spanId, name, spanType, durationMs = 0, status = "success", attributes }: Span,
  startedMs: number,
  error: ReturnType<typeof describeError>,
): EndedTrace {
  const { environment, sessionId, userId } = trace.start;
  const start = { environment, sessionId, userId, name, spanType, metadata: attributes, parentTraceId: trace.traceId };
  return {
    open: {
      ...trace,
      start,
      traceId: spanId,
      startedMs,
      reservations: createReservations(),
      spans: [],
      decisions: [],
      usage: {},
      sizeBytes: 256 + 2 * JSON.stringify(attributes).length,
    },
    durationMs,
    status,
    output: undefined,
    errorType: error?.type,
    errorMessage: error?.message,
  };
}

const describeStart = ({ start, traceId, agentId }: Pick<OpenTrace, "start" | "traceId" | "agentId">): LiveStart => ({
  name: readName(start["name"]),
  spanType: readName(start["spanType"]) ?? "agent",
  agentId,
  sessionId: readName(start["sessionId"]),
  traceId,
});

const describeEnd = ({ status, errorType, open: { usage } }: EndedTrace): LiveEnd => ({
  status,
  errorType,
  modelName: usage.modelName,
  inputTokens: usage.promptTokens,
  outputTokens: usage.completionTokens,
});

function addUsage(trace: OpenTrace, usage: TraceUsage, options: TracesOptions): void {
  const given = copyMembers(usage);
  const totals = trace.usage;
  for (const name of ["costUsd", "promptTokens", "completionTokens", "totalTokens"] as const) {
    const amount = readAmount(given[name]);
    if (amount !== undefined) totals[name] = (totals[name] ?? 0) + amount;
  }
  options.telemetry?.recordUsage(trace.live, {
    input: readAmount(given["promptTokens"]),
    output: readAmount(given["completionTokens"]),
  });
  const modelName = readName(given["modelName"]);
  if (modelName !== undefined) totals.modelName = modelName;
  const costUsd = readAmount(given["costUsd"]);
  if (costUsd !== undefined) options.onUsage(trace, costUsd);
}

function endTrace(open: OpenTrace, result: TraceEnd, nowMs: number): EndedTrace {
  for (const span of open.unended) span.end({ status: "effect_unconfirmed" });
  const given = copyMembers(result);
  const error = describeError(readMember(result, "error"));
  const status = readStatus(given["status"]) ?? (open.blocked ? "policy_blocked" : undefined);
  return {
    open,
    durationMs: Math.max(0, nowMs - open.startedMs),
    status: status ?? (error ? "error" : "success"),
    output: typeof given["output"] === "string" ? given["output"] : undefined,
    errorType: error?.type,
    errorMessage: error?.message,
  };
}

/** A status of the closed set; a whole trace would be refused for any other. */
const readStatus = (status: unknown): TraceStatus | undefined => traceStatusValues.find((value) => value === status);

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function describeError(error: unknown): { readonly type: string; readonly message: string } | undefined {
  if (error === undefined || error === null) return undefined;
  try {
    if (error instanceof Error)
      return { type: error.name.slice(0, limits.maxNameChars), message: cutText(error.message, limits.maxErrorChars) };
    return { type: typeof error, message: cutText(String(error), limits.maxErrorChars) };
  } catch {
    return { type: typeof error, message: "" };
  }
}

export function nameMember<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  const text = readName(value);
  return text === undefined ? {} : ({ [name]: text } as Partial<Record<Name, string>>);
}

/** RFC 3339 in UTC; the epoch when it is no time. */
export function toTimestamp(ms: number): string {
  if (ms !== last.ms) {
    const date = new Date(ms);
    last.text = Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
    last.ms = ms;
  }
  return last.text;
}

/** A lane writes many of one millisecond. */
const last = { ms: Number.NaN, text: "" };
