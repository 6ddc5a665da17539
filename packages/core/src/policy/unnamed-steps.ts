import type { DecisionRecord } from "../gen/messages";
import { isReceipt } from "./receipt-documents";

/**
 * What happened in one trace, and what was decided in it by clients that did not say yet which step they decided about:
 * no more can be said than whether there are as many decisions as steps (SPECIFICATION R-11).
 */
export interface StepCounts {
  decisions: number;
  /** Another decision of the trace says which step it is about: then all have to. */
  isNamed: boolean;
  tools: number;
  through: number;
  models: number;
  inputs: number;
  judged: number;
  /** Decisions about tool calls that let them pass. */
  passed: number;
  /** By chain and action: how often a tool call was held, and how often one that was held was then approved. */
  readonly waits: Map<string, { held: number; approved: number }>;
}

export const startCounts = (): StepCounts => ({
  decisions: 0,
  isNamed: false,
  tools: 0,
  through: 0,
  models: 0,
  inputs: 0,
  judged: 0,
  passed: 0,
  waits: new Map(),
});

export function countDecision({ decision, receipt }: DecisionRecord, counted: StepCounts): void {
  counted.decisions++;
  const { phase, verdict } = decision;
  const allowed = decision.allowed === true;
  if (phase === "input") counted.inputs++;
  if (phase !== "tool_call") return;
  counted.judged++;
  if (allowed) counted.passed++;
  if (verdict !== "require_approval" || !isReceipt(receipt)) return;
  const { chain, actionHash = "" } = receipt;
  const key = `${actionHash} ${chain}`;
  const wait = counted.waits.get(key) ?? { held: 0, approved: 0 };
  counted.waits.set(key, wait);
  // Nothing but an approval lets pass what is still held.
  if (allowed) wait.approved++;
  else wait.held++;
}

/** What went by in such a trace without a decision of its own, as messages. */
export function describeUnnamed(counted: StepCounts): readonly string[] {
  const { tools, through, models, inputs, judged, passed, waits } = counted;
  const messages: string[] = [];
  let decided = judged;
  // A step that was held and then approved is one step that was decided twice.
  for (const { held, approved } of waits.values()) decided -= Math.min(held, approved);
  if (tools > decided || through > passed)
    messages.push(`tool calls: ${tools}, not stopped: ${through}; decided: ${decided}, let pass: ${passed}`);
  if (models > 0 && inputs === 0) messages.push(`model calls: ${models}; decided: 0`);
  return messages;
}
