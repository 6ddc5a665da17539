import { beforeAll, describe, expect, test } from "vitest";
import { defaults } from "../gen/constants";
import type { TestServer } from "./test-server";

export function sessionsSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  let count = 0;
  const newSession = () => `h-${++count}-${Math.random()}`;
  const enforce = async (agentId: string, step: object, key = server().keys.sdk) =>
    (await call("POST", "/policies/enforce", { agentId, ...step }, { key })).body;
  const callTool = (sessionId: string, name: string, extra: object = {}) =>
    enforce("h-bot", { sessionId, phase: "tool_call", tool: { name, args: { n: ++count } }, ...extra });
  const reasonOf = ({ violations }: { violations?: { reason: string }[] }) => violations?.[0]?.reason;
  const seen = { phase: "tool_result", toolOutputs: [{ name: "read_secret", output: "x" }] };
  const countRows = async () => {
    const [row] = await server().database.query<{ count: number }>(
      "SELECT count(*) AS count FROM holdpoint.usage_sessions",
    );
    return row?.count ?? 0;
  };

  describe("histories for thin clients", () => {
    beforeAll(async () => {
      await call("POST", "/agents", { agentId: "h-bot" });
      const { status } = await call("POST", "/policies", [
        {
          id: "h-limits",
          policyType: "session_limits",
          enforcementMode: "block",
          ruleDefinition: { max_tool_calls: 3 },
          appliesToAgents: ["h-bot"],
        },
        {
          id: "h-flow",
          policyType: "information_flow",
          enforcementMode: "block",
          ruleDefinition: {
            sources: [{ tool: "read_secret", labels: ["secret"] }],
            sinks: [{ tool: "post", forbid: ["secret"] }],
          },
          appliesToAgents: ["h-bot"],
        },
      ]);
      expect(status).toBe(201);
    });

    test("tool calls of a session are counted, each session by itself", async () => {
      const [one, two] = [newSession(), newSession()];
      for (let n = 0; n < 3; n++) expect((await callTool(one, "look")).allowed).toBe(true);
      expect(reasonOf(await callTool(one, "look"))).toBe("SESSION_TOOL_CALLS");
      expect((await callTool(two, "look")).allowed).toBe(true);
    });

    test("a step that is stopped is no part of the history", async () => {
      const session = newSession();
      for (let n = 0; n < 3; n++) await callTool(session, "look");
      for (let n = 0; n < 3; n++) expect((await callTool(session, "look")).allowed).toBe(false);
      const [row] = await server().database.query<{ state: string }>(
        "SELECT state FROM holdpoint.usage_sessions ORDER BY last_step_at DESC LIMIT 1",
      );
      expect(JSON.parse(row?.state ?? "{}").steps).toHaveLength(3);
    });

    test("what a session has seen does not reach a sink, nor the session that delegated it", async () => {
      const [session, parent, stranger] = [newSession(), newSession(), newSession()];
      expect((await callTool(session, "post")).allowed).toBe(true);
      expect((await enforce("h-bot", { ...seen, sessionId: session, parentSessionId: parent })).allowed).toBe(true);
      expect(reasonOf(await callTool(session, "post"))).toBe("FLOW_FORBIDDEN");
      expect(reasonOf(await callTool(parent, "post"))).toBe("FLOW_FORBIDDEN");
      expect((await callTool(stranger, "post")).allowed).toBe(true);
    });

    test("of steps at once in one session no more pass than may", async () => {
      const session = newSession();
      const answers = await Promise.all(Array.from({ length: 8 }, () => callTool(session, "look")));
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3);
    });

    test("a session without an id still fails closed", async () => {
      const answer = await enforce("h-bot", { phase: "tool_call", tool: { name: "look", args: {} } });
      expect(answer.allowed).toBe(false);
    });

    test("any text is an id, and organisations do not share them", async () => {
      const odd = `any 'text' "may" | be % an \u{1f511} ${newSession()}`;
      for (const id of [odd, `${odd}\u0000`, `${odd}\ud800`, `${odd}\udc00`]) {
        for (let n = 0; n < 3; n++) expect((await callTool(id, "look")).allowed).toBe(true);
        expect(reasonOf(await callTool(id, "look"))).toBe("SESSION_TOOL_CALLS");
      }
      const foreign = server().otherOwnerKey;
      await call("POST", "/agents", { agentId: "h-bot" }, { key: foreign });
      const policy = {
        id: "h-limits",
        policyType: "session_limits",
        enforcementMode: "block",
        ruleDefinition: { max_tool_calls: 1 },
      };
      await call("POST", "/policies", policy, { key: foreign });
      const step = { sessionId: odd, phase: "tool_call", tool: { name: "look", args: {} } };
      expect((await enforce("h-bot", step, foreign)).allowed).toBe(true);
      expect((await enforce("h-bot", step, foreign)).allowed).toBe(false);
      await call("DELETE", "/policies/h-limits", undefined, { key: foreign });
    });

    test("a session without a step for a day is over", async () => {
      const session = newSession();
      await enforce("h-bot", { ...seen, sessionId: session });
      server().advance(defaults.sessionIdleMs - 60_000);
      const late = await callTool(session, "post");
      server().advance(120_000);
      const over = await callTool(session, "post");
      server().advance(-defaults.sessionIdleMs - 60_000);
      expect([reasonOf(late), over.allowed]).toEqual(["FLOW_FORBIDDEN", true]);
    });

    test("there is room for so many sessions, those that are over make some, and beyond it nothing passes", async () => {
      const known = newSession();
      expect((await callTool(known, "look")).allowed).toBe(true);
      const fill = (at: Date) =>
        server().database.query(
          `INSERT INTO holdpoint.usage_sessions (organization_id, session_hash, state, last_step_at)
           SELECT 'org_default', 'filler-' || n, '{"startedMs":0,"steps":[],"labels":[],"truncated":false}', $1
           FROM generate_series(1, $2::int) AS n`,
          [at, defaults.sessionCapacity],
        );
      const drain = () =>
        server().database.query("DELETE FROM holdpoint.usage_sessions WHERE session_hash LIKE 'filler-%'");
      await fill(new Date());
      expect(reasonOf(await callTool(newSession(), "look"))).toBe("USAGE_UNAVAILABLE");
      expect((await callTool(known, "look")).allowed).toBe(true);
      await drain();
      await fill(new Date(Date.now() - defaults.sessionIdleMs - 60_000));
      expect((await callTool(newSession(), "look")).allowed).toBe(true);
      expect(await countRows()).toBeLessThan(defaults.sessionCapacity);
    });
  });
}
