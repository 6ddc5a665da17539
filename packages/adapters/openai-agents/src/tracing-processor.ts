import { type Holdpoint, identityOf, type SpanHandle, type TraceHandle, type TraceUsage } from "@holdpoint/sdk";
import type { Span, SpanData, Trace, TracingProcessor } from "@openai/agents-core";
import type { HoldpointAgentsOptions } from "./options";
import { haltOfTrace, memoryOf, remember, takeModelCall } from "./run-memory";

/**
 * Records runs as traces, with spans under the right parents, token usage, and the decisions of our guardrails and
 * models in them; a tool that none of our guardrails has looked at is counted as ungoverned. It never stops anything, for the framework does not let a processor do that: use governAgent.
 */
export class HoldpointTracingProcessor implements TracingProcessor {
  readonly #hp: Holdpoint;
  readonly #options: HoldpointAgentsOptions;
  readonly #traces: Map<string, TraceHandle>;
  readonly #spans: Map<string, SpanHandle>;
  readonly #open = new Map<string, { spans: number; failed: boolean }>();

  constructor(hp: Holdpoint, options: HoldpointAgentsOptions) {
    this.#hp = hp;
    this.#options = options;
    ({ traces: this.#traces, spans: this.#spans } = memoryOf(hp));
  }

  async onTraceStart({ traceId, name, groupId }: Trace): Promise<void> {
    this.#begin(traceId, name, groupId);
  }

  async onTraceEnd({ traceId }: Trace): Promise<void> {
    this.#end(traceId);
  }

  async onSpanStart({ traceId, spanId, parentId, spanData }: Span<SpanData>): Promise<void> {
    if (!this.#open.has(traceId)) this.#begin(traceId, nameOf(spanData), null);
    const open = this.#open.get(traceId);
    if (open) open.spans++;
    const parent = parentId === null ? undefined : this.#spans.get(parentId);
    const known = modelSpans.has(spanData.type) ? takeModelCall(this.#hp, parentId ?? traceId) : undefined;
    const span =
      known ??
      this.#traces.get(traceId)?.span({
        name: nameOf(spanData),
        spanType: spanData.type,
        ...(parent ? { parentSpanId: parent.spanId } : {}),
      });
    if (span) remember(this.#spans, spanId, span)?.end();
  }

  async onSpanEnd({ traceId, spanId, spanData, error }: Span<SpanData>): Promise<void> {
    const { checkedSpans } = memoryOf(this.#hp);
    if (spanData.type === "function" && !checkedSpans.delete(spanId))
      this.#hp.reportUngoverned("no_handler", "openai-agents.tool");
    const usage = readUsage(spanData);
    if (usage) this.#traces.get(traceId)?.recordUsage(usage);
    this.#spans.get(spanId)?.end(error ? { status: "error", error: new Error(error.message) } : {});
    this.#spans.delete(spanId);
    const open = this.#open.get(traceId);
    if (!open) return;
    open.spans--;
    open.failed ||= error !== null;
    // The framework does not end the trace of a run that throws: it is over when its last span is.
    if (open.spans <= 0 && open.failed) this.#end(traceId);
  }

  #begin(traceId: string, name: string, groupId: string | null): void {
    remember(this.#open, traceId, { spans: 0, failed: false });
    try {
      const session = groupId === null ? {} : { sessionId: groupId };
      const trace = this.#hp.startTrace({ ...session, ...identityOf(this.#options), name });
      remember(this.#traces, traceId, trace)?.end({ error: new Error("the trace was not seen to end") });
    } catch {
      // A paused agent has no trace; what stops it is the model wrapper or a guardrail.
    }
  }

  #end(traceId: string): void {
    const halt = haltOfTrace(this.#hp, traceId);
    const failed = this.#open.get(traceId)?.failed ?? false;
    const end = halt ? { status: "policy_blocked" as const, error: halt } : failed ? { status: "error" as const } : {};
    this.#traces.get(traceId)?.end(end);
    this.#traces.delete(traceId);
    this.#open.delete(traceId);
  }

  async shutdown(): Promise<void> {
    await this.#hp.flush();
  }

  async forceFlush(): Promise<void> {
    await this.#hp.flush();
  }
}

const modelSpans: ReadonlySet<string> = new Set(["generation", "response"]);

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
