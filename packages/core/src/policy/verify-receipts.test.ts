import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../decide/digest";
import { writeReceipt } from "../decide/receipt";
import type { DecisionRecord, Trace } from "../gen/messages";
import { verifyReceipts } from "./verify-receipts";

/** Traces of one decision each, chained as a client chains them. */
function makeTraces(count: number, chain = "c"): Trace[] {
  let previous = "";
  return Array.from({ length: count }, (_, index) => {
    const record = {
      decisionId: `d${index + 1}`,
      decidedAt: `2026-09-21T14:00:${String(index).padStart(2, "0")}.000Z`,
      bundleVersion: 3,
      decision: { agentId: "bot", phase: "input", verdict: "allow", allowed: true, planDigest: "p", violations: [] },
    } as unknown as DecisionRecord;
    const receipt = { chain, step: index + 1, actionHash: "a", previous };
    const hash = sha256Hex(writeReceipt(record, receipt));
    previous = hash;
    const traceId = `${chain}-t${index + 1}`;
    return {
      traceId,
      agentId: "bot",
      timestamp: "",
      decisions: [{ ...record, receipt: { ...receipt, hash } }],
    } as Trace;
  });
}

// biome-ignore lint/suspicious/noExplicitAny: documents that somebody has tampered with
type Tampered = any;
const kindsOf = (traces: readonly unknown[]) =>
  verifyReceipts(traces).problems.map(({ kind, step }) => (step === undefined ? kind : `${kind} ${step}`));
const change = (trace: Trace | undefined, edit: (copy: Tampered) => void): Trace => {
  const copy = structuredClone(trace) as Trace;
  edit(copy);
  return copy;
};

const vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/receipts/receipts.json", import.meta.url), "utf8"),
) as { readonly cases: readonly { readonly title: string; readonly traces: unknown[]; readonly report: object }[] };

