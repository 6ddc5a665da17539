import { describe, expect, it } from "vitest";
import {
  isAgentPausedError,
  isConfigError,
  isEnforcementHaltError,
  isPolicyBlockedError,
  isPolicyCompileError,
} from "../gen/errors";
import { create, failure } from "../testing/open-client.suite";
import { samples } from "../testing/scripted-control-plane.suite";
import { textOf } from "../text-of";
import type { HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

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

  it("are refused under a name that there is not: nobody would ever be called", async () => {
    const hp = await create();
    const listen = (name: string) => () => hp.on(name as "blocked", () => undefined);
    expect(listen("bloked")).toThrow("unknown event `bloked`, expected one of decision, blocked, paused");
    expect(listen("toString")).toThrow("unknown event");
    expect(listen("blocked")).not.toThrow();
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
