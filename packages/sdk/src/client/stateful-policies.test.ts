import { afterEach, describe, expect, it } from "vitest";
import { isAgentPausedError, isPolicyBlockedError } from "../gen/errors";
import type { UsageStore } from "../types";
import { createMemoryUsageStore } from "../usage/memory-usage-store";
import { Holdpoint } from "./holdpoint";

const open: Holdpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

async function start(policyType: string, ruleDefinition: object, more: object = {}): Promise<Holdpoint> {
  const policies = [{ id: "p", policyType, enforcementMode: "block", ruleDefinition }];
  const client = await Holdpoint.create({ policies, ...more });
  open.push(client);
  return client;
}

const reasonsOf = (error: unknown): string[] =>
  isPolicyBlockedError(error) ? error.violations.map(({ reason }) => reason) : [String(error)];

const attempt = (step: Promise<unknown>): Promise<string[]> => step.then(() => ["allowed"], reasonsOf);

describe("policies with state, end to end", () => {
  it("counts calls and refuses the one over the rate, each agent by itself", async () => {
    const client = await start("rate_limit", { max_calls: 2 });
    const call = (agentId: string) => attempt(client.enforcePolicy({ agentId, input: "hi" }));
    expect([await call("a"), await call("a"), await call("a"), await call("b")]).toEqual([
      ["allowed"],
      ["allowed"],
      ["RATE_LIMIT"],
      ["allowed"],
    ]);
  });

  it("lets steps made at once pass no more than the budget", async () => {
    const client = await start("cost_budget", { cap_usd: 1, window: "1h", strict: true });
    const steps = Array.from({ length: 50 }, () => attempt(client.enforcePolicy({ agentId: "a", estimatedCost: 0.1 })));
    const passed = (await Promise.all(steps)).filter(([first]) => first === "allowed");
    expect(passed).toHaveLength(10);
  });

  it("pauses the agent whose budget asks for it, until the window is over", async () => {
    const client = await start("cost_budget", { cap_usd: 1, action: "pause_agent" });
    expect(await attempt(client.enforcePolicy({ agentId: "a", estimatedCost: 2 }))).toEqual(["BUDGET_EXCEEDED"]);
    await expect(client.enforcePolicy({ agentId: "a" })).rejects.toSatisfy(isAgentPausedError);
    await client.enforcePolicy({ agentId: "b" });
    expect(client.stats().pauses).toMatchObject([{ level: "agent", targetId: "a", until: expect.any(String) }]);
  });

  it("settles a session's spend against the real cost of its trace", async () => {
    const client = await start("session_limits", { max_cost_usd: 1 });
    const trace = client.startTrace({ agentId: "a", sessionId: "s" });
    await client.enforcePolicy({ agentId: "a", estimatedCost: 0.9 }, { trace });
    expect(await attempt(client.enforcePolicy({ agentId: "a", estimatedCost: 0.2 }, { trace }))).toEqual([
      "SESSION_COST",
    ]);
    trace.recordUsage({ costUsd: 0.1 });
    expect(await attempt(client.enforcePolicy({ agentId: "a", estimatedCost: 0.2 }, { trace }))).toEqual(["allowed"]);
  });

  it("sees a loop only when arguments are alike and results do not change", async () => {
    const client = await start("session_limits", { loop: { repeat: 3 } });
    const turn = async (
      sessionId: string,
      args: Readonly<Record<string, unknown>>,
      result: unknown,
    ): Promise<string[]> => {
      const asked = await attempt(client.enforceToolCall({ agentId: "a", sessionId, tool: "search", args }));
      await client.enforceToolResult({ agentId: "a", sessionId, tool: "search", args, result });
      return asked;
    };
    const query = { query: "quarterly report of the northern region with all open items and notes", limit: 50 };
    const same = [1, 2, 3].map(() => () => turn("loop", query, { status: "pending" }));
    const paging = [1, 2, 3, 4, 5].map((page) => () => turn("paging", { ...query, page }, { rows: [page] }));
    const outcomes = [];
    for (const act of [...same, ...paging]) outcomes.push((await act())[0]);
    expect(outcomes).toEqual([
      "allowed",
      "allowed",
      "TOOL_LOOP",
      "allowed",
      "allowed",
      "allowed",
      "allowed",
      "allowed",
    ]);
  });

  it("forbids a step after another of the same session, and requires one that is missing", async () => {
    const client = await start("sequence", {
      rules: [
        { when: "tool.name == 'send_email'", after: "step.tool == 'read_secret'" },
        { when: "tool.name == 'db_write'", not_after: "step.tool == 'review'" },
      ],
    });
    const call = (sessionId: string, tool: string) =>
      attempt(client.enforceToolCall({ agentId: "a", sessionId, tool }));
    expect(await call("one", "send_email")).toEqual(["allowed"]);
    expect(await call("one", "read_secret")).toEqual(["allowed"]);
    expect(await call("one", "send_email")).toEqual(["SEQUENCE_FORBIDDEN"]);
    expect(await call("two", "send_email")).toEqual(["allowed"]);
    expect(await call("two", "db_write")).toEqual(["SEQUENCE_MISSING"]);
    expect(await call("two", "review")).toEqual(["allowed"]);
    expect(await call("two", "db_write")).toEqual(["allowed"]);
  });

  it("carries labels through results and delegations to the sink", async () => {
    const client = await start("information_flow", {
      sources: [
        { tool: "web_*", labels: ["untrusted"] },
        { tool: "crm_*", labels: ["private"] },
      ],
      sinks: [{ tool: "send_email" }],
    });
    const result = (sessionId: string, tool: string, parentSessionId?: string) =>
      client.enforceToolResult({
        agentId: "a",
        sessionId,
        tool,
        result: "text",
        ...(parentSessionId ? { parentSessionId } : {}),
      });
    const send = (sessionId: string) =>
      attempt(client.enforceToolCall({ agentId: "a", sessionId, tool: "send_email" }));
    await result("main", "web_fetch");
    expect(await send("main")).toEqual(["allowed"]);
    await result("helper", "crm_read", "main");
    expect(await send("main")).toEqual(["FLOW_TRIFECTA"]);
    expect(await send("helper")).toEqual(["allowed"]);
  });

  it("counts records that tools return against the session", async () => {
    const client = await start("record_count_limit", { max_records_per_session: 3 });
    const result = () => attempt(client.enforceToolResult({ agentId: "a", sessionId: "s", tool: "q", result: [1, 2] }));
    expect([await result(), await result()]).toEqual([["allowed"], ["RECORDS_PER_SESSION"]]);
  });
});

