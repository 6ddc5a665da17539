import { canonicalJson, sha256Hex } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import { defaults } from "../gen/constants";
import type { TestServer } from "./test-server";

const hash = (action: unknown) => sha256Hex(canonicalJson(action));

export function approvalsSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  let count = 0;
  const ask = async (extra: object = {}) => {
    const action = { agentId: "asker", tool: { name: "pay", args: { n: ++count } } };
    const body = { agentId: "asker", action, actionHash: hash(action), policyIds: ["p"], message: "may it?", ...extra };
    return { action, answer: await call("POST", "/approvals", body, { key: server().keys.sdk }) };
  };
  const verify = async (id: string, actionContext: unknown) =>
    (await call("POST", `/approvals/${id}/verify`, { actionContext }, { key: server().keys.sdk })).body.data;

  describe("approvals", () => {
    test("a step waits, a human approves, it passes once", async () => {
      const { action, answer } = await ask();
      const { id, requestedAt, expiresAt } = answer.body.data;
      expect(answer.status).toBe(201);
      expect(answer.body.data).toMatchObject({
        status: "pending",
        action,
        actionHash: hash(action),
        message: "may it?",
      });
      expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBe(defaults.approvalTimeoutMs);
      expect(await verify(id, action)).toEqual({ valid: false, reason: "pending" });
      const approved = await call(
        "POST",
        `/approvals/${id}/approve`,
        { reason: "known payee", decidedBy: "ana" },
        { key: server().keys.developer },
      );
      expect(approved.body.data).toMatchObject({ status: "approved", decidedBy: "ana", decisionReason: "known payee" });
      expect(Date.parse(approved.body.data.decidedAt)).toBeGreaterThan(0);
      expect((await call("GET", `/approvals/${id}`, undefined, { key: server().keys.sdk })).body.data.status).toBe(
        "approved",
      );
      expect(await verify(id, { ...action, tool: { name: "pay", args: { n: 10_000 } } })).toEqual({
        valid: false,
        reason: "action_mismatch",
      });
      expect(await verify(id, JSON.parse(canonicalJson(action)))).toMatchObject({ valid: true });
      expect(await verify(id, action)).toEqual({ valid: false, reason: "used" });
      const log = (await call("GET", "/audit?limit=500")).body.data.filter(
        (e: { targetId: string }) => e.targetId === id,
      );
      expect(log.map((e: { action: string }) => e.action)).toEqual([
        "approval.requested",
        "approval.approved",
        "approval.used",
      ]);
      expect(log[1].details).toMatchObject({ decidedBy: "ana", reason: "known payee", actionHash: hash(action) });
      expect(new Set(log.map((e: { actor: string }) => e.actor)).size).toBe(2);
    });

    test("of many uses at once one is valid", async () => {
      const { action, answer } = await ask();
      const { id } = answer.body.data;
      await call("POST", `/approvals/${id}/approve`);
      const results = await Promise.all(Array.from({ length: 10 }, () => verify(id, action)));
      expect(results.filter(({ valid }) => valid)).toHaveLength(1);
    });

    test("a denied step never passes, and a decision is final", async () => {
      const { action, answer } = await ask();
      const { id } = answer.body.data;
      const denied = await call("POST", `/approvals/${id}/deny`);
      expect(denied.body.data).toMatchObject({ status: "denied", decidedBy: "bootstrap" });
      expect(await verify(id, action)).toEqual({ valid: false, reason: "denied" });
      const late = await call("POST", `/approvals/${id}/approve`);
      expect([late.status, late.body.error]).toEqual([
        409,
        { code: "CONFLICT", message: "the approval is denied already" },
      ]);
    });

    test("after half an hour it is expired, approved or not", async () => {
      const pending = await ask();
      const approved = await ask();
      await call("POST", `/approvals/${approved.answer.body.data.id}/approve`);
      server().advance(defaults.approvalTimeoutMs + 1);
      const { id } = pending.answer.body.data;
      expect((await call("GET", `/approvals/${id}`)).body.data.status).toBe("expired");
      expect((await call("POST", `/approvals/${id}/approve`)).status).toBe(409);
      expect(await verify(id, pending.action)).toEqual({ valid: false, reason: "expired" });
      expect(await verify(approved.answer.body.data.id, approved.action)).toEqual({ valid: false, reason: "expired" });
      const expired = await call("GET", "/approvals?status=expired&agentId=asker&limit=500");
      expect(expired.body.data.map((a: { id: string }) => a.id)).toContain(id);
      expect((await call("GET", "/approvals?status=pending&agentId=asker")).body.meta.total).toBe(0);
      server().advance(-defaults.approvalTimeoutMs - 1);
    });

    test("the hash must be that of the action, and the server's members are the server's", async () => {
      const wrong = await ask({ actionHash: "0".repeat(64) });
      expect([wrong.answer.status, wrong.answer.body.error.fields[0].pointer]).toEqual([400, "/actionHash"]);
      for (const extra of [
        { status: "approved" },
        { decidedBy: "me" },
        { id: "mine" },
        { expiresAt: "9999-01-01T00:00:00Z" },
      ]) {
        expect((await ask(extra)).answer.status).toBe(400);
      }
      expect((await ask({ polcyIds: [] })).answer.body.error.fields[0].suggestion).toBe("policyIds");
    });

    test("they are listed the newest first, page by page", async () => {
      for (let i = 0; i < 5; i++) await ask();
      const all = (await call("GET", "/approvals?agentId=asker&limit=500")).body;
      const first = (await call("GET", "/approvals?agentId=asker&limit=3")).body;
      const second = (await call("GET", `/approvals?agentId=asker&limit=500&cursor=${first.meta.nextCursor}`)).body;
      expect([...first.data, ...second.data]).toEqual(all.data);
      expect(all.meta.total).toBe(all.data.length);
    });

    test("an unknown approval is 404, whoever asks", async () => {
      for (const [method, path] of [
        ["GET", ""],
        ["POST", "/approve"],
        ["POST", "/deny"],
      ] as const) {
        expect((await call(method, `/approvals/apr_none${path}`)).status).toBe(404);
      }
      const { answer } = await ask();
      const foreign = await call("GET", `/approvals/${answer.body.data.id}`, undefined, {
        key: server().otherOwnerKey,
      });
      expect(foreign.status).toBe(404);
    });
  });
}
