import type { Trace } from "@holdpoint/core";
import { decodeMessage } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
} from "../testing/scripted-control-plane.suite";
import type { HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

const secret = "anna@example.org";
let server: ScriptedControlPlane;
const open: Holdpoint[] = [];

beforeEach(async () => {
  server = await createScriptedControlPlane();
  server.setBundle({ policies: [samples.attacks, samples.mask, samples.tools, samples.budget] });
});
afterEach(async () => {
  await server.close();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const hp = await Holdpoint.create({ controlPlane: server.url, environment: "test", closeTimeoutMs: 500, ...options });
  open.push(hp);
  return hp;
};
const flushed = async (hp: Holdpoint): Promise<Trace[]> => {
  await hp.flush();
  for (const trace of server.traces) expect(decodeMessage("Trace", trace)).toMatchObject({ ok: true });
  return server.traces;
};
const ignore = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);

describe("a decision outside a trace", () => {
  it("is sent as a trace of its own", async () => {
    const hp = await create();
    await hp.enforcePolicy({ agentId: "bot", input: samples.question, sessionId: "s", userId: "u", model: "m" });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    const traces = await flushed(hp);
    expect(traces).toMatchObject([
      {
        agentId: "bot",
        spanType: "enforcement",
        status: "success",
        input: samples.question,
        sessionId: "s",
        userId: "u",
        modelName: "m",
        environment: "test",
        decisions: [{ bundleVersion: 1, decision: { verdict: "allow" } }],
      },
      { status: "policy_blocked", decisions: [{ decision: { verdict: "block" } }] },
    ]);
    expect(new Set(traces.flatMap((trace) => [trace.traceId, trace.decisions?.[0]?.decisionId])).size).toBe(4);
    expect(hp.stats()).toMatchObject({ queuedTraces: 0, sentTraces: 2 });
  });

  it("never carries a text that a policy masked, whatever the phase", async () => {
    const hp = await create();
    const text = `write to ${secret} now`;
    await hp.enforcePolicy({ agentId: "bot", input: text });
    await hp.enforceOutput({ agentId: "bot", output: text });
    await hp.enforceToolCall({ agentId: "bot", tool: "search", args: { deep: [{ q: text }] } });
    await hp.enforceToolResult({ agentId: "bot", tool: "search", result: text });
    await hp.enforceToolResult({ agentId: "bot", tool: "search", result: { rows: [text] } });
    const traces = await flushed(hp);
    expect(traces).toHaveLength(5);
    expect(JSON.stringify(traces)).not.toContain(secret);
    expect(traces.every(({ input, output }) => (input ?? output ?? "").includes("write to"))).toBe(true);
    expect(traces[2]?.metadata).toEqual({ tool: "search" });
  });

  it("leaves out a text that no policy could read", async () => {
    const hp = await create();
    await ignore(hp.enforcePolicy({ agentId: "bot", input: `${secret} ${"x".repeat(2_000_000)}` }));
    hp.pauseAgent("bot");
    await ignore(hp.enforcePolicy({ agentId: "bot", input: secret }));
    const traces = await flushed(hp);
    expect(traces.map(({ input }) => input)).toEqual([undefined, undefined]);
    expect(JSON.stringify(traces)).not.toContain(secret);
  });

  it("leaves out every text when content is not to be captured", async () => {
    const hp = await create({ captureContent: false });
    await hp.enforcePolicy({ agentId: "bot", input: `hello ${secret} marker` });
    const trace = hp.startTrace({ agentId: "bot", input: "marker" });
    trace.span({ name: "step", attributes: { text: "marker" } }).end();
    trace.end({ output: "marker", error: new Error("marker") });
    const traces = await flushed(hp);
    expect(traces).toHaveLength(2);
    expect(JSON.stringify(traces)).not.toContain("marker");
  });

  it("cuts off a long text", async () => {
    const hp = await create();
    await hp.enforcePolicy({ agentId: "bot", input: "word ".repeat(10_000) });
    const [trace] = await flushed(hp);
    expect(trace?.input?.length).toBeLessThan(17_000);
    expect(trace?.input).toMatch(/\[cut off\]$/);
  });
});

describe("a trace", () => {
  it("gathers decisions, spans and usage under one id", async () => {
    const hp = await create();
    const trace = hp.startTrace({
      agentId: "bot",
      sessionId: "s",
      userId: "u",
      input: samples.question,
      name: "run",
      metadata: { a: 1 },
      parentTraceId: "p",
      tags: ["x"],
    });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question }, { trace });
    const outer = trace.span({ name: "model", spanType: "llm", attributes: { b: 2 } });
    trace.span({ name: "tool", spanType: "tool", parentSpanId: outer.spanId }).end({ error: new TypeError("broken") });
    outer.end({ attributes: { c: 3 } });
    trace.recordUsage({ costUsd: 0.25, promptTokens: 10, modelName: "m" });
    trace.recordUsage({ costUsd: 0.25, completionTokens: 5, promptTokens: 1 });
    trace.end({ output: "At ten" });
    trace.end({ output: "again" });
    const traces = await flushed(hp);
    expect(traces).toMatchObject([
      {
        traceId: trace.traceId,
        agentId: "bot",
        sessionId: "s",
        userId: "u",
        input: samples.question,
        output: "At ten",
        status: "success",
        costUsd: 0.5,
        promptTokens: 11,
        completionTokens: 5,
        modelName: "m",
        parentTraceId: "p",
        tags: ["x"],
        spanType: "agent",
        metadata: { a: 1, name: "run" },
        spans: [
          {
            name: "tool",
            status: "error",
            parentSpanId: outer.spanId,
            attributes: { "error.type": "TypeError", "error.message": "broken" },
          },
          { spanId: outer.spanId, name: "model", spanType: "llm", status: "success", attributes: { b: 2, c: 3 } },
        ],
        decisions: [{ decision: { verdict: "allow" } }],
      },
    ]);
  });

  it("is redacted as a whole, also where nothing was enforced", async () => {
    const hp = await create();
    const trace = hp.startTrace({ agentId: "bot", input: `mail ${secret}`, metadata: { note: secret } });
    trace
      .span({ name: "model", attributes: { prompt: [`to ${secret}`] } })
      .end({ error: new Error(`no mailbox ${secret}`) });
    trace.end({ output: `sent to ${secret}`, error: new Error(`lost ${secret}`) });
    const [sent] = await flushed(hp);
    expect(JSON.stringify(sent)).not.toContain(secret);
    expect(sent).toMatchObject({
      input: expect.stringMatching(/^mail /),
      output: expect.stringMatching(/^sent to /),
      errorMessage: expect.stringMatching(/^lost /),
    });
  });

  it("says that it was blocked, unless it is told otherwise", async () => {
    const hp = await create();
    const stopped = hp.startTrace({ agentId: "bot" });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }, { trace: stopped }));
    stopped.end();
    const told = hp.startTrace({ agentId: "bot" });
    told.end({ status: "nonsense" as never });
    expect(await flushed(hp)).toMatchObject([{ status: "policy_blocked" }, { status: "success" }]);
  });

  it("is not blocked by a step that a human approved", async () => {
    const hp = await create({ onApproval: () => true });
    const trace = hp.startTrace({ agentId: "bot" });
    await hp.enforceToolCall({ agentId: "bot", tool: "send_email" }, { trace });
    trace.end();
    expect(await flushed(hp)).toMatchObject([
      {
        status: "success",
        decisions: [{ decision: { allowed: false } }, { decision: { verdict: "require_approval", allowed: true } }],
      },
    ]);
  });

  it("that was never ended is sent on closing; a decision after its end goes alone", async () => {
    const hp = await create();
    const ended = hp.startTrace({ agentId: "bot" });
    ended.end();
    await hp.enforcePolicy({ agentId: "bot", input: "hi" }, { trace: ended });
    hp.startTrace({ agentId: "forgotten" });
    await hp.close();
    expect(server.traces).toMatchObject([
      { traceId: ended.traceId },
      { spanType: "enforcement", parentTraceId: ended.traceId },
      { agentId: "forgotten", status: "effect_unconfirmed" },
      { agentId: "holdpoint", spanType: "receipts" },
    ]);
  });
});
