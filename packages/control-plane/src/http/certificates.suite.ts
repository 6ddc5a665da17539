import { createPublicKey, randomBytes, verify as verifySignature } from "node:crypto";
import { type ApprovalCertificate, canonicalJson, hashAction, limits } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import { expireApprovals, startApprovalSweeper } from "../admin/expire-approvals";
import { defaults } from "../gen/constants";
import type { Answer, TestServer } from "./test-server";

const freshNonce = () => randomBytes(16).toString("base64url");
const digest = "ab".repeat(32);

export function certificatesSuite(server: () => TestServer): void {
  const asSdk = (method: string, path: string, body?: unknown): Promise<Answer> =>
    server().call(method, path, body, { key: server().keys.sdk });
  let count = 0;
  const ask = async (extra: object = {}) => {
    const action = { agentId: "payer", phase: "tool_call", tool: { name: "pay", args: { n: ++count } } };
    const body = { agentId: "payer", action, actionHash: hashAction(action), bundleDigest: digest, ...extra };
    const answer = await asSdk("POST", "/approvals", body);
    return { action, body, answer, id: answer.body.data?.id as string };
  };
  const approve = (id: string, decidedBy = "ana") =>
    server().call("POST", `/approvals/${id}/approve`, { decidedBy }, { key: server().keys.developer });
  const askAndApprove = async () => {
    const asked = await ask();
    await approve(asked.id);
    return asked;
  };
  const use = async (id: string, actionContext: unknown, nonce?: string) =>
    (await asSdk("POST", `/approvals/${id}/verify`, { actionContext, ...(nonce ? { nonce } : {}) })).body.data;
  const read = (certificate: { payload: string }): ApprovalCertificate =>
    JSON.parse(Buffer.from(certificate.payload, "base64").toString());
  const linesOf = async (id: string): Promise<{ action: string; actor: string; details: Record<string, unknown> }[]> =>
    (await server().call("GET", "/audit?limit=500")).body.data.filter((e: { targetId: string }) => e.targetId === id);

  describe("certificates of approvals", () => {
    test("a use is answered with a certificate for exactly that action, signed by a published key", async () => {
      const { id, action, answer } = await askAndApprove();
      expect(answer.body.data.bundleDigest).toBe(digest);
      const nonce = freshNonce();
      const { valid, certificate } = await use(id, action, nonce);
      expect(valid).toBe(true);
      const said = read(certificate);
      expect(said).toEqual({
        approvalId: id,
        organizationId: "org_default",
        agentId: "payer",
        actionHash: hashAction(action),
        approver: "ana",
        approverKey: expect.stringMatching(/^key:/),
        issuedAt: expect.any(String),
        expiresAt: expect.any(String),
        nonce,
        bundleDigest: digest,
      });
      expect(Date.parse(said.expiresAt) - Date.parse(said.issuedAt)).toBe(limits.certificateLifetimeMs);
      const payload = Buffer.from(certificate.payload, "base64");
      expect(payload.toString()).toBe(canonicalJson(said));
      const { keys } = (await server().call("GET", "//.well-known/jwks.json", undefined, { key: null })).body;
      const jwk = keys.find(({ kid }: { kid: string }) => kid === certificate.signatures[0].keyid);
      const pae = Buffer.concat([
        Buffer.from(`DSSEv1 ${certificate.payloadType.length} ${certificate.payloadType} ${payload.length} `),
        payload,
      ]);
      const key = createPublicKey({ key: jwk, format: "jwk" });
      expect(verifySignature(null, pae, key, Buffer.from(certificate.signatures[0].sig, "base64"))).toBe(true);
    });

    test("the same nonce is told the same certificate, any other one that the approval is used", async () => {
      const { id, action } = await askAndApprove();
      const nonce = freshNonce();
      const first = await use(id, action, nonce);
      expect(await use(id, action, nonce)).toEqual(first);
      expect(await use(id, action, freshNonce())).toEqual({ valid: false, reason: "used" });
      expect(await use(id, action)).toEqual({ valid: false, reason: "used" });
      expect(await use(id, { ...action, agentId: "other" }, nonce)).toEqual({ valid: false, reason: "used" });
      const otherKey = await server().call("POST", `/approvals/${id}/verify`, { actionContext: action, nonce });
      expect(otherKey.body.data).toEqual({ valid: false, reason: "used" });
      const used = (await linesOf(id)).filter((line) => line.action === "approval.used");
      expect(used.map((line) => line.details)).toEqual([
        expect.objectContaining({ nonce, approver: "ana", certificateHash: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      ]);
      server().advance(limits.certificateLifetimeMs);
      expect(await use(id, action, nonce)).toEqual({ valid: false, reason: "used" });
      server().advance(-limits.certificateLifetimeMs);
    });

    test("of many uses at once, each with its own nonce, one gets a certificate", async () => {
      const { id, action } = await askAndApprove();
      const answers = await Promise.all(Array.from({ length: 10 }, () => use(id, action, freshNonce())));
      expect(answers.filter(({ valid }) => valid)).toHaveLength(1);
      expect(answers.filter(({ reason }) => reason === "used")).toHaveLength(9);
    });

    test("a nonce is for one approval, and not any text is one", async () => {
      const [one, two] = [await askAndApprove(), await askAndApprove()];
      const nonce = freshNonce();
      expect((await use(one.id, one.action, nonce)).valid).toBe(true);
      expect(await use(two.id, two.action, nonce)).toEqual({ valid: false, reason: "nonce_reused" });
      for (const bad of ["short", "a".repeat(65), `${"a".repeat(22)}!`, 7]) {
        const body = { actionContext: two.action, nonce: bad };
        const answer = await asSdk("POST", `/approvals/${two.id}/verify`, body);
        expect([answer.status, answer.body.error?.fields?.[0]?.pointer]).toEqual([400, "/nonce"]);
      }
      expect((await asSdk("POST", `/approvals/${two.id}/verify`, { actionContext: "x" })).status).toBe(400);
    });

    test("a certificate does not outlive its approval", async () => {
      const { id, action } = await askAndApprove();
      server().advance(defaults.approvalTimeoutMs - 60_000);
      const { certificate } = await use(id, action, freshNonce());
      const said = read(certificate);
      const approval = (await asSdk("GET", `/approvals/${id}`)).body.data;
      expect(said.expiresAt).toBe(approval.expiresAt);
      server().advance(60_000 - defaults.approvalTimeoutMs);
    });

    test("without an approval there is no certificate", async () => {
      const pending = await ask();
      expect(await use(pending.id, pending.action, freshNonce())).toEqual({ valid: false, reason: "pending" });
      await server().call("POST", `/approvals/${pending.id}/deny`);
      expect(await use(pending.id, pending.action, freshNonce())).toEqual({ valid: false, reason: "denied" });
      const approved = await askAndApprove();
      const changed = { ...approved.action, tool: { name: "pay", args: { n: -1 } } };
      const nonce = freshNonce();
      expect(await use(approved.id, changed, nonce)).toEqual({ valid: false, reason: "action_mismatch" });
      expect((await use(approved.id, approved.action, nonce)).valid).toBe(true);
    });
  });

  test("an approval of an agent that was paused meanwhile cannot be used, and waits", async () => {
    await server().call("POST", "/agents", { agentId: "payer" });
    const { id, action } = await askAndApprove();
    await server().call("PATCH", "/agents/payer/pause", { reason: "now" });
    expect(await use(id, action, freshNonce())).toEqual({ valid: false, reason: "paused" });
    await server().call("PATCH", "/agents/payer/resume", {});
    expect((await use(id, action, freshNonce())).valid).toBe(true);
  });

  describe("asking and deciding", () => {
    test("asking again with the same request id is asking once", async () => {
      const requestId = freshNonce();
      const first = await ask({ requestId });
      const again = await asSdk("POST", "/approvals", first.body);
      expect([first.answer.status, again.status]).toEqual([201, 200]);
      expect(again.body.data).toEqual(first.answer.body.data);
      expect((await linesOf(first.id)).map(({ action }) => action)).toEqual(["approval.requested"]);
      const other = await ask({ requestId });
      expect([other.answer.status, other.answer.body.error.code]).toEqual([409, "CONFLICT"]);
      const otherKey = await server().call("POST", "/approvals", first.body);
      expect(otherKey.status).toBe(409);
      expect((await ask({ agentId: "other" })).answer.body.error.fields[0].pointer).toBe("/agentId");
      expect((await ask({ requestId: "x" })).answer.body.error.fields[0].pointer).toBe("/requestId");
      expect((await ask({ bundleDigest: "x" })).answer.body.error.fields[0].pointer).toBe("/bundleDigest");
    });

    test("two who ask at once with one request id are given one approval", async () => {
      const action = { agentId: "payer", n: ++count };
      const body = { agentId: "payer", action, actionHash: hashAction(action), requestId: freshNonce() };
      const answers = await Promise.all(Array.from({ length: 5 }, () => asSdk("POST", "/approvals", body)));
      expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(1);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    });

    test("nobody decides what they asked for, and neither sdk nor viewer decides at all", async () => {
      const { keys } = server();
      const action = { agentId: "self", n: ++count };
      const body = { agentId: "self", action, actionHash: hashAction(action) };
      const { id } = (await server().call("POST", "/approvals", body, { key: keys.developer })).body.data;
      for (const verb of ["approve", "deny"]) {
        for (const key of [keys.developer, keys.sdk, keys.viewer]) {
          const answer = await server().call("POST", `/approvals/${id}/${verb}`, undefined, { key });
          expect([answer.status, answer.body.error.code]).toEqual([403, "FORBIDDEN"]);
        }
      }
      expect((await server().call("POST", `/approvals/${id}/approve`, undefined, { key: keys.admin })).status).toBe(
        200,
      );
    });

    test("what nobody decides is written down as expired, once, and pushed", async () => {
      const { id } = await ask();
      const approved = await askAndApprove();
      const stream = await fetch(`${server().url}/api/v1/sdk/stream`, { headers: { "X-API-Key": server().keys.sdk } });
      const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
      const later = new Date(Date.now() + defaults.approvalTimeoutMs + 1000);
      expect(await expireApprovals(server().database, later)).toBeGreaterThan(0);
      expect(await expireApprovals(server().database, later)).toBe(0);
      let pushed = "";
      while (!pushed.includes(id)) pushed += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      expect(pushed).toContain(JSON.stringify({ id, status: "expired" }));
      expect((await asSdk("GET", `/approvals/${id}`)).body.data.status).toBe("expired");
      expect((await approve(id)).status).toBe(409);
      expect((await linesOf(id)).map(({ action, actor }) => [action, actor])).toEqual([
        ["approval.requested", expect.stringMatching(/^key:/)],
        ["approval.expired", "system"],
      ]);
      expect((await linesOf(approved.id)).map(({ action }) => action)).not.toContain("approval.expired");
    });

    test("a server writes it down by itself, and goes on after a sweep that failed", async () => {
      const { id } = await ask();
      const { database } = server();
      const warnings: string[] = [];
      let fails = true;
      const logger = { info() {}, warn: (message: string) => warnings.push(message), error() {} };
      const failing: typeof database = {
        ...database,
        query: (statement, parameters) => {
          if (fails) return Promise.reject(new Error("away"));
          return database.query(statement, parameters);
        },
      };
      const clock = () => Date.now() + defaults.approvalTimeoutMs + 1000;
      const sweeper = startApprovalSweeper({ database: failing, logger, clock }, 5);
      await expect.poll(() => warnings.length).toBeGreaterThan(0);
      fails = false;
      await expect.poll(async () => (await linesOf(id)).map(({ action }) => action)).toContain("approval.expired");
      await sweeper.close();
    });
  });
}
