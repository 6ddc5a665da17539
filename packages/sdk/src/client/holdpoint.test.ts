import type { Decision, EnforceRequest } from "@holdpoint/core";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  isAgentPausedError,
  isApprovalDeniedError,
  isApprovalTimeoutError,
  isConfigError,
  isEnforcementHaltError,
  isPolicyBlockedError,
  isPolicyCompileError,
} from "../gen/errors";
import { samples } from "../testing/scripted-control-plane.suite";
import { textOf } from "../text-of";
import type { ApprovalContext, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

const open: Holdpoint[] = [];
const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const policies = [samples.attacks, samples.tools, samples.mask, samples.budget];
  const hp = await Holdpoint.create({ policies, ...options });
  open.push(hp);
  return hp;
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error("it was let pass");
    },
    (error: unknown) => error,
  );

afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

describe("the verbs", () => {
  it("resolve with the decision of a step that may happen", async () => {
    const hp = await create();
    const decision = await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(decision).toMatchObject({ verdict: "allow", allowed: true, phase: "input", agentId: "bot" });
  });

  it("reject an attack with the violations and the decision", async () => {
    const hp = await create();
    const error = await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    expect(isPolicyBlockedError(error) && isEnforcementHaltError(error)).toBe(true);
    expect(error).toMatchObject({
      code: "POLICY_BLOCKED",
      violations: [{ policyId: "no-attack", reason: "EXPRESSION_TRUE" }],
      decision: { verdict: "block" },
    });
    expect((error as Error).message).toMatch(/^blocked by policy `no-attack`: /);
  });

  it("stop a denied tool and let another one run", async () => {
    const hp = await create();
    const error = await failure(hp.enforceToolCall({ agentId: "bot", tool: "db_write", args: { table: "users" } }));
    expect(error).toMatchObject({ violations: [{ reason: "TOOL_DENIED" }] });
    expect(await hp.enforceToolCall({ agentId: "bot", tool: "db_read" })).toMatchObject({ phase: "tool_call" });
  });

  it("check what a tool returns, whatever it is", async () => {
    const hp = await create();
    const call = { agentId: "bot", tool: "fetch", args: { url: "https://example.org" } };
    for (const result of ["fine", undefined, null, { rows: [1, 2] }, 3, true]) {
      expect(await hp.enforceToolResult({ ...call, result })).toMatchObject({ phase: "tool_result", problems: [] });
    }
    expect(isPolicyBlockedError(await failure(hp.enforceToolResult({ ...call, result: samples.attack })))).toBe(true);
  });

  it("find an attack deep inside a tool's result", async () => {
    const hp = await create({ policies: [samples.injection] });
    const result = { page: { body: [samples.attack] } };
    const error = await failure(hp.enforceToolResult({ agentId: "bot", tool: "fetch", result }));
    expect(error).toMatchObject({ violations: [{ reason: "PROMPT_INJECTION" }] });
    const harmless = { page: { body: [samples.question] } };
    expect(await hp.enforceToolResult({ agentId: "bot", tool: "fetch", result: harmless })).toMatchObject({
      allowed: true,
    });
  });

  it("hand back the masked text of an output", async () => {
    const hp = await create();
    const output = "write to anna@example.org please";
    const decision = await hp.enforceOutput({ agentId: "bot", output });
    expect(decision).toMatchObject({ phase: "output", verdict: "warn" });
    expect(textOf(decision, "/output", output)).not.toContain("anna@example.org");
    expect(textOf(decision, "/elsewhere", output)).toBe(output);
  });

  it("fill in the client's environment where a request names none", async () => {
    const only = { ...samples.attacks, environments: ["staging"] };
    const hp = await create({ policies: [only], environment: "staging" });
    expect(isPolicyBlockedError(await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack })))).toBe(true);
    const elsewhere = { agentId: "bot", input: samples.attack, environment: "production" };
    expect(await hp.enforcePolicy(elsewhere)).toMatchObject({ verdict: "allow" });
  });

  it("decide without throwing or counting when only asked", async () => {
    const hp = await create();
    expect(hp.evaluate({ agentId: "bot", input: samples.attack })).toMatchObject({ verdict: "block" });
    expect(hp.stats().decisions.block).toBe(0);
  });

  it("say why when asked to", async () => {
    const hp = await create();
    const request = { agentId: "bot", input: samples.attack };
    expect(hp.evaluate(request).explanation).toBeUndefined();
    const { policies = [] } = hp.evaluate(request, { explain: true }).explanation ?? {};
    const blocking = policies.find(({ status }) => status === "violated");
    expect(blocking?.policyId).toBe(samples.attacks.id);
    expect(blocking?.expressions).toMatchObject([{ path: "/expression", result: "true" }]);
  });
});

