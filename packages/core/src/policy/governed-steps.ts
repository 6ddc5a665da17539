import type { Trace } from "../gen/messages";
import { isObject } from "./problems";
import { isReceipt, isRecord, type ReceiptProblem } from "./receipt-documents";
import { countDecision, describeUnnamed, startCounts } from "./unnamed-steps";

/** Steps of traces against the decisions about them (SPECIFICATION R-10). */
export interface StepBook {
  add(trace: Trace): void;
  /** Steps without a decision of their own, and decisions without their step. */
  finish(): readonly ReceiptProblem[];
}

/** A span or a trace, as somebody wrote it. */
type GivenStep = { readonly [member in "spanId" | "spanType" | "status" | "name"]?: unknown };

/** A call of a tool or a model. */
interface Step {
  readonly at: { readonly traceId: string; readonly spanId: string };
  readonly isTool: boolean;
  /** It ended well, or does not say how: nothing has stopped it. */
  readonly isThrough: boolean;
  readonly what: string;
}

/** A decision that says which step it is about. */
interface Named {
  readonly at: Omit<ReceiptProblem, "kind" | "message">;
  readonly decidedAt: string;
  readonly phase: string;
  readonly allowed: boolean;
}

const modelSpans: ReadonlySet<unknown> = new Set(["llm", "generation", "response"]);
/** Retrievers are decided about as tools are. */
const toolSpans: ReadonlySet<unknown> = new Set(["tool", "function", "retriever"]);

export function createStepBook(): StepBook {
  const ids = new Set<unknown>();
  const steps = new Map<string, Step>();
  const named = new Map<string, Named[]>();
  /** By trace: what was decided in it without saying about which step. */
  const unnamed = new Map<string, ReturnType<typeof startCounts>>();
  const problems: ReceiptProblem[] = [];
  const report = (at: Named["at"], message: string, kind: ReceiptProblem["kind"] = "ungoverned"): void =>
    void problems.push({ kind, ...at, message });

  const addStep = (traceId: string, { spanId, spanType, status, name }: GivenStep): void => {
    ids.add(spanId);
    const isTool = toolSpans.has(spanType);
    if (!isTool && !modelSpans.has(spanType)) return;
    const what = `${isTool ? "tool call" : "model call"}${typeof name === "string" ? ` ${name}` : ""}`;
    if (typeof spanId !== "string") {
      // No receipt can name it.
      report({ traceId }, `no decision about this ${what}`);
      return;
    }
    const at = { traceId, spanId };
    if (steps.has(spanId)) report(at, "two steps have this id", "repeated");
    steps.set(spanId, { at, isTool, isThrough: (status ?? "success") === "success", what });
  };

  return {
    add(trace) {
      const { spanType: type, parentTraceId, traceId: own } = trace;
      // A decision that stands alone belongs to the trace that it was made in.
      const traceId = type === "enforcement" && typeof parentTraceId === "string" ? parentTraceId : own;
      const counted = unnamed.get(traceId) ?? startCounts();
      unnamed.set(traceId, counted);
      addStep(own, { spanId: own, spanType: type, status: trace.status });
      for (const span of Array.isArray(trace.spans) ? trace.spans.filter(isObject) : []) addStep(own, span);
      for (const record of trace.decisions ?? []) {
        if (!isRecord(record)) continue;
        const { receipt, decision, decisionId, decidedAt } = record;
        if (!isReceipt(receipt) || receipt.spanId === undefined) {
          countDecision(record, counted);
          continue;
        }
        counted.isNamed = true;
        const { chain, step, spanId } = receipt;
        if (spanId === "") continue;
        const list = named.get(spanId) ?? [];
        named.set(spanId, list);
        const at = { traceId: own, spanId, decisionId, chain, step };
        list.push({ at, decidedAt, phase: decision.phase, allowed: decision.allowed === true });
      }
    },
    finish() {
      for (const { at, isTool, isThrough, what } of steps.values()) {
        const list = named.get(at.spanId);
        const counted = unnamed.get(at.traceId);
        if (counted && counted.decisions > 0 && !counted.isNamed && !list) {
          counted[isTool ? "tools" : "models"]++;
          if (isTool && isThrough) counted.through++;
          continue;
        }
        const phase = isTool ? "tool_call" : "input";
        const last = list
          ?.filter((one) => one.phase === phase)
          .sort(compareTimes)
          .at(-1);
        if (!last) report(at, `no decision about this ${what}`);
        else if (isThrough && !last.allowed) report(at, `nothing has stopped this ${what}, which was not let pass`);
      }
      for (const [traceId, counted] of unnamed)
        for (const message of describeUnnamed(counted)) report({ traceId }, message);
      for (const [spanId, list] of named)
        for (const { at } of ids.has(spanId) ? [] : list) report(at, "the step it is about is not there", "no_step");
      return problems;
    },
  };
}

const compareTimes = (a: Named, b: Named): number =>
  a.decidedAt < b.decidedAt ? -1 : a.decidedAt > b.decidedAt ? 1 : (a.at.step ?? 0) - (b.at.step ?? 0);
