import type { Trace } from "../gen/messages";
import { isObject } from "./problems";
import { isReceipt, isRecord } from "./receipt-documents";

/** What happened in one trace, and what was decided about it. */
export interface StepCounts {
  tools: number;
  /** Tool calls that ended well, or do not say how: nothing has stopped them. */
  toolsThrough: number;
  models: number;
  inputDecisions: number;
  toolDecisions: number;
  /** Decisions about tool calls that let them pass. */
  toolPasses: number;
  /** By chain and action: how often a tool call was held, and how often one that was held was then approved. */
  readonly waits: Map<string, { held: number; approved: number }>;
}

const modelSpans: ReadonlySet<unknown> = new Set(["llm", "generation", "response"]);
/** Retrievers are decided about as tools are. */
const toolSpans: ReadonlySet<unknown> = new Set(["tool", "function", "retriever"]);

/** Adds the steps of a trace. A decision that stands alone belongs to the trace that it was made in. */
export function countSteps(trace: Trace, steps: Map<string, StepCounts>): void {
  const { spanType: type, parentTraceId } = trace;
  const traceId = type === "enforcement" && typeof parentTraceId === "string" ? parentTraceId : trace.traceId;
  const counted = steps.get(traceId) ?? startCounts();
  steps.set(traceId, counted);
  const spans = Array.isArray(trace.spans) ? trace.spans : [];
  for (const { spanType, status } of [trace, ...spans.filter(isObject)] as { spanType?: unknown; status?: unknown }[]) {
    if (modelSpans.has(spanType)) counted.models++;
    if (!toolSpans.has(spanType)) continue;
    counted.tools++;
    if ((status ?? "success") === "success") counted.toolsThrough++;
  }
  for (const record of trace.decisions ?? []) countDecision(record, counted);
}

const startCounts = (): StepCounts => ({
  tools: 0,
  toolsThrough: 0,
  models: 0,
  inputDecisions: 0,
  toolDecisions: 0,
  toolPasses: 0,
  waits: new Map(),
});

function countDecision(record: unknown, counted: StepCounts): void {
  if (!isRecord(record)) return;
  const { phase, verdict, allowed } = record.decision;
  if (phase === "input") counted.inputDecisions++;
  if (phase !== "tool_call") return;
  counted.toolDecisions++;
  if (allowed === true) counted.toolPasses++;
  if (verdict !== "require_approval" || !isReceipt(record.receipt)) return;
  const { chain, actionHash = "" } = record.receipt;
  const key = `${actionHash} ${chain}`;
  const wait = counted.waits.get(key) ?? { held: 0, approved: 0 };
  counted.waits.set(key, wait);
  // Nothing but an approval lets pass what is still held.
  if (allowed === true) wait.approved++;
  else wait.held++;
}

/** What went by in a trace without a decision of its own (SPECIFICATION R-5), as messages. */
export function describeUngoverned(counted: StepCounts): readonly string[] {
  const { tools, toolsThrough, models, inputDecisions, toolDecisions, toolPasses, waits } = counted;
  const messages: string[] = [];
  // A step that was held and then approved is one step that was decided twice.
  let again = 0;
  for (const { held, approved } of waits.values()) again += Math.min(held, approved);
  if (tools > toolDecisions - again) {
    const after = again > 0 ? `, ${again} of them made again after an approval` : "";
    messages.push(`${count(tools, "tool call")} and ${count(toolDecisions, "decision")} about tool calls${after}`);
  } else if (toolsThrough > toolPasses) {
    const through = `${count(toolsThrough, "tool call")} that nothing has stopped`;
    messages.push(`${through} and ${count(toolPasses, "decision")} that let one pass`);
  }
  if (models > 0 && inputDecisions === 0)
    messages.push(`${count(models, "model call")} and no decision about an input`);
  return messages;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