describe("bad input", () => {
  const bad: [string, unknown][] = [
    ["no request at all", undefined],
    ["a text", "hello"],
    ["a number as the agent", { agentId: 7, input: "hello" }],
    ["a number as the input", { agentId: "bot", input: 7 }],
    ["a misspelt field", { agentId: "bot", inptu: "hello" }],
    ["a hundred million characters", { agentId: "bot", input: "x".repeat(100_000_000) }],
    ["an unknown phase", { agentId: "bot", phase: "later", input: "hello" }],
  ];
  it.each(bad)("holds %s, with the problem named", async (_, request) => {
    const hp = await create();
    const error = await failure(hp.enforcePolicy(request as EnforceRequest));
    expect(isPolicyBlockedError(error)).toBe(true);
    expect((error as { decision: Decision }).decision.problems).not.toHaveLength(0);
  });

  it("holds a cost that is no number", async () => {
    const hp = await create();
    const error = await failure(hp.enforcePolicy({ agentId: "bot", input: "hello", estimatedCost: Number.NaN }));
    expect(error).toMatchObject({ violations: [{ policyId: "budget", reason: "REQUEST_INVALID" }] });
  });

  it("holds arguments that contain themselves", async () => {
    const hp = await create();
    const args: Record<string, unknown> = {};
    args["self"] = args;
    args["again"] = args;
    const error = await failure(hp.enforceToolCall({ agentId: "bot", tool: "send_email", args }));
    expect(isEnforcementHaltError(error)).toBe(true);
  });

  it("holds a request that throws when it is read", async () => {
    const hp = await create();
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    for (const error of [
      await failure(hp.enforcePolicy(hostile as EnforceRequest)),
      await failure(hp.enforceToolCall(hostile as never)),
      await failure(hp.enforceToolResult(hostile as never)),
      await failure(hp.enforceOutput(hostile as never)),
    ])
      expect(isPolicyBlockedError(error)).toBe(true);
  });

  it("never makes a verb reject with anything but a halt error", async () => {
    const hp = await create({ onApproval: () => true });
    const verbs = [
      (input: never) => hp.enforcePolicy(input),
      (input: never) => hp.enforceToolCall(input),
      (input: never) => hp.enforceToolResult(input),
      (input: never) => hp.enforceOutput(input),
    ];
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const shaped = fc.record(
      {
        agentId: fc.oneof(fc.constant("bot"), anything),
        input: anything,
        output: anything,
        tool: anything,
        args: anything,
        result: anything,
        phase: anything,
        estimatedCost: anything,
        metadata: anything,
        toolOutputs: anything,
        conversationHistory: anything,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...verbs), fc.oneof(shaped, anything), async (verb, input) => {
        const outcome = await verb(input as never).then(
          (decision) => decision.allowed,
          (error: unknown) => isEnforcementHaltError(error),
        );
        expect(outcome).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("never makes a trace throw", async () => {
    const hp = await create();
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        const trace = hp.startTrace(a as never);
        trace.span(b as never).end(c as never);
        trace.recordUsage(c as never);
        trace.end(b as never);
        trace.end(b as never);
      }),
    );
  });
});

describe("options", () => {
  const wrong: [string, unknown, RegExp][] = [
    ["nothing to enforce", {}, /neither `policies` nor `controlPlane`/],
    ["a misspelt option", { policies: [], failmode: "open" }, /unknown option `failmode`, did you mean `failMode`/],
    ["an unknown fail mode", { policies: [], failMode: "ajar" }, /`failMode`/],
    ["a URL of another kind", { controlPlane: "ftp://example.org" }, /`controlPlane`/],
    ["a number that is none", { policies: [], pollIntervalMs: Number.NaN }, /`pollIntervalMs`/],
    ["a usage store without methods", { policies: [], usage: {} }, /`usage`/],
    ["a key with a line end", { controlPlane: "http://localhost", apiKey: "k\n" }, /`apiKey`/],
    [
      "a key of bundles that is none",
      { controlPlane: "http://localhost", bundleKeys: [{ kid: "k", x: "short" }] },
      /`bundleKeys`/,
    ],
    ["a malformed agent", { policies: [], agents: [{ name: "x" }] }, /agentId/],
  ];
  it.each(wrong)("refuse %s", async (_, options, message) => {
    const error = await failure(Holdpoint.create(options as HoldpointOptions));
    expect(isConfigError(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
  });

  it("refuse policies that do not compile, with every problem", async () => {
    const error = await failure(
      create({ policies: [{ ...samples.injection, policyType: "injection_scam" }, { id: "x" }] }),
    );
    expect(isPolicyCompileError(error)).toBe(true);
    expect((error as { problems: unknown[] }).problems.length).toBeGreaterThan(1);
  });
});

describe("pauses", () => {
  it("stop the paused agent from every verb and from a trace, and no other agent", async () => {
    const hp = await create();
    hp.pauseAgent("bot", { reason: "looking into it" });
    const errors = [
      await failure(hp.enforcePolicy({ agentId: "bot", input: "hi" })),
      await failure(hp.enforceToolCall({ agentId: "bot", tool: "db_read" })),
      await failure(hp.enforceToolResult({ agentId: "bot", tool: "db_read", result: "x" })),
      await failure(hp.enforceOutput({ agentId: "bot", output: "x" })),
      await failure(Promise.resolve().then(() => hp.startTrace({ agentId: "bot" }))),
    ];
    for (const error of errors) {
      expect(isAgentPausedError(error)).toBe(true);
      expect(error).toMatchObject({ agentId: "bot", level: "agent", reason: "looking into it", until: undefined });
    }
    expect(await hp.enforcePolicy({ agentId: "other", input: "hi" })).toMatchObject({ allowed: true });
    expect(hp.resumeAgent("bot")).toBe(true);
    expect(await hp.enforcePolicy({ agentId: "bot", input: "hi" })).toMatchObject({ allowed: true });
    expect(hp.resumeAgent("bot")).toBe(false);
  });

  it("hold a whole team", async () => {
    const hp = await create();
    await hp.registerAgent({ agentId: "bot", teamId: "red" });
    hp.pauseAgent("red", { level: "team" });
    expect(isAgentPausedError(await failure(hp.enforcePolicy({ agentId: "bot", input: "hi" })))).toBe(true);
  });

  it("are refused when they make no sense", async () => {
    const hp = await create();
    expect(() => hp.pauseAgent("bot", { until: "tomorrow" })).toThrow(/until/);
    expect(() => hp.pauseAgent(7 as never)).toThrow(/targetId/);
  });
});

describe("approvals by a callback", () => {
  const call = { agentId: "bot", tool: "send_email", args: { to: "x@example.org" } };
  const ask = async (onApproval: HoldpointOptions["onApproval"], signal?: AbortSignal) => {
    const hp = await create({ approvalTimeoutMs: 50, ...(onApproval ? { onApproval } : {}) });
    return hp.enforceToolCall(call, signal ? { signal } : {});
  };

  it("let the approved step go ahead", async () => {
    const asked: ApprovalContext[] = [];
    const decision = await ask((context) => {
      asked.push(context);
      return Promise.resolve({ approved: true });
    });
    expect(decision).toMatchObject({ verdict: "require_approval", allowed: true });
    expect(asked[0]?.action).toMatchObject({
      agentId: "bot",
      phase: "tool_call",
      tool: { name: "send_email", args: call.args },
    });
    expect(asked[0]?.actionHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, HoldpointOptions["onApproval"]]>([
    ["false", () => false],
    ["a reason", () => ({ approved: false, reason: "not today" })],
    ["a truthy text", () => "yes" as never],
    ["nothing", () => undefined as never],
    [
      "an exception",
      () => {
        throw new Error("broken");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("broken"))],
    ["no callback", undefined],
  ])("hold the step on %s", async (_, onApproval) => {
    expect(isApprovalDeniedError(await failure(ask(onApproval)))).toBe(true);
  });

  it("hold the step when nobody answers in time, or the wait is aborted", async () => {
    expect(isApprovalTimeoutError(await failure(ask(() => new Promise(() => undefined))))).toBe(true);
    const signal = AbortSignal.abort(new Error("gone"));
    expect(isApprovalTimeoutError(await failure(ask(() => new Promise(() => undefined), signal)))).toBe(true);
  });

  it("hold a step that changed while it waited", async () => {
    const args = { to: "x@example.org" };
    const hp = await create({ onApproval: () => Boolean((args.to = "y@example.org")) });
    const error = await failure(hp.enforceToolCall({ agentId: "bot", tool: "send_email", args }));
    expect(isApprovalDeniedError(error)).toBe(true);
    expect((error as Error).message).toMatch(/changed while it waited/);
  });

  it("hold an approved step whose agent was paused meanwhile", async () => {
    const hp = await create({
      onApproval: () => {
        hp.pauseAgent("bot");
        return true;
      },
    });
    expect(isAgentPausedError(await failure(hp.enforceToolCall(call)))).toBe(true);
  });
});

describe("budgets", () => {
  it("reserve the estimate of every call that goes ahead", async () => {
    const hp = await create();
    const call = { agentId: "bot", input: "hi", estimatedCost: 0.4 };
    await hp.enforcePolicy(call);
    await hp.enforcePolicy(call);
    expect(await failure(hp.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "DAILY_BUDGET" }] });
    expect(await hp.enforcePolicy({ ...call, agentId: "other" })).toMatchObject({ allowed: true });
  });

  it("reserve nothing for a call that was stopped or only asked about", async () => {
    const hp = await create();
    const attack = { agentId: "bot", input: samples.attack, estimatedCost: 0.9 };
    for (let i = 0; i < 3; i++) await failure(hp.enforcePolicy(attack));
    hp.evaluate({ ...attack, input: "hi" });
    expect(await hp.enforcePolicy({ ...attack, input: "hi" })).toMatchObject({ allowed: true });
  });

  it("settle the estimate against the actual cost", async () => {
    const hp = await create();
    const trace = hp.startTrace({ agentId: "bot" });
    await hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.9 }, { trace });
    trace.recordUsage({ costUsd: 0.1 });
    trace.recordUsage({ costUsd: Number.NaN });
    trace.recordUsage({ costUsd: -5 });
    await hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.9 }, { trace });
    trace.recordUsage({ costUsd: 1.5 });
    const error = await failure(hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.01 }));
    expect(error).toMatchObject({ violations: [{ reason: "DAILY_BUDGET" }] });
  });

  it("hold when the store throws", async () => {
    const broken = () => {
      throw new Error("disk");
    };
    const reading = await create({ usage: { read: broken, add: () => undefined } });
    const call = { agentId: "bot", input: "hi", estimatedCost: 0.1 };
    expect(await failure(reading.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "USAGE_UNAVAILABLE" }] });
    const adding = await create({ usage: { read: () => 0, add: broken } });
    await adding.enforcePolicy(call);
    expect(await failure(adding.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "USAGE_UNAVAILABLE" }] });
  });
});

