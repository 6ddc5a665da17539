import type { TraceStatus } from "@holdpoint/core";

/** One run of an agent, as it begins. */
export interface TraceStart {
  readonly agentId: string;
  readonly sessionId?: string;
  readonly userId?: string;
  readonly input?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly parentTraceId?: string;
  readonly spanType?: string;
  readonly environment?: string;
  readonly tags?: readonly string[];
}

/** What one or more model calls really took, since the last report. */
export interface TraceUsage {
  readonly costUsd?: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly modelName?: string;
}

/** How it ended. */
export interface TraceEnd {
  readonly output?: string;
  readonly status?: TraceStatus;
  readonly error?: unknown;
}

/** One step inside a trace, as it begins. */
export interface SpanStart {
  readonly name: string;
  readonly spanType?: string;
  readonly parentSpanId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** How a step ended. */
export interface SpanEnd {
  readonly status?: TraceStatus;
  readonly error?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A step that is under way; one that has not ended when its trace does ends with it, `effect_unconfirmed`. */
export interface SpanHandle {
  readonly spanId: string;
  /** Of the trace that it is a step of. */
  readonly traceId: string;
  /** Ends the span; later calls do nothing. Never throws. */
  end(result?: SpanEnd): void;
}

/** One run of an agent. No method throws; after `end` they do nothing. */
export interface TraceHandle {
  readonly traceId: string;
  readonly agentId: string;
  span(start: SpanStart): SpanHandle;
  /** Adds to the trace's totals, and settles what was reserved in this trace against the actual cost. */
  recordUsage(usage: TraceUsage): void;
  end(result?: TraceEnd): void;
}
