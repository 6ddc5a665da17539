import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPauseBook } from "../control/pause-book";
import { takeStatus } from "../control/take-status";
import { samples, until } from "../testing/scripted-control-plane.suite";
import { Holdpoint } from "./holdpoint";

const code = (work: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(work)
    .then(
      () => "went on",
      (error: { code: string }) => error.code,
    );

describe("the kill switch of a real control plane (S-23 to S-25)", () => {
  let server: ControlPlane;
  let hp: Holdpoint;
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { "x-api-key": server.bootstrapKey ?? "", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const act = (level: string, targetId: string | undefined, action: string) =>
    api("POST", "/kill-switch/action", { level, ...(targetId ? { targetId } : {}), action, reason: "drill" });
  const held = async (): Promise<string[]> => {
    const agents = ["one", "two", "three", "stranger"];
    const codes = await Promise.all(agents.map((agentId) => code(() => hp.enforcePolicy({ agentId, input: "hi" }))));
    return agents.filter((_, index) => codes[index] === "AGENT_PAUSED");
  };

  beforeAll(async () => {
    server = await startControlPlane({ port: 0 });
    await api("POST", "/agents", { agentId: "one", teamId: "red", workspaceId: "floor" });
    await api("POST", "/agents", { agentId: "two", teamId: "red", workspaceId: "floor" });
    await api("POST", "/agents", { agentId: "three", teamId: "blue", workspaceId: "floor" });
    hp = await Holdpoint.create({
      controlPlane: server.url,
      apiKey: server.bootstrapKey ?? "",
      pollIntervalMs: 600_000,
      approvalPollIntervalMs: 20,
    });
    // The stream says so when it stands: a change before that would be heard as a bundle.
    await api("POST", "/agents", { agentId: "four" });
  });
  afterAll(async () => {
    await hp?.close();
    await server?.close();
  });

  it.each([
    ["agent", "one", ["one"]],
    ["team", "red", ["one", "two"]],
    ["workspace", "floor", ["one", "two", "three"]],
    ["tenant", undefined, ["one", "two", "three", "stranger"]],
  ] as const)("at the level %s holds those that it is about and no others, and lets them go", async (...row) => {
    const [level, targetId, agents] = row;
    await act(level, targetId, "emergency_stop");
    await until(() => hp.stats().pauses.length > 0, "the push");
    expect(await held()).toEqual(agents);
    await act(level, targetId, "resume");
    await until(() => hp.stats().pauses.length === 0, "the bundle");
    expect(await held()).toEqual([]);
  });

  it("is an AgentPausedError of every verb and of startTrace, in the middle of a trace too", async () => {
    const trace = hp.startTrace({ agentId: "one" });
    expect(await code(() => hp.enforcePolicy({ agentId: "one", input: "hi" }, { trace }))).toBe("went on");
    await act("team", "red", "suspend");
    await until(() => hp.stats().pauses.length > 0, "the push");
    const one = { agentId: "one" };
    const verbs = [
      () => hp.enforcePolicy({ ...one, input: "hi" }, { trace }),
      () => hp.enforcePolicy({ ...one, phase: "agent_call", targetAgentId: "two", action: "ask" } as never),
      () => hp.enforceToolCall({ ...one, tool: "t", args: {} }, { trace }),
      () => hp.enforceToolResult({ ...one, tool: "t", result: "r" }, { trace }),
      () => hp.enforceOutput({ ...one, output: "o" }, { trace }),
      () => hp.startTrace(one),
    ];
    for (const verb of verbs) expect(await code(verb)).toBe("AGENT_PAUSED");
    trace.end();
    await act("team", "red", "resume");
    await until(() => hp.stats().pauses.length === 0, "the bundle");
  });

  it("ends the wait for an approval that comes too late", async () => {
    const { id, policyType, enforcementMode, ruleDefinition } = samples.tools;
    await api("POST", "/policies", { id, name: "tools", policyType, enforcementMode, ruleDefinition });
    await until(() => hp.stats().policyCount === 1, "the policy");
    const local = await Holdpoint.create({
      policies: [samples.tools],
      onApproval: async () => {
        local.pauseAgent("one");
        return true;
      },
    });
    const call = () => local.enforceToolCall({ agentId: "one", tool: "send_email", args: {} });
    expect(await code(call)).toBe("AGENT_PAUSED");
    await local.close();
  });
});

describe("the pause book", () => {
  const pause = (targetId: string, more = {}) => ({ level: "agent" as const, targetId, reason: "r", ...more });
  const setUp = () => {
    const lists: string[][] = [];
    const book = createPauseBook((list) => lists.push(list.map(({ targetId }) => targetId)));
    return { book, lists };
  };

  it("keeps a pushed pause until a bundle that was asked for later, new or confirmed", () => {
    const { book } = setUp();
    book.addPushed(pause("a"), 100);
    book.setRemote([], 99, 1);
    book.confirmRemote(100, 1);
    expect(book.list()).toHaveLength(1);
    book.confirmRemote(101, 1);
    expect(book.list()).toHaveLength(0);
    book.addPushed(pause("b"), 200);
    book.setRemote([pause("c")], 201, 2);
    expect(book.list().map(({ targetId }) => targetId)).toEqual(["c"]);
  });

  it("keeps a pushed pause until a bundle of the version that it names: a replica may lag behind", () => {
    const { book } = setUp();
    const data = JSON.stringify({ ...pause("a"), version: 7 });
    takeStatus(data, book, 100);
    book.confirmRemote(200, 6);
    book.setRemote([], 300, 6);
    expect(book.list()).toHaveLength(1);
    book.confirmRemote(400, 7);
    expect(book.list()).toHaveLength(0);
  });

  it("does not let a short pause of a target take the place of a long one", () => {
    const { book } = setUp();
    book.addPushed(pause("a"), 1);
    book.addPushed(pause("a", { until: "2030-01-01T00:00:00Z" }), 2);
    expect(book.list()).toHaveLength(2);
  });

  it("lifts its own pauses alone when it is told to here", () => {
    const { book } = setUp();
    book.setRemote([pause("a")], 1, 1);
    book.addLocal(pause("a"));
    expect(book.removeLocal("agent", "a")).toBe(true);
    expect(book.removeLocal("agent", "a")).toBe(false);
    expect(book.list()).toHaveLength(1);
  });

  it("says nothing when nothing has changed", () => {
    const { book, lists } = setUp();
    book.confirmRemote(5, 1);
    expect(lists).toEqual([]);
  });
});
