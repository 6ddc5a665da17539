import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

export function grantsSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const readBundle = async () => {
    const { payload } = (await call("GET", "/sdk/bundle")).body;
    return JSON.parse(Buffer.from(payload, "base64").toString());
  };
  const authorize = async (source: string, target: string, action: string) =>
    (await call("POST", "/agents/authorize", { sourceAgentId: source, targetAgentId: target, action })).body.authorized;
  const register = async (...ids: string[]) => {
    for (const agentId of ids) await call("POST", "/agents", { agentId });
  };

  describe("grants", () => {
    test("a grant is given, listed, carried by bundles, used, and taken back", async () => {
      await register("g-lead", "g-worker", "g-other");
      const asked = { targetAgentId: "g-worker", allowedActions: ["invoke", "read"], maxDepth: 2 };
      const created = await call("POST", "/agents/g-lead/grants", asked, { key: server().keys.developer });
      expect(created.status).toBe(201);
      const { data } = created.body;
      expect(data).toMatchObject({
        callerAgentId: "g-lead",
        calleeAgentId: "g-worker",
        actions: ["invoke", "read"],
        maxDepth: 2,
        status: "active",
      });
      const listed = (await call("GET", "/agents/g-lead/grants", undefined, { key: server().keys.viewer })).body;
      expect(listed).toEqual({ data: [data], meta: expect.objectContaining({ total: 1 }) });
      const { createdAt: _, createdBy: __, ...document } = data;
      expect((await readBundle()).grants).toContainEqual(document);
      expect(await authorize("g-lead", "g-worker", "invoke")).toBe(true);
      expect(await authorize("g-lead", "g-worker", "delete")).toBe(false);
      expect(await authorize("g-lead", "g-other", "invoke")).toBe(false);
      expect(await authorize("g-worker", "g-lead", "invoke")).toBe(false);
      const named = { callerAgentId: "g-lead", calleeAgentId: "g-worker", action: "read" };
      const answer = await call("POST", "/agents/authorize", named, { key: server().keys.sdk });
      expect(answer.body).toEqual({ authorized: true, grant: data });
      expect((await call("DELETE", `/agents/g-lead/grants/${data.grantId}`)).status).toBe(204);
      expect((await call("DELETE", `/agents/g-lead/grants/${data.grantId}`)).status).toBe(404);
      expect(await authorize("g-lead", "g-worker", "invoke")).toBe(false);
      expect((await readBundle()).grants ?? []).not.toContainEqual(document);
      const lines = (await call("GET", "/audit?limit=500")).body.data.filter(
        (line: { targetId: string }) => line.targetId === data.grantId,
      );
      expect(lines.map((line: { action: string }) => line.action)).toEqual(["grant.created", "grant.revoked"]);
      expect(lines[1].details.grant).toEqual(document);
    });

    test("one for every agent holds for each, and none holds beyond its end", async () => {
      await register("g-chief", "g-any");
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const body = { targetAgentId: "*", allowedActions: ["query"], expiresAt };
      expect((await call("POST", "/agents/g-chief/grants", body)).status).toBe(201);
      expect(await authorize("g-chief", "g-any", "query")).toBe(true);
      expect(await authorize("g-chief", "g-who", "query")).toBe(true);
      server().advance(3_600_001);
      expect(await authorize("g-chief", "g-any", "query")).toBe(false);
      server().advance(-3_600_001);
    });

    test("a thin client's delegation is decided by the grants of the moment", async () => {
      await register("g-asker", "g-helper");
      const { status } = await call("POST", "/policies", {
        id: "g-delegation",
        policyType: "agent_delegation",
        enforcementMode: "block",
        ruleDefinition: {},
        appliesToAgents: ["g-asker"],
      });
      expect(status).toBe(201);
      const step = { agentId: "g-asker", phase: "agent_call", targetAgentId: "g-helper", action: "invoke" };
      const enforce = async () => (await call("POST", "/policies/enforce", step, { key: server().keys.sdk })).body;
      expect((await enforce()).violations[0].reason).toBe("DELEGATION_NOT_GRANTED");
      const body = { targetAgentId: "g-helper", allowedActions: ["invoke"] };
      const { grantId } = (await call("POST", "/agents/g-asker/grants", body)).body.data;
      expect((await enforce()).allowed).toBe(true);
      await call("DELETE", `/agents/g-asker/grants/${grantId}`);
      expect((await enforce()).allowed).toBe(false);
      await call("DELETE", "/policies/g-delegation");
    });

    test("what cannot be meant is refused in its place", async () => {
      await register("g-bad");
      const cases: [string, object][] = [
        ["/targetAgentId", { targetAgentId: "g-nobody", allowedActions: ["read"] }],
        ["/allowedActions", { targetAgentId: "*", allowedActions: [] }],
        ["/allowedActions/0", { targetAgentId: "*", allowedActions: ["dance"] }],
        ["/expiresAt", { targetAgentId: "*", allowedActions: ["read"], expiresAt: "2001-01-01T00:00:00Z" }],
        ["/maxDepth", { targetAgentId: "*", allowedActions: ["read"], maxDepth: -1 }],
        ["/grantId", { targetAgentId: "*", allowedActions: ["read"], grantId: "mine" }],
      ];
      for (const [pointer, body] of cases) {
        const answer = await call("POST", "/agents/g-bad/grants", body);
        expect([pointer, answer.status, answer.body.error?.fields?.[0]?.pointer]).toEqual([pointer, 400, pointer]);
      }
      const good = { targetAgentId: "*", allowedActions: ["read"] };
      expect((await call("POST", "/agents/g-nobody/grants", good)).status).toBe(404);
      expect((await call("GET", "/agents/g-nobody/grants")).status).toBe(404);
      expect((await call("POST", "/agents/g-bad/grants", good, { key: server().keys.sdk })).status).toBe(403);
      const twice = { sourceAgentId: "a", callerAgentId: "a", targetAgentId: "b", action: "read" };
      expect((await call("POST", "/agents/authorize", twice)).status).toBe(400);
      expect((await call("POST", "/agents/authorize", { sourceAgentId: "a", action: "read" })).status).toBe(400);
    });

    test("another organisation's grants are not there", async () => {
      await register("g-own");
      const body = { targetAgentId: "*", allowedActions: ["read"] };
      const { grantId } = (await call("POST", "/agents/g-own/grants", body)).body.data;
      const foreign = { key: server().otherOwnerKey };
      await call("POST", "/agents", { agentId: "g-own" }, foreign);
      expect((await call("GET", "/agents/g-own/grants", undefined, foreign)).body.data).toEqual([]);
      expect((await call("DELETE", `/agents/g-own/grants/${grantId}`, undefined, foreign)).status).toBe(404);
      expect(await authorize("g-own", "x", "read")).toBe(true);
    });
  });
}
