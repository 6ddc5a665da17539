import { afterEach, describe, expect, it } from "vitest";
import { createScriptedControlPlane, type ScriptedControlPlane, until } from "../testing/scripted-control-plane.suite";
import { Holdpoint } from "./holdpoint";

let server: ScriptedControlPlane | undefined;
let hp: Holdpoint | undefined;
afterEach(async () => {
  await hp?.close();
  await server?.close();
});

/** A client that has never had a bundle, and lets steps pass meanwhile. */
async function create(failMode: "open" | "closed" = "open") {
  server = await createScriptedControlPlane();
  hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: "key",
    failMode,
    firstBundleTimeoutMs: 1,
    closeTimeoutMs: 1,
    agents: [
      { agentId: "mine", teamId: "red" },
      { agentId: "other", teamId: "blue", workspaceId: "attic" },
    ],
  });
  await until(() => server?.streams() === 1, "the stream");
  return { server, hp };
}

const outcome = (client: Holdpoint, request: object): Promise<string> =>
  client.enforcePolicy(request as never).then(
    () => "went on",
    (error: { code: string }) => error.code,
  );

describe("before the first plan, with the fail mode open", () => {
  it.each(["team", "workspace"] as const)(
    "a pause of a %s holds whoever is not known to belong elsewhere",
    async (level) => {
      const { server, hp } = await create();
      const member = level === "team" ? "teamId" : "workspaceId";
      expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("went on");
      server.push("status", { level, targetId: "red", reason: "drill" });
      await until(() => hp.stats().pauses.length > 0, "the push");
      expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("AGENT_PAUSED");
      expect(await outcome(hp, { agentId: "mine", input: "hi" })).toBe("AGENT_PAUSED");
      expect(await outcome(hp, { agentId: "other", input: "hi" })).toBe("went on");
      expect(await outcome(hp, { agentId: "stranger", input: "hi", [member]: "green" })).toBe("went on");
      expect(await outcome(hp, { agentId: "other", input: "hi", [member]: "red" })).toBe("AGENT_PAUSED");
      expect(() => hp.startTrace({ agentId: "stranger" })).toThrow("paused");
    },
  );

  it("a request cannot talk an agent out of the team that the program has put it in", async () => {
    const { server, hp } = await create();
    server.push("status", { level: "team", targetId: "red", reason: "drill" });
    await until(() => hp.stats().pauses.length > 0, "the push");
    expect(await outcome(hp, { agentId: "mine", input: "hi", teamId: "green" })).toBe("AGENT_PAUSED");
    expect(await outcome(hp, { agentId: "other", input: "hi", teamId: "green" })).toBe("went on");
  });

  it("a pause that is over holds nobody, and does not hide another one", async () => {
    const { server, hp } = await create();
    server.push("status", { level: "team", targetId: "blue", reason: "was", until: "2020-01-01T00:00:00Z" });
    await until(() => hp.stats().pauses.length === 1, "the push");
    expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("went on");
    server.push("status", { level: "team", targetId: "red", reason: "is" });
    await until(() => hp.stats().pauses.length === 2, "the push");
    expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("AGENT_PAUSED");
  });

  it("a closed client says that it is paused rather than that it has no policies", async () => {
    const { server, hp } = await create("closed");
    expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("UNAVAILABLE");
    server.push("status", { level: "team", targetId: "red", reason: "drill" });
    await until(() => hp.stats().pauses.length > 0, "the push");
    expect(await outcome(hp, { agentId: "stranger", input: "hi" })).toBe("AGENT_PAUSED");
  });
});
