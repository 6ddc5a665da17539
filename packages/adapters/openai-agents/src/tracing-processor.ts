import type { Holdpoint, SpanHandle, TraceHandle, TraceUsage } from "@holdpoint/sdk";
import type { Span, SpanData, Trace, TracingProcessor } from "@openai/agents-core";
import { type HoldpointAgentsOptions, identityOf } from "./options";
import { memoryOf, remember } from "./run-memory";

/**
 * Records runs as traces, with spans under the right parents, token usage, and the decisions of our guardrails and
 * models in them. It never stops anything, for the framework does not let a processor do that: use governAgent.
 */
export class HoldpointTracingProcessor implements TracingProcessor {
  readonly #hp: Holdpoint;
  readonly #options: HoldpointAgentsOptions;
  readonly #traces: Map<string, TraceHandle>;
  readonly #spans = new Map<string, SpanHandle>();

  constructor(hp: Holdpoint, options: HoldpointAgentsOptions) {
    this.#hp = hp;
    this.#options = options;
    this.#traces = memoryOf(hp).traces;
  }

  async onTraceStart({ traceId, name, groupId }: Trace): Promise<void> {
    try {
      const session = groupId === null ? {} : { sessionId: groupId };
      const trace = this.#hp.startTrace({ ...session, ...identityOf(this.#options), name });
      remember(this.#traces, traceId, trace)?.end({ error: new Error("the trace was not seen to end") });
    } catch {
      // A paused agent has no trace; what stops it is the model wrapper or a guardrail.
    }
  }

  async onTraceEnd({ traceId }: Trace): Promise<void> {
    this.#traces.get(traceId)?.end();
    this.#traces.delete(traceId);
    memoryOf(this.#hp).halts.delete(traceId);
  }

  async onSpanStart({ traceId, spanId, parentId, spanData }: Span<SpanData>): Promise<void> {
    const parent = parentId === null ? undefined : this.#spans.get(parentId);
    const span = this.#traces.get(traceId)?.span({
      name: nameOf(spanData),
      spanType: spanData.type,
      ...(parent ? { parentSpanId: parent.spanId } : {}),
    });
    if (span) remember(this.#spans, spanId, span)?.end();
  }

  async onSpanEnd({ traceId, spanId, spanData, error }: Span<SpanData>): Promise<void> {
    const usage = readUsage(spanData);
    if (usage) this.#traces.get(traceId)?.recordUsage(usage);
    this.#spans.get(spanId)?.end(error ? { status: "error", error: new Error(error.message) } : {});
    this.#spans.delete(spanId);
  }

  async shutdown(): Promise<void> {
    await this.#hp.flush();
  }

  async forceFlush(): Promise<void> {
    await this.#hp.flush();
  }
}

function nameOf(data: SpanData): string {
  const { name } = data as { name?: unknown };
  return typeof name === "string" && name !== "" ? name : data.type;
}

/** Of all spans the turn's: each model call is in exactly one, whatever the model. */
function readUsage(data: SpanData): TraceUsage | undefined {
  if (data.type !== "turn" || !data.usage) return undefined;
  const { input_tokens: promptTokens, output_tokens: completionTokens } = data.usage;
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}