describe("events", () => {
  it("tell of decisions, blocks and pauses, whatever a listener throws", async () => {
    const hp = await create();
    const heard: string[] = [];
    const noisy = () => {
      throw new Error("listener");
    };
    for (const name of ["decision", "blocked", "paused"] as const) {
      hp.on(name, noisy)
        .on(name, async () => noisy())
        .on(name, () => heard.push(name));
    }
    await hp.enforcePolicy({ agentId: "bot", input: "hi" });
    await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    hp.pauseAgent("bot");
    await failure(hp.enforcePolicy({ agentId: "bot", input: "hi" }));
    expect(heard).toEqual(["decision", "decision", "blocked", "decision", "paused"]);
    hp.off("decision", noisy);
    expect(hp.stats().decisions).toMatchObject({ allow: 1, block: 1, paused: 1 });
  });

  it("give a decision an id and a time", async () => {
    const hp = await create();
    const events: unknown[] = [];
    hp.on("decision", (event) => events.push(event));
    await hp.enforcePolicy({ agentId: "bot", input: "hi" });
    expect(events[0]).toMatchObject({
      decisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      decidedAt: expect.stringMatching(/Z$/),
      traceId: undefined,
    });
  });
});

describe("closing", () => {
  it("happens once, and verdicts stay", async () => {
    const hp = await create();
    expect(hp.close()).toBe(hp.close());
    await hp.close();
    expect(isPolicyBlockedError(await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack })))).toBe(true);
  });
});
