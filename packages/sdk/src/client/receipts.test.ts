import { canonicalJson, hmacSha256Hex, verifyReceipts } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodePlatform } from "../platform/node-platform";
import {
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
} from "../testing/scripted-control-plane.suite";
import type { DecisionEvent, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

let server: ScriptedControlPlane;
const open: Holdpoint[] = [];
const salt = "c2FsdCBvZiB0aGUgb3JnYW5pc2F0aW9u";

beforeEach(async () => {
  server = await createScriptedControlPlane();
  server.setBundle({ policies: [samples.attacks, samples.tools], salt });
});
afterEach(async () => {
  await server.close();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const hp = await Holdpoint.create({ controlPlane: server.url, closeTimeoutMs: 500, ...options });
  open.push(hp);
  return hp;
};
const ignore = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);
const receipts = () => server.traces.flatMap(({ decisions = [] }) => decisions.map(({ receipt }) => receipt));

describe("receipts", () => {
  it("chain the decisions of each session, allowed and blocked, alone and in traces", async () => {
    const hp = await create();
    for (const sessionId of ["a", "b"]) {
      await hp.enforcePolicy({ agentId: "bot", input: samples.question, sessionId });
      const trace = hp.startTrace({ agentId: "bot", sessionId });
      await hp.enforcePolicy({ agentId: "bot", input: samples.question }, { trace });
      await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }, { trace }));
      await hp.enforceOutput({ agentId: "bot", output: "fine", sessionId });
      trace.end();
    }
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await hp.flush();
    expect(verifyReceipts(server.traces)).toEqual({ traces: 7, decisions: 9, chains: 3, openChains: 3, problems: [] });
    expect(receipts().map((receipt) => receipt?.step)).toEqual([1, 4, 2, 3, 1, 4, 2, 3, 1]);
  });

  it("name a tool call that nothing was decided about beside one that was held and approved", async () => {
    const hp = await create({ onApproval: () => true });
    const runTwice = async (decided: readonly string[]): Promise<void> => {
      const trace = hp.startTrace({ agentId: "bot" });
      for (const to of ["a", "b"]) {
        const span = trace.span({ name: "send_email", spanType: "tool" });
        if (decided.includes(to))
          await hp.enforceToolCall({ agentId: "bot", tool: "send_email", args: { to } }, { trace: span });
        span.end();
      }
      trace.end();
      await hp.flush();
    };
    await runTwice(["a", "b"]);
    expect(verifyReceipts(server.traces)).toMatchObject({ decisions: 4, problems: [] });
    await runTwice(["a"]);
    expect(verifyReceipts(server.traces).problems).toMatchObject([
      {
        kind: "ungoverned",
        spanId: server.traces.at(-1)?.spans?.[1]?.spanId,
        message: "no decision about this tool call send_email",
      },
    ]);
  });

  it("name the span that they were asked for, also one of another process, or else the trace", async () => {
    const hp = await create();
    const trace = hp.startTrace({ agentId: "bot", sessionId: "s" });
    const span = trace.span({ name: "search", spanType: "tool" });
    const far = { traceId: "far", spanId: "far span" };
    for (const about of [span, trace, far, undefined])
      await hp.enforceToolCall({ agentId: "bot", tool: "search" }, about ? { trace: about } : {});
    far.spanId = "changed later";
    span.end();
    trace.end();
    await hp.flush();
    const named = server.traces.flatMap(({ decisions = [], traceId, parentTraceId }) =>
      decisions.map(({ receipt }) => [receipt?.spanId, traceId === trace.traceId ? "in it" : parentTraceId]),
    );
    expect(named).toEqual(
      expect.arrayContaining([
        [span.spanId, "in it"],
        [trace.traceId, "in it"],
        ["far span", "far"],
        ["", undefined],
      ]),
    );
    expect(verifyReceipts(server.traces).problems).toMatchObject([{ kind: "no_step", spanId: "far span" }]);
    // What is decided in a span is of its trace's session.
    expect(new Set(receipts().map((receipt) => receipt?.chain)).size).toBe(2);
  });

  it("find their step when it has not ended with its trace, or found no room in it", async () => {
    const hp = await create();
    const trace = hp.startTrace({ agentId: "bot" });
    const spans = Array.from({ length: 1002 }, () => trace.span({ name: "search", spanType: "tool" }));
    const decide = (index: number) =>
      hp.enforceToolCall({ agentId: "bot", tool: "search" }, { trace: spans[index] ?? trace });
    await decide(0);
    await decide(1000);
    for (const span of spans.slice(500)) span.end();
    trace.end();
    for (const span of spans) span.end();
    await hp.flush();
    const run = server.traces.find(({ traceId }) => traceId === trace.traceId);
    expect(run?.spans?.map(({ status }) => status)).toEqual(
      expect.arrayContaining([...Array(500).fill("success"), ...Array(500).fill("effect_unconfirmed")]),
    );
    expect(run?.spans).toHaveLength(1000);
    const alone = server.traces.filter(({ spanType }) => spanType === "tool");
    expect(alone).toMatchObject(
      [1000, 1001].map((index) => ({ traceId: spans[index]?.spanId, parentTraceId: trace.traceId, status: "success" })),
    );
    const missed = verifyReceipts(server.traces).problems.map(({ spanId }) => spanId);
    expect(new Set(missed)).toEqual(new Set(spans.filter((_, at) => at % 1000 !== 0).map(({ spanId }) => spanId)));
  });

  it("are published with their ends when the client closes, so that a chain that is cut off there is noticed", async () => {
    const hp = await create();
    for (const sessionId of ["a", "a", "a", "b"])
      await hp.enforcePolicy({ agentId: "bot", input: samples.question, sessionId });
    const open = hp.startTrace({ agentId: "bot", sessionId: "b" });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question }, { trace: open });
    await hp.close();
    const ends = server.traces.filter(({ spanType }) => spanType === "receipts");
    expect(ends).toMatchObject([{ agentId: "holdpoint", status: "success" }]);
    expect(verifyReceipts(server.traces)).toMatchObject({ decisions: 5, chains: 2, openChains: 0, problems: [] });
    const chains = (ends[0]?.metadata as { chains: { chain: string; steps: number }[] } | undefined)?.chains ?? [];
    expect(chains.map(({ steps }) => steps)).toEqual([3, 2]);
    const cut = server.traces.filter(({ decisions = [] }) =>
      decisions.every(({ receipt }) => receipt?.chain !== chains[0]?.chain || receipt?.step !== 3),
    );
    expect(verifyReceipts(cut).problems).toMatchObject([{ kind: "lost", chain: chains[0]?.chain, step: 3 }]);
  });

  it("are not published by a client that has decided nothing", async () => {
    await (await create()).close();
    expect(server.traces).toEqual([]);
  });

  it("show a step that was lost on the way as a gap", async () => {
    const hp = await create({ queueCapacity: 2, flushIntervalMs: 60_000 });
    for (let step = 0; step < 4; step++) await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await hp.flush();
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await hp.flush();
    expect(verifyReceipts(server.traces).problems).toMatchObject([
      { kind: "lost", step: 3, message: "steps 3 to 4 are not there" },
    ]);
  });

  it("hash the step under the organisation's salt, as it was decided", async () => {
    const hp = await create();
    const args = { query: "x" };
    await hp.enforceToolCall({ agentId: "bot", tool: "search", args, metadata: { not: "part of it" } });
    args.query = "changed later";
    await hp.flush();
    const action = { agentId: "bot", phase: "tool_call", tool: { name: "search", args: { query: "x" } } };
    const key = Buffer.from(salt, "base64");
    expect(receipts()[0]?.actionHash).toBe(hmacSha256Hex(key, canonicalJson(action)));
  });

  it.each(["input", "output", "tool_call", "tool_result"])(
    "hash what a step of phase `%s` brought as it was decided",
    async (phase) => {
      const hp = await create();
      const key = Buffer.from(salt, "base64");
      for (const member of ["tool", "toolOutputs"]) {
        const args = { query: "x" };
        const brought = member === "tool" ? { name: "search", args } : [{ name: "search", output: args }];
        const action = { agentId: "bot", phase, [member]: brought };
        const expected = hmacSha256Hex(key, canonicalJson(action));
        await ignore(hp.enforcePolicy(action as never));
        args.query = "changed later";
        await hp.flush();
        expect(receipts().at(-1)?.actionHash, member).toBe(expected);
      }
    },
  );

  it("are given to listeners that ask, also without a control plane", async () => {
    const hp = await Holdpoint.create({ policies: [samples.attacks] });
    const events: DecisionEvent[] = [];
    hp.on("decision", (event) => events.push(event));
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    const traces = events.map(({ decision, decisionId, decidedAt, receipt }) => ({
      traceId: decisionId,
      decisions: [{ decision, decisionId, decidedAt, receipt: receipt() }],
    }));
    expect(verifyReceipts(traces).problems).toEqual([]);
    expect(events[0]?.receipt()).toBe(events[0]?.receipt());
  });

  it("are those of what was decided, whoever was shown the decision", async () => {
    const hp = await create();
    const seen: unknown[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: a program that writes where it may only read
    const allow = ({ decision }: any): void => {
      seen.push(decision.verdict);
      try {
        decision.violations.splice(0);
      } finally {
        Object.assign(decision, { verdict: "allow", allowed: true });
      }
    };
    for (const name of ["decision", "blocked"] as const) hp.on(name, allow);
    const halt = await hp.enforcePolicy({ agentId: "bot", input: samples.attack }).catch((error: unknown) => error);
    expect(halt).toMatchObject({ name: "PolicyBlockedError", violations: [{ enforcementMode: "block" }] });
    expect(() => allow(halt)).toThrow(TypeError);
    expect(seen).toEqual(["block", "block", "block"]);
    await hp.flush();
    expect(server.traces[0]).toMatchObject({
      status: "policy_blocked",
      decisions: [{ decision: { verdict: "block" } }],
    });
  });

  it("are not hashed in the call", async () => {
    const platform = createNodePlatform();
    let hashes = 0;
    const crypto = {
      ...platform.crypto,
      sha256Hex: (text: string) => {
        hashes++;
        return platform.crypto.sha256Hex?.(text) ?? "";
      },
    };
    const hp = await create({ platform: { ...platform, crypto } });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(hashes).toBe(0);
    await hp.flush();
    expect(hashes).toBe(1);
  });
});
