import type { CallOptions, SpanHandle, TraceHandle } from "@holdpoint/sdk";

/** Who the steps belong to. */
export interface HoldpointAiOptions {
  readonly agentId: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The cost in USD of a model call, from the whole text that is about to be sent. */
  readonly estimateCost?: (text: string) => number;
  /** The trace of this run: decisions, spans of model and tool calls, and tokens go into it. Its maker ends it. */
  readonly trace?: TraceHandle;
  /** The span that the model's spans are under; a tool's span is under that of the model call that asked for it. */
  readonly parentSpanId?: string;
}

/** What every verb is told about the call; `step`: the model or tool call that it is about, in the trace. */
export function callOf(
  { trace: whole }: HoldpointAiOptions,
  signal: AbortSignal | undefined,
  step: SpanHandle | undefined,
): CallOptions {
  const trace = step ?? whole;
  return { ...(trace ? { trace } : {}), ...(signal ? { signal } : {}) };
}
