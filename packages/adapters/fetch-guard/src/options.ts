import type { CallOptions, SpanHandle, TraceHandle } from "@holdpoint/sdk";

/** Who the steps belong to. */
export interface HoldpointFetchOptions {
  readonly agentId: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The cost in USD of a model call, from the whole text that is about to be sent. */
  readonly estimateCost?: (text: string) => number;
  /** The trace of this run: decisions, a span for each model call, and tokens go into it. Its maker ends it. */
  readonly trace?: TraceHandle;
  /** The span that the spans of model calls are under. */
  readonly parentSpanId?: string;
}

/** The same for one call of a model. */
export interface StepOptions extends HoldpointFetchOptions {
  /** The call itself, in the trace. */
  readonly step?: SpanHandle | undefined;
}

/** What every verb is told about the call. */
export function callOf({ trace: whole, step }: StepOptions, signal: AbortSignal | undefined): CallOptions {
  const trace = step ?? whole;
  return { ...(trace ? { trace } : {}), ...(signal ? { signal } : {}) };
}
