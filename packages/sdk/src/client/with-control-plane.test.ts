import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samples, until } from "../testing/scripted-control-plane.suite";
import { Holdpoint } from "./holdpoint";

let server: ControlPlane;
let hp: Holdpoint;

const api = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { "x-api-key": server.bootstrapKey ?? "", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as { data: never };
  if (!answer.ok) throw new Error(JSON.stringify(json));
  return json.data as Record<string, unknown> & Record<string, unknown>[];
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

beforeAll(async () => {
  server = await startControlPlane({ port: 0 });
  const { id, policyType, enforcementMode, ruleDefinition } = samples.attacks;
  await api("POST", "/policies", { id, name: "attacks", policyType, enforcementMode, ruleDefinition });
  // Nobody decides what their own key has asked for.
  const { key } = await api("POST", "/api-keys", { name: "agents", role: "sdk" });
  hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: String(key),
    pollIntervalMs: 600_000,
    flushIntervalMs: 20,
    approvalPollIntervalMs: 600_000,
  });
});
afterAll(async () => {
  await hp?.close();
  await server?.close();
});

describe("the client and the real control plane", () => {
  it("enforce what was written on the server, verified and in force from the start", async () => {
    expect(hp.stats()).toMatchObject({ ready: true, policyCount: 1, lastSync: { ok: true, source: "control-plane" } });
    expect(await hp.enforcePolicy({ agentId: "bot", input: samples.question })).toMatchObject({ allowed: true });
    expect(await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack }))).toMatchObject({
      code: "POLICY_BLOCKED",
    });
  });

  it("register an agent, and store its traces and decisions", async () => {
    await hp.registerAgent({ agentId: "bot", name: "Bot", teamId: "red" });
    const trace = hp.startTrace({ agentId: "bot", input: samples.question, sessionId: "s-1" });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question }, { trace });
    trace.span({ name: "model", spanType: "llm" }).end();
    trace.recordUsage({ costUsd: 0.01, totalTokens: 12 });
    trace.end({ output: "At ten" });
    await hp.flush();
    expect(await api("GET", `/traces/${trace.traceId}`)).toMatchObject({
      agentId: "bot",
      output: "At ten",
      totalTokens: 12,
    });
    const traces = await api("GET", "/traces?agentId=bot&status=policy_blocked");
    expect(traces).toHaveLength(1);
    expect(hp.stats()).toMatchObject({ queuedTraces: 0, droppedTraces: { rejected: 0, queue_full: 0 } });
  });

  it("send what a client can record of a malformed request", async () => {
    await failure(hp.enforcePolicy({ agentId: 7, input: 8 } as never));
    await hp.flush();
    expect(hp.stats().droppedTraces.rejected).toBe(0);
  });

  it("stop a paused agent by push, and let it go on when it is resumed", async () => {
    await api("PATCH", "/agents/bot/pause", { reason: "looking into it" });
    await until(() => hp.stats().pauses.length === 1, "the pause");
    expect(await failure(hp.enforcePolicy({ agentId: "bot", input: "hi" }))).toMatchObject({
      code: "AGENT_PAUSED",
      reason: "looking into it",
    });
    expect(await hp.enforcePolicy({ agentId: "other", input: "hi" })).toMatchObject({ allowed: true });
    await api("PATCH", "/agents/bot/resume", {});
    await until(() => hp.stats().pauses.length === 0, "the resume");
    expect(await hp.enforcePolicy({ agentId: "bot", input: "hi" })).toMatchObject({ allowed: true });
  });

  it("hold a step until a human approves exactly it", async () => {
    const { id, policyType, enforcementMode, ruleDefinition } = samples.tools;
    await api("POST", "/policies", { id, name: "tools", policyType, enforcementMode, ruleDefinition });
    await until(() => hp.stats().policyCount === 2, "the policy");
    const call = { agentId: "bot", tool: "send_email", args: { to: "x@example.org" } };
    for (const verb of ["approve", "deny"]) {
      const outcome = hp.enforceToolCall(call).then(
        ({ allowed }) => allowed,
        (error: { code: string }) => error.code,
      );
      let waiting: Record<string, unknown>[] = [];
      for (let tries = 0; waiting.length === 0 && tries < 200; tries++)
        waiting = await api("GET", "/approvals?status=pending");
      expect(waiting[0]).toMatchObject({
        action: { tool: { name: "send_email", args: call.args } },
        policyIds: ["tools"],
      });
      await api("POST", `/approvals/${String(waiting[0]?.["id"])}/${verb}`, {});
      expect(await outcome).toBe(verb === "approve" ? true : "APPROVAL_DENIED");
    }
  });

  it("go on with the last verdicts when the server dies", async () => {
    await server.close();
    expect(await hp.enforcePolicy({ agentId: "bot", input: samples.question })).toMatchObject({ allowed: true });
    expect(await failure(hp.enforcePolicy({ agentId: "bot", input: samples.attack }))).toMatchObject({
      code: "POLICY_BLOCKED",
    });
  });
});