describe("a store of one's own", () => {
  const inner = createMemoryUsageStore({ clock: Date.now });

  it("gets sessions and reservations from the client when it has none", async () => {
    const usage: UsageStore = { read: inner.read, add: inner.add };
    const client = await start("session_limits", { max_tool_calls: 1 }, { usage });
    const call = () => attempt(client.enforceToolCall({ agentId: "a", sessionId: "own", tool: "t" }));
    expect([await call(), await call()]).toEqual([["allowed"], ["SESSION_TOOL_CALLS"]]);
  });

  it("holds the call when it refuses a reservation", async () => {
    const usage: UsageStore = { ...inner, reserve: () => undefined };
    const client = await start("cost_budget", { cap_usd: 1, strict: true }, { usage });
    const refused = await client.enforcePolicy({ agentId: "a", estimatedCost: 0.1 }).catch(reasonsOf);
    expect(refused).toEqual(["USAGE_UNAVAILABLE"]);
  });

  it("holds what needs a session whose step it lost", async () => {
    const fail = () => {
      throw new Error("the disk is full");
    };
    const client = await start("session_limits", {}, { usage: { ...inner, record: fail } });
    const call = () => attempt(client.enforceToolCall({ agentId: "a", sessionId: "lost", tool: "t" }));
    expect([await call(), await call()]).toEqual([["allowed"], ["USAGE_UNAVAILABLE"]]);
  });
});
