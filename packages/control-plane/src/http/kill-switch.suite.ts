import { decodeMessage } from "@holdpoint/core";
import { beforeAll, describe, expect, test } from "vitest";
import { listen } from "./bundle.suite";
import type { TestServer } from "./test-server";

export function killSwitchSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const act = (body: object, key?: string) => call("POST", "/kill-switch/action", body, key ? { key } : {});
  const check = async (agentId: string) => (await call("GET", `/kill-switch/check?agentId=${agentId}`)).body.data;
  const enforce = async (agentId: string) =>
    (await call("POST", "/policies/enforce", { agentId, input: "What time is it?" })).body;
  const bundle = async () => {
    const { body } = await call("GET", "/sdk/bundle");
    const read = decodeMessage("Bundle", JSON.parse(Buffer.from(body.payload, "base64").toString()));
    if (!read.ok) throw new Error("the bundle cannot be read");
    return read.value;
  };

  describe("the kill switch", () => {
    beforeAll(async () => {
      await call("POST", "/agents", { agentId: "ks-1", teamId: "ks-team", workspaceId: "ks-space" });
      await call("POST", "/agents", { agentId: "ks-2", teamId: "ks-team", workspaceId: "ks-space" });
      await call("POST", "/agents", { agentId: "ks-3", teamId: 'other "ks-team', workspaceId: "ks-space" });
      await call("POST", "/agents", { agentId: "ks-4", metadata: { teamId: "not-a-team" } });
    });

    test.each([
      ["agent", "ks-1", ["ks-1"]],
      ["team", "ks-team", ["ks-1", "ks-2"]],
      ["workspace", "ks-space", ["ks-1", "ks-2", "ks-3"]],
      ["tenant", undefined, ["ks-1", "ks-2", "ks-3", "ks-4", "ks-stranger"]],
    ] as const)("of the level %s holds exactly those that it is about", async (level, targetId, held) => {
      const target = { level, ...(targetId ? { targetId } : {}) };
      const { status, body } = await act({ ...target, action: "pause", reason: "drill" });
      expect(status).toBe(200);
      expect(body.data).toEqual({ level, targetId: targetId ?? "org_default", action: "pause" });
      for (const agentId of ["ks-1", "ks-2", "ks-3", "ks-4", "ks-stranger"]) {
        const isHeld = (held as readonly string[]).includes(agentId);
        expect([agentId, (await check(agentId)).paused]).toEqual([agentId, isHeld]);
        const { allowed, violations = [] } = await enforce(agentId);
        expect([agentId, allowed, violations[0]?.reason]).toEqual([
          agentId,
          !isHeld,
          isHeld ? "AGENT_PAUSED" : undefined,
        ]);
      }
      expect((await call("GET", "/agents/ks-2/status-poll")).body.data.status).toBe(
        (held as readonly string[]).includes("ks-2") ? "paused" : "active",
      );
      expect((await act({ ...target, action: "resume", reason: "over" })).status).toBe(200);
      for (const agentId of held) expect((await check(agentId)).paused).toBe(false);
    });

    test("keeps reasons apart, and names the highest level first", async () => {
      await act({ level: "agent", targetId: "ks-1", action: "pause", reason: "mine" });
      await act({ level: "team", targetId: "ks-team", action: "maintenance_start", reason: "update" });
      await act({ level: "team", targetId: "ks-team", action: "pause", reason: "look" });
      expect((await check("ks-1")).pauses.map((p: { reason: string }) => p.reason)).toEqual(["update", "look", "mine"]);
      expect((await call("GET", "/agents/ks-1")).body.data).toMatchObject({ status: "paused", pauseReason: "mine" });
      await act({ level: "team", targetId: "ks-team", action: "maintenance_end", reason: "done" });
      expect((await check("ks-1")).pauses.map((p: { reason: string }) => p.reason)).toEqual(["look", "mine"]);
      const { pauses = [] } = await bundle();
      expect(pauses.filter(({ targetId }) => targetId.startsWith("ks-"))).toEqual([
        { level: "agent", targetId: "ks-1", reason: "mine" },
        { level: "team", targetId: "ks-team", reason: "look" },
      ]);
      await act({ level: "team", targetId: "ks-team", action: "resume", reason: "done" });
      await call("PATCH", "/agents/ks-1/resume");
      expect((await check("ks-1")).paused).toBe(false);
    });

    test.each(["suspend", "emergency_stop"])("%s is ended by an admin alone", async (action) => {
      const target = { level: "agent", targetId: "ks-1" };
      expect((await act({ ...target, action, reason: "fraud" }, server().keys.developer)).status).toBe(200);
      await act({ ...target, action: "pause", reason: "too" });
      const refused = await act({ ...target, action: "resume", reason: "please" }, server().keys.developer);
      expect([refused.status, refused.body.error.code]).toEqual([403, "FORBIDDEN"]);
      expect((await call("PATCH", "/agents/ks-1/resume", undefined, { key: server().keys.developer })).status).toBe(
        403,
      );
      // Nothing was let go, not even what the developer could have.
      expect((await check("ks-1")).pauses.map((p: { kind: string }) => p.kind)).toEqual([action, "pause"]);
      expect((await act({ ...target, action: "resume", reason: "cleared" }, server().keys.admin)).status).toBe(200);
      expect((await check("ks-1")).paused).toBe(false);
      expect((await act({ ...target, action, reason: "x", autoRestartAfterHours: 1 })).status).toBe(400);
    });

    test("ends by itself after the hours that were given", async () => {
      const target = { level: "team", targetId: "ks-team" };
      const { body } = await act({ ...target, action: "pause", reason: "night", autoRestartAfterHours: 0.5 });
      const endsInMs = Date.parse(body.data.until) - Date.now();
      expect(endsInMs).toBeGreaterThan(0);
      expect((await check("ks-2")).pauses).toMatchObject([{ kind: "pause", until: body.data.until }]);
      server().advance(1_900_000);
      expect((await check("ks-2")).paused).toBe(false);
      expect((await enforce("ks-2")).allowed).toBe(true);
      await act({ ...target, action: "resume", reason: "tidy" });
      server().advance(-1_900_000);
    });

    test.each([
      [{ level: "planet", action: "pause" }, "/level"],
      [{ level: "team", action: "pause" }, "/targetId"],
      [{ level: "team", targetId: "ks-team", action: "stop" }, "/action"],
      [{ level: "team", targetId: "ks-team", action: "pause", autoRestartAfterHours: 25 }, "/autoRestartAfterHours"],
      [{ level: "team", targetId: "ks-team", action: "pause", autoRestartAfterHours: -1 }, "/autoRestartAfterHours"],
      [{ level: "team", targetId: "ks-team", action: "pause", until: "2020-01-01T00:00:00Z" }, "/until"],
      [{ level: "team", targetId: "ks-team", action: "resume", until: "2099-01-01T00:00:00Z" }, "/action"],
    ])("refuses %j", async (body, pointer) => {
      const answer = await act({ reason: "x", ...body });
      expect([answer.status, answer.body.error.fields[0].pointer]).toEqual([400, pointer]);
    });

    test.each([
      { level: "agent", targetId: "nobody" },
      { level: "team", targetId: "ks-tea" },
      { level: "team", targetId: "not-a-team" },
      { level: "workspace", targetId: "ks-team" },
      { level: "tenant", targetId: "org_other" },
    ])("does not know %j: a typing error must not look like a switch that is on", async (target) => {
      expect((await act({ ...target, action: "pause", reason: "x" })).status).toBe(404);
    });

    test("is not for a key that only reads, and not for another organisation", async () => {
      const body = { level: "agent", targetId: "ks-1", action: "pause", reason: "x" };
      for (const role of ["sdk", "viewer"] as const) expect((await act(body, server().keys[role])).status).toBe(403);
      expect((await act(body, server().otherOwnerKey)).status).toBe(404);
      await act({ level: "tenant", action: "pause", reason: "ours" }, server().otherOwnerKey);
      expect((await check("ks-1")).paused).toBe(false);
      await act({ level: "tenant", action: "resume", reason: "ours" }, server().otherOwnerKey);
    });

    test("writes its turns into the log, where the history is read from page by page", async () => {
      await act({
        level: "team",
        targetId: "ks-team",
        action: "maintenance_start",
        reason: "first",
        until: "2099-01-01T00:00:00Z",
      });
      await act({ level: "team", targetId: "ks-team", action: "maintenance_end", reason: "second" });
      await act({ level: "team", targetId: "ks-team", action: "maintenance_end", reason: "nothing left to end" });
      const turns: Record<string, unknown>[] = [];
      for (let cursor = ""; ; ) {
        const { data, meta } = (await call("GET", `/kill-switch/history?limit=5${cursor}`)).body;
        turns.push(...data);
        if (!meta.nextCursor) {
          expect(turns).toHaveLength(meta.total);
          break;
        }
        cursor = `&cursor=${meta.nextCursor}`;
      }
      expect(turns.slice(0, 2)).toMatchObject([
        { level: "team", targetId: "ks-team", action: "resumed", kinds: ["maintenance"], reason: "second" },
        { action: "paused", kinds: ["maintenance"], reason: "first", until: "2099-01-01T00:00:00.000Z" },
      ]);
      const indexes = turns.map(({ auditIndex }) => auditIndex as number);
      expect(indexes).toEqual([...indexes].sort((a, b) => b - a));
      expect((await call("GET", "/audit/verify")).body.data.valid).toBe(true);
    });

    test("pushes a pause itself, with the version of its bundle, to every stream of the organisation", async () => {
      const streams = await Promise.all(
        [server().keys.sdk, server().keys.viewer].map((key) => listen(server().url, key)),
      );
      const other = await listen(server().url, server().otherOwnerKey);
      await act({ level: "team", targetId: "ks-team", action: "pause", reason: "stop 🛑", autoRestartAfterHours: 1 });
      const told = (stream: (typeof streams)[number]) => stream.events.filter(({ event }) => event === "status");
      for (const stream of streams) {
        await expect.poll(() => told(stream).length).toBe(1);
        const { version, ...pause } = (told(stream)[0]?.data ?? {}) as Record<string, unknown>;
        expect(decodeMessage("Pause", pause)).toMatchObject({
          ok: true,
          value: { level: "team", targetId: "ks-team", reason: "stop 🛑", until: expect.any(String) },
        });
        expect((await bundle()).version).toBe(version);
      }
      await act({ level: "team", targetId: "ks-team", action: "resume", reason: "go" });
      expect(told(other)).toEqual([]);
      for (const stream of [...streams, other]) await stream.close();
    });
  });
}
