import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

export function agentsSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const version = async () => {
    const { body } = await call("GET", "/sdk/bundle");
    return JSON.parse(Buffer.from(body.payload, "base64").toString()).version as number;
  };

  describe("agents", () => {
    test("an agent is registered, read and found", async () => {
      const agent = { agentId: "shop/bot 1", name: "Shop Bot", tags: ["Retail"], metadata: { labels: { a: "b" } } };
      const { status, body } = await call("POST", "/agents", agent, { key: server().keys.sdk });
      expect(status).toBe(201);
      expect(body.data).toMatchObject({ ...agent, status: "active" });
      const read = await call("GET", `/agents/${encodeURIComponent(agent.agentId)}`);
      expect(read.body.data).toEqual(body.data);
      for (const search of ["shop/", "SHOP BOT", "retail"]) {
        const found = await call("GET", `/agents?search=${encodeURIComponent(search)}`);
        expect(found.body).toEqual({ data: [body.data], meta: { total: 1 } });
      }
      for (const search of ["%", "_hop", "nobody"]) {
        const found = await call("GET", `/agents?search=${encodeURIComponent(search)}`);
        expect(found.body).toEqual({ data: [], meta: { total: 0 } });
      }
    });

    test("registering again changes nothing and makes no new version", async () => {
      await call("POST", "/agents", { agentId: "again", autonomyLevel: "observe" });
      const before = await version();
      const { status, body } = await call("POST", "/agents", { agentId: "again", autonomyLevel: "autonomous" });
      expect(status).toBe(200);
      expect(body.data.autonomyLevel).toBe("observe");
      expect(await version()).toBe(before);
    });

    test("of many registrations at once exactly one makes the agent", async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => call("POST", "/agents", { agentId: "crowded" }, { key: server().keys.sdk })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
      const { body } = await call("GET", "/audit?limit=500");
      const lines = body.data.filter((e: { targetId: string }) => e.targetId === "crowded");
      expect(lines.map((e: { action: string }) => e.action)).toEqual(["agent.registered"]);
    });

    test("members are changed and taken away, the id is not", async () => {
      await call("POST", "/agents", { agentId: "patched", name: "Old", description: "Gone soon" });
      const { body } = await call("PATCH", "/agents/patched", { name: "New", description: null });
      expect(body.data.name).toBe("New");
      expect(body.data.description).toBeUndefined();
      const renamed = await call("PATCH", "/agents/patched", { agentId: "other" });
      expect(renamed.body.error.fields).toEqual([{ pointer: "/agentId", message: "cannot be changed" }]);
      const unknown = await call("PATCH", "/agents/patched", { autonomyLevle: "observe" });
      expect(unknown.body.error.fields[0]).toMatchObject({ pointer: "/autonomyLevle", suggestion: "autonomyLevel" });
      expect((await call("PATCH", "/agents/nobody", { name: "x" })).status).toBe(404);
    });

    test("a change that changes nothing makes no version and no line in the log", async () => {
      await call("POST", "/agents", { agentId: "same", name: "Same" });
      const before = [await version(), (await call("GET", "/audit/verify")).body.data.entries];
      expect((await call("PATCH", "/agents/same", { name: "Same" })).status).toBe(200);
      expect([await version(), (await call("GET", "/audit/verify")).body.data.entries]).toEqual(before);
    });

    test("every wrong member is named at once, with the one that was meant", async () => {
      const { status, body } = await call("POST", "/agents", {
        agentID: "x",
        tags: "a",
        autonomyLevel: "wild",
        name: 3,
      });
      expect(status).toBe(400);
      expect(body.error.code).toBe("VALIDATION_ERROR");
      expect(body.error.fields.map((f: { pointer: string }) => f.pointer).sort()).toEqual([
        "/agentID",
        "/agentId",
        "/autonomyLevel",
        "/name",
        "/tags",
      ]);
      expect(body.error.fields).toContainEqual(expect.objectContaining({ pointer: "/agentID", suggestion: "agentId" }));
    });

    test.each(["", "a\u0000b", "a\nb", "\ud800", "x".repeat(513)])("the id %j is refused", async (agentId) => {
      const { status, body } = await call("POST", "/agents", { agentId });
      expect(status).toBe(400);
      expect(body.error.fields[0].pointer).toBe("/agentId");
    });

    test("a list is read page by page, each agent once", async () => {
      for (let i = 0; i < 7; i++) await call("POST", "/agents", { agentId: `paged-${i}`, type: "pagedtype" });
      const seen: string[] = [];
      let cursor = "";
      do {
        const { body } = await call("GET", `/agents?search=pagedtype&limit=3${cursor}`);
        expect(body.meta.total).toBe(7);
        seen.push(...body.data.map((a: { agentId: string }) => a.agentId));
        cursor = body.meta.nextCursor ? `&cursor=${body.meta.nextCursor}` : "";
      } while (cursor);
      expect(seen).toEqual(Array.from({ length: 7 }, (_, i) => `paged-${i}`));
    });

    test.each(["limit=0", "limit=501", "limit=x", "cursor=nonsense", "cursor=WzFd", "serach=x", "limit=1&limit=2"])(
      "the query %s is refused",
      async (query) => {
        const { status, body } = await call("GET", `/agents?${query}`);
        expect([status, body.error.code]).toEqual([400, "VALIDATION_ERROR"]);
      },
    );

    test("a heartbeat is noted without a new version", async () => {
      await call("POST", "/agents", { agentId: "alive" });
      const before = await version();
      const { status, body } = await call("POST", "/agents/alive/heartbeat", undefined, { key: server().keys.sdk });
      expect([status, body.data.status]).toEqual([200, "active"]);
      expect(Date.parse((await call("GET", "/agents/alive")).body.data.lastSeenAt)).toBeGreaterThan(0);
      expect(await version()).toBe(before);
      expect((await call("POST", "/agents/nobody/heartbeat")).status).toBe(404);
    });
  });

  describe("pause and resume", () => {
    test("a paused agent is stopped at the next call, and goes on when resumed", async () => {
      await call("POST", "/agents", { agentId: "stoppable" });
      const enforce = () => call("POST", "/policies/enforce", { agentId: "stoppable", input: "hello" });
      expect((await enforce()).status).toBe(200);
      const paused = await call("PATCH", "/agents/stoppable/pause", { reason: "acting strangely" });
      expect(paused.body.data).toMatchObject({ status: "paused", pauseReason: "acting strangely" });
      const stopped = await enforce();
      expect(stopped.status).toBe(403);
      expect(stopped.body).toMatchObject({
        allowed: false,
        violations: [{ policyType: "system", enforcementMode: "block" }],
      });
      const poll = () => call("GET", "/agents/stoppable/status-poll", undefined, { key: server().keys.sdk });
      expect((await poll()).body).toEqual({ data: { status: "paused", reason: "acting strangely" } });
      expect((await call("PATCH", "/agents/stoppable/resume")).body.data.status).toBe("active");
      expect((await enforce()).status).toBe(200);
      expect((await poll()).body).toEqual({ data: { status: "active" } });
      expect((await call("PATCH", "/agents/stoppable/resume")).status).toBe(200);
    });

    test("a pause with an end ends by itself", async () => {
      await call("POST", "/agents", { agentId: "resting" });
      const until = new Date(Date.now() + 86_400_000 * 40).toISOString();
      await call("PATCH", "/agents/resting/pause", { reason: "for a while", until });
      expect((await call("GET", "/agents/resting/status-poll")).body.data).toEqual({
        status: "paused",
        reason: "for a while",
        until,
      });
      server().advance(86_400_000 * 41);
      expect((await call("GET", "/agents/resting/status-poll")).body.data.status).toBe("active");
      expect((await call("POST", "/policies/enforce", { agentId: "resting", input: "hi" })).status).toBe(200);
      server().advance(-86_400_000 * 41);
    });

    test("a pause needs a reason, a future end and a known agent", async () => {
      const pause = (body: unknown, id = "stoppable") => call("PATCH", `/agents/${id}/pause`, body);
      expect((await pause({})).body.error.fields).toEqual([{ pointer: "/reason", message: "missing field `reason`" }]);
      expect((await pause({ reason: "x", until: "2001-01-01T00:00:00Z" })).body.error.fields[0].pointer).toBe("/until");
      expect((await pause({ reason: "x", until: "tomorrow" })).body.error.fields[0].pointer).toBe("/until");
      expect((await pause({ reason: "x", untill: "y" })).body.error.fields[0].suggestion).toBe("until");
      expect((await pause({ reason: "x" }, "nobody")).status).toBe(404);
    });

    test("both are in the bundle and in the log with who did it", async () => {
      await call("POST", "/agents", { agentId: "logged" });
      const before = await version();
      await call("PATCH", "/agents/logged/pause", { reason: "why" }, { key: server().keys.developer });
      const { body } = await call("GET", "/sdk/bundle");
      const bundle = JSON.parse(Buffer.from(body.payload, "base64").toString());
      expect(bundle.version).toBe(before + 1);
      expect(bundle.pauses).toContainEqual({ level: "agent", targetId: "logged", reason: "why" });
      await call("PATCH", "/agents/logged/resume", undefined, { key: server().keys.developer });
      const log = (await call("GET", "/audit?limit=500")).body.data.filter(
        (e: { targetId: string }) => e.targetId === "logged",
      );
      expect(log.map((e: { action: string }) => e.action)).toEqual([
        "agent.registered",
        "agent.paused",
        "agent.resumed",
      ]);
      expect(log[1].actor).toMatch(/^key:key_[0-9a-f]{24}$/);
      expect(log[1].actor).not.toBe(log[0].actor);
    });
  });
}
