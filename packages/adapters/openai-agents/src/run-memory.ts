import {
  type CallOptions,
  defaults,
  type EnforcementHaltError,
  type Holdpoint,
  type SpanHandle,
  type TraceHandle,
} from "@holdpoint/sdk";
import { getCurrentSpan, getCurrentTrace, NoopTrace } from "@openai/agents-core";
import { findHalt } from "./find-halt";

interface Halted {
  readonly sequence: number;
  /** The framework's trace; undefined with tracing disabled. */
  readonly traceId: string | undefined;
  readonly halt: EnforcementHaltError;
}

/** What processor, guardrails and model wrapper of one client know together; everything in it is bounded. */
export interface RunMemory {
  /** Our trace by the framework's trace id. */
  readonly traces: Map<string, TraceHandle>;
  /** Our span by the framework's span id. */
  readonly spans: Map<string, SpanHandle>;
  /** Calls of guarded models that the framework has no span for yet, by the span (or trace) that its span will be under. */
  readonly modelCalls: Map<string, readonly SpanHandle[]>;
  /** What was stopped, oldest first. */
  readonly halts: Halted[];
  /** The agent and the text of the checked result, by id of the tool call. */
  readonly checkedResults: Map<string, string>;
  /** Of tool calls in answers to what a human has approved: the agent and the texts that were approved. */
  readonly approvedCalls: Map<string, string>;
  /** Spans of tools that a guardrail has looked at and that have not ended yet. */
  readonly checkedSpans: Map<string, true>;
  /** What aborts the run that a tool call belongs to: the framework tells the model of it, and no guardrail. */
  readonly signals: Map<string, AbortSignal>;
}

const memories = new WeakMap<Holdpoint, RunMemory>();

export function memoryOf(hp: Holdpoint): RunMemory {
  let memory = memories.get(hp);
  if (!memory) {
    memory = {
      traces: new Map(),
      spans: new Map(),
      modelCalls: new Map(),
      halts: [],
      checkedResults: new Map(),
      approvedCalls: new Map(),
      checkedSpans: new Map(),
      signals: new Map(),
    };
    memories.set(hp, memory);
  }
  return memory;
}

/** Adds an entry; gives back the oldest one when the map is full. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= defaults.adapterOpenRuns) return undefined;
  const [oldest] = map;
  if (!oldest) return undefined;
  map.delete(oldest[0]);
  return oldest[1];
}

/** With tracing disabled all runs share one trace, which says nothing. */
function currentTraceId(): string | undefined {
  const trace = getCurrentTrace();
  return !trace || trace instanceof NoopTrace ? undefined : trace.traceId;
}

/**
 * Puts a decision into the trace that is open now, if a tracing processor records it: it is about the step, or else about
 * what is open there. It ends with the signal.
 */
export function currentCall(hp: Holdpoint, signal?: AbortSignal, step?: SpanHandle): CallOptions {
  const id = currentTraceId();
  const { traces, spans } = memoryOf(hp);
  const trace = id === undefined ? undefined : (step ?? spans.get(getCurrentSpan()?.spanId ?? "") ?? traces.get(id));
  return { ...(trace ? { trace } : {}), ...(signal ? { signal } : {}) };
}

/** A step of the trace that is open now, if a tracing processor records it. */
export interface ModelCall {
  readonly span: SpanHandle | undefined;
  end(error?: unknown): void;
}

/**
 * A guarded model is about to be called. What is decided before has a step to be about: the framework begins its own span
 * within the call, and that one is this (see `takeModelCall`). A model that begins none is recorded all the same.
 */
export function beginModelCall(hp: Holdpoint): ModelCall {
  const { traces, spans, modelCalls } = memoryOf(hp);
  const traceId = currentTraceId() ?? "";
  const under = getCurrentSpan()?.spanId;
  const parent = under === undefined ? undefined : spans.get(under);
  const span = traces.get(traceId)?.span({
    name: "generation",
    spanType: "generation",
    ...(parent ? { parentSpanId: parent.spanId } : {}),
  });
  const key = under ?? traceId;
  if (span) remember(modelCalls, key, [...(modelCalls.get(key) ?? []), span]);
  return {
    span,
    end(error) {
      if (span) drop(modelCalls, key, span);
      const status = findHalt(error) ? "policy_blocked" : "error";
      span?.end(error === undefined ? {} : { status, error });
    },
  };
}

/** The step that a model's span is about to be, if a guarded model is being called there. */
export function takeModelCall(hp: Holdpoint, key: string): SpanHandle | undefined {
  const { modelCalls } = memoryOf(hp);
  const [first] = modelCalls.get(key) ?? [];
  if (first) drop(modelCalls, key, first);
  return first;
}

function drop(modelCalls: RunMemory["modelCalls"], key: string, span: SpanHandle): void {
  const rest = modelCalls.get(key)?.filter((one) => one !== span) ?? [];
  if (rest.length > 0) modelCalls.set(key, rest);
  else modelCalls.delete(key);
}

/** The tool whose span is open now was looked at before it ran. */
export function markChecked(hp: Holdpoint): void {
  const span = getCurrentSpan();
  if (span) remember(memoryOf(hp).checkedSpans, span.spanId, true);
}

export function recordHalt(hp: Holdpoint, halt: EnforcementHaltError): void {
  const { halts } = memoryOf(hp);
  halts.push({ sequence: lastSequence(hp) + 1, traceId: currentTraceId(), halt });
  if (halts.length > defaults.adapterOpenRuns) halts.shift();
}

export const lastSequence = (hp: Holdpoint): number => memoryOf(hp).halts.at(-1)?.sequence ?? 0;

/**
 * What was stopped inside a tool that has begun at a sequence number and returned a text: something of the same trace,
 * or, with tracing disabled, something whose message the text quotes (as the framework's own error text does).
 */
export function haltInside(hp: Holdpoint, sequence: number, text: string): EnforcementHaltError | undefined {
  const { halts } = memoryOf(hp);
  const id = currentTraceId();
  for (let index = halts.length - 1; index >= 0; index--) {
    const halted = halts[index] as Halted;
    if (halted.sequence <= sequence) return undefined;
    const isOurs = id === undefined ? text.includes(halted.halt.message) : halted.traceId === id;
    if (isOurs) return halted.halt;
  }
  return undefined;
}

export const haltOfTrace = (hp: Holdpoint, id: string): EnforcementHaltError | undefined =>
  memoryOf(hp).halts.findLast(({ traceId }) => traceId === id)?.halt;

/** Texts of an agent, to be compared. The texts themselves: a history may come from somebody who computes collisions. */
export const asKey = (agentId: string, texts: readonly string[]): string => JSON.stringify([agentId, ...texts]);
