import { afterAll, describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

export function governanceSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const put = (body: object) => call("POST", "/governance/settings", body);
  const readBundle = async () => {
    const { payload } = (await call("GET", "/sdk/bundle")).body;
    return JSON.parse(Buffer.from(payload, "base64").toString());
  };

  describe("settings of the cascade", () => {
    afterAll(async () => {
      for (const { level, targetId } of (await call("GET", "/governance/settings")).body.data) {
        await call("DELETE", `/governance/settings/${level}${targetId ? `/${targetId}` : ""}`);
      }
    });

    test("each level is set, replaced, carried by bundles, and taken away", async () => {
      await call("POST", "/agents", { agentId: "s-bot", teamId: "s-team", autonomyLevel: "autonomous" });
      const team = { level: "team", targetId: "s-team", minimumModes: { "*": "warn" } };
      const tenant = { level: "tenant", maxAutonomy: "act_with_approval" };
      expect((await put(team)).status).toBe(201);
      expect((await put(tenant)).status).toBe(201);
      expect((await put({ level: "agent", targetId: "s-bot", discovery: { tools: false } })).status).toBe(201);
      expect((await put({ ...team, minimumModes: { injection_scan: "block" } })).status).toBe(200);
      const listed = (await call("GET", "/governance/settings", undefined, { key: server().keys.viewer })).body;
      expect(listed.data.map(({ level }: { level: string }) => level)).toEqual(["tenant", "team", "agent"]);
      expect(listed.meta.total).toBe(3);
      expect((await readBundle()).settings).toHaveLength(3);
      expect((await readBundle()).settings).toContainEqual({ ...team, minimumModes: { injection_scan: "block" } });
      const governed = (await call("GET", "/governance/agents/s-bot")).body.data;
      expect(governed).toMatchObject({
        autonomy: "act_with_approval",
        minimumModes: { injection_scan: "block" },
        discovery: { tools: false },
      });
      expect((await call("DELETE", "/governance/settings/team/s-team")).status).toBe(204);
      expect((await call("DELETE", "/governance/settings/team/s-team")).status).toBe(404);
      expect((await call("GET", "/governance/agents/s-bot")).body.data.minimumModes).toEqual({});
      expect((await call("DELETE", "/governance/settings/tenant")).status).toBe(204);
      expect((await call("GET", "/governance/agents/s-bot")).body.data.autonomy).toBe("autonomous");
      const lines = (await call("GET", "/audit?limit=500")).body.data.filter(
        (line: { targetId: string }) => line.targetId === "team/s-team",
      );
      expect(lines.map((line: { action: string }) => line.action)).toEqual([
        "settings.changed",
        "settings.changed",
        "settings.removed",
      ]);
      expect(lines[1].details).toEqual({ before: team, after: { ...team, minimumModes: { injection_scan: "block" } } });
    });

    test("a least mode is in force at the next decision, for the agents it concerns and no other", async () => {
      await call("POST", "/agents", { agentId: "s-strict", teamId: "s-strict-team" });
      await call("POST", "/agents", { agentId: "s-free" });
      const { status } = await call("POST", "/policies", {
        id: "s-tools",
        policyType: "tool_invocation",
        enforcementMode: "warn",
        ruleDefinition: { deny: ["s_drop"] },
        appliesToAgents: ["s-strict", "s-free"],
      });
      expect(status).toBe(201);
      const enforce = async (agentId: string) => {
        const step = { agentId, phase: "tool_call", tool: { name: "s_drop", args: {} } };
        return (await call("POST", "/policies/enforce", step, { key: server().keys.sdk })).status;
      };
      expect([await enforce("s-strict"), await enforce("s-free")]).toEqual([200, 200]);
      await put({ level: "team", targetId: "s-strict-team", minimumModes: { tool_invocation: "block" } });
      expect([await enforce("s-strict"), await enforce("s-free")]).toEqual([403, 200]);
      await call("DELETE", "/governance/settings/team/s-strict-team");
      expect(await enforce("s-strict")).toBe(200);
      await call("DELETE", "/policies/s-tools");
    });

    test("saying the same again changes nothing", async () => {
      const state = async () => ({
        etag: (await call("GET", "/sdk/bundle")).headers.get("etag"),
        entries: (await call("GET", "/audit/verify")).body.data.entries,
      });
      await put({ level: "workspace", targetId: "s-w", maxAutonomy: "advise" });
      const before = await state();
      expect((await put({ level: "workspace", targetId: "s-w", maxAutonomy: "advise" })).status).toBe(200);
      expect(await state()).toEqual(before);
    });

    test("a slip of the pen is refused in its place, and changes nothing", async () => {
      const cases: [string, object][] = [
        ["/level", { level: "planet" }],
        ["/level", { level: "platform", maxAutonomy: "observe" }],
        ["/targetId", { level: "team" }],
        ["/targetId", { level: "tenant", targetId: "x" }],
        ["/targetId", { level: "agent", targetId: "s-nobody" }],
        ["/maxAutonomy", { level: "tenant", maxAutonomy: "free" }],
        ["/minimumModes/injection_scam", { level: "tenant", minimumModes: { injection_scam: "block" } }],
        ["/minimumModes/*", { level: "tenant", minimumModes: { "*": "blok" } }],
        ["/packs/0", { level: "tenant", packs: ["no such pack"] }],
        ["/discovery/toolz", { level: "tenant", discovery: { toolz: true } }],
        ["/levle", { level: "tenant", levle: "team" }],
      ];
      const before = (await call("GET", "/sdk/bundle")).headers.get("etag");
      for (const [pointer, body] of cases) {
        const answer = await put(body);
        expect([pointer, answer.status, answer.body.error?.fields?.[0]?.pointer]).toEqual([pointer, 400, pointer]);
      }
      expect((await call("GET", "/sdk/bundle")).headers.get("etag")).toBe(before);
    });

    test("admins set them, and each organisation its own", async () => {
      const body = { level: "tenant", maxAutonomy: "observe" };
      for (const key of [server().keys.developer, server().keys.sdk, server().keys.viewer]) {
        expect((await call("POST", "/governance/settings", body, { key })).status).toBe(403);
      }
      const foreign = { key: server().otherOwnerKey };
      expect((await call("POST", "/governance/settings", body, foreign)).status).toBe(201);
      expect((await call("GET", "/governance/settings")).body.data).not.toContainEqual(body);
      expect((await call("GET", "/governance/settings", undefined, foreign)).body.data).toEqual([body]);
      expect((await call("DELETE", "/governance/settings/tenant", undefined, foreign)).status).toBe(204);
      expect((await call("GET", "/governance/agents/s-nobody")).status).toBe(404);
    });
  });
}