describe("verification of receipts", () => {
  it.each(vectors.cases)("says what the vectors say: $title", ({ traces, report }) => {
    expect(verifyReceipts(traces)).toEqual(report);
  });

  it("names as many problems as there are", () => {
    const spans = Array.from({ length: 200_000 }, (_, index) => ({ spanId: `s${index}`, spanType: "tool" }));
    expect(verifyReceipts([{ traceId: "t", spans }]).problems).toHaveLength(spans.length);
  });

  it("finds nothing wrong with whole chains, in any order and sent twice", () => {
    const traces = [...makeTraces(4), ...makeTraces(2, "other")];
    expect(verifyReceipts(traces)).toEqual({ traces: 6, decisions: 6, chains: 2, openChains: 2, problems: [] });
    expect(kindsOf([...traces, ...traces].reverse())).toEqual([]);
  });

  it("names a decision without a receipt", () => {
    const traces = makeTraces(1);
    expect(verifyReceipts([change(traces[0], (t) => delete t.decisions[0].receipt)]).problems).toEqual([
      { kind: "no_receipt", traceId: "c-t1", decisionId: "d1", message: "the decision has no receipt" },
    ]);
  });

  it("names a decision that was altered, whatever was", () => {
    for (const edit of [
      (t: Tampered) => (t.decisions[0].decision.verdict = "block"),
      (t: Tampered) => (t.decisions[0].decision.allowed = false),
      (t: Tampered) => (t.decisions[0].decision.planDigest = "q"),
      (t: Tampered) => (t.decisions[0].decision.agentId = "other"),
      (t: Tampered) => (t.decisions[0].decidedAt = "2026-09-21T14:00:00.001Z"),
      (t: Tampered) => (t.decisions[0].decisionId = "x"),
      (t: Tampered) => (t.decisions[0].bundleVersion = 4),
      (t: Tampered) => (t.decisions[0].receipt.actionHash = "b"),
      (t: Tampered) => t.decisions[0].decision.violations.push({ policyId: "p", enforcementMode: "warn", reason: "R" }),
    ])
      expect(kindsOf([change(makeTraces(1)[0], edit)])).toEqual(["altered 1"]);
  });

  it("names steps that are lost, and the break that they leave", () => {
    const [first, , , fourth] = makeTraces(4);
    expect(kindsOf([first, fourth])).toEqual(["lost 2", "broken 4"]);
    expect(verifyReceipts([first, fourth]).problems[0]?.message).toBe("steps 2 to 3 are not there");
  });

  it("names a step that is there twice", () => {
    const traces = makeTraces(2);
    const copy = change(traces[1], (t) => (t.traceId = "again"));
    expect(kindsOf([...traces, copy])).toEqual(["repeated 2", "broken 2"]);
  });

  it("names decisions of a trace that are out of order, and times that go back", () => {
    const [first, second] = makeTraces(2) as [Trace, Trace];
    const decisions = [...(second.decisions ?? []), ...(first.decisions ?? [])];
    expect(kindsOf([{ ...first, decisions }])).toEqual(["reordered 1"]);
    const early = change(second, (t) => (t.decisions[0].decidedAt = "2026-09-21T13:00:00.000Z"));
    expect(kindsOf([first, early])).toEqual(["altered 2", "reordered 2"]);
  });

  it("names steps behind the end of their chain, and ends that do not agree", () => {
    const traces = makeTraces(3);
    const endAt = (steps: number) => ({
      traceId: `end-${steps}`,
      agentId: "holdpoint",
      spanType: "receipts",
      metadata: { chains: [{ chain: "c", steps, hash: traces[steps - 1]?.decisions?.[0]?.receipt?.hash }] },
    });
    expect(kindsOf([...traces, endAt(3)])).toEqual([]);
    expect(kindsOf([...traces, endAt(2)])).toEqual(["broken 3"]);
    expect(kindsOf([...traces, endAt(3), { ...endAt(3), traceId: "again" }])).toEqual([]);
    expect(kindsOf([...traces, endAt(3), endAt(2)])).toEqual(["broken 3"]);
    expect(kindsOf([...traces, endAt(2), endAt(3)])).toEqual(["broken 3"]);
  });

  it("names a chain that stands in lone decisions of two sessions", () => {
    const inSession = (sessionId: string | undefined) => (trace: Trace) =>
      ({ ...trace, spanType: "enforcement", ...(sessionId === undefined ? {} : { sessionId }) }) as Trace;
    const [first, second, third] = makeTraces(3) as [Trace, Trace, Trace];
    expect(kindsOf([first, second, third].map(inSession("s")))).toEqual([]);
    expect(kindsOf([inSession("s")(first), inSession("t")(second), inSession("s")(third)])).toEqual(["broken 2"]);
    expect(kindsOf([inSession("s")(first), inSession(undefined)(second)])).toEqual(["broken 2"]);
    // Within a trace a step may say that it belongs to another session.
    expect(kindsOf([inSession("s")(first), { ...second, sessionId: "t" } as Trace])).toEqual([]);
  });

  it("names traces with steps that nothing was decided about", () => {
    const [first] = makeTraces(1) as [Trace];
    const spans = [
      { spanId: "s", spanType: "tool" },
      { spanId: "u", spanType: "llm" },
    ];
    expect(verifyReceipts([{ ...first, spans }]).problems).toEqual([
      { kind: "ungoverned", traceId: "c-t1", message: "tool calls: 1, not stopped: 1; decided: 0, let pass: 0" },
    ]);
    expect(kindsOf([{ traceId: "t", agentId: "bot", timestamp: "", spanType: "llm" }])).toEqual(["ungoverned"]);
  });

  /** A trace of tool calls: what was decided about them, as `verdict`, `+` where it was let pass, `:` and the action. */
  const makeToolTrace = (decided: readonly string[], spans: readonly (object | string)[]): Trace => {
    let previous = "";
    const decisions = decided.map((written, index) => {
      const [, verdict, plus, action = "a"] = /^(\w+)(\+?)(?::(\w+))?$/.exec(written) ?? [];
      const allowed = plus === "+";
      const decision = { agentId: "bot", phase: "tool_call", verdict, allowed, planDigest: "p", violations: [] };
      const record = { decisionId: `d${index}`, decidedAt: "2026-09-21T14:00:00.000Z", decision };
      const receipt = { chain: "c", step: index + 1, actionHash: action, previous };
      previous = sha256Hex(writeReceipt(record as never, receipt));
      return { ...record, receipt: { ...receipt, hash: previous } };
    });
    const list = spans.map((one, index) => ({
      spanId: `s${index}`,
      spanType: "tool",
      ...(typeof one === "string" ? { status: one } : one),
    }));
    return { traceId: "t", agentId: "bot", timestamp: "", decisions, spans: list } as unknown as Trace;
  };
  const ungovernedIn = (decided: readonly string[], spans: readonly (object | string)[]) =>
    verifyReceipts([makeToolTrace(decided, spans)]).problems.map(({ kind, message }) => `${kind}: ${message}`);
  const approved = ["require_approval", "require_approval+"];

  it("counts a step that was held and then approved as one call", () => {
    expect(ungovernedIn(approved, ["success"])).toEqual([]);
    expect(ungovernedIn(approved, ["success", "success"])).toEqual([
      "ungoverned: tool calls: 2, not stopped: 2; decided: 1, let pass: 1",
    ]);
    expect(ungovernedIn([...approved, "allow+:b"], ["success", "success"])).toEqual([]);
    // One that failed hides no better than one that ended well.
    expect(ungovernedIn(approved, ["success", "error"])).toHaveLength(1);
    // Approved and asked again: two calls. Denied, and asked again for an approval: two as well.
    expect(ungovernedIn([...approved, ...approved], ["success", "success"])).toEqual([]);
    expect(ungovernedIn(["require_approval", ...approved], ["policy_blocked", "success"])).toEqual([]);
    // What was approved is another step than what was held.
    expect(ungovernedIn(["require_approval:b", "require_approval+"], ["policy_blocked", "success"])).toEqual([]);
  });

  it("wants a decision that lets pass for each tool call that ended well", () => {
    expect(ungovernedIn(["block"], ["policy_blocked"])).toEqual([]);
    expect(ungovernedIn(["block", "allow+:b"], ["error", "success"])).toEqual([]);
    const one = "ungoverned: tool calls: 1, not stopped: 1; decided: 1, let pass: 0";
    expect(ungovernedIn(["block"], ["success"])).toEqual([one]);
    expect(ungovernedIn(["require_approval"], [{}])).toEqual([one]);
    // Held, and decided otherwise when it was approved.
    expect(ungovernedIn(["require_approval", "allow+"], ["success", "success"])).toEqual([
      "ungoverned: tool calls: 2, not stopped: 2; decided: 2, let pass: 1",
    ]);
    expect(ungovernedIn(["require_approval", "allow+"], ["policy_blocked", "success"])).toEqual([]);
  });

  it("counts a decision that stands alone for the trace that it was made in", () => {
    const [first] = makeTraces(1) as [Trace];
    const lone = { ...first, spanType: "enforcement", parentTraceId: "run" };
    expect(kindsOf([lone, { traceId: "run", agentId: "bot", timestamp: "", spanType: "llm" }])).toEqual([]);
  });

  it("names what it cannot read and goes on", () => {
    const bad = [null, 7, {}, { traceId: "t", decisions: [null] }, { traceId: "t", decisions: 3 }];
    expect(kindsOf([...bad, ...makeTraces(1)])).toEqual(Array(5).fill("unreadable"));
  });
});
