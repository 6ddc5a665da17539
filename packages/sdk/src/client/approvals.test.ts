import { type ApprovalCertificate, canonicalJson, hashAction, sha256Hex } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isApprovalDeniedError, isApprovalTimeoutError } from "../gen/errors";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "../testing/scripted-control-plane.suite";
import type { ApprovalEvent, CallOptions, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

const call = { agentId: "bot", tool: "send_email", args: { to: "x@example.org" } };
const action = { agentId: "bot", phase: "tool_call", tool: { name: "send_email", args: call.args } };
interface Use {
  readonly actionContext: Record<string, unknown>;
  readonly nonce: string;
}
let server: ScriptedControlPlane;
const open: Holdpoint[] = [];
let events: ApprovalEvent[] = [];
let status = "pending";
let asked: Record<string, unknown>[] = [];
let verified: Use[] = [];

/** What an honest server would certify. */
const certify = ({ actionContext, nonce }: Use): ApprovalCertificate => ({
  approvalId: "a-1",
  organizationId: "org",
  agentId: "bot",
  actionHash: hashAction(actionContext),
  approver: "ana",
  approverKey: "key:1",
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
  nonce,
  bundleDigest: server.bundleDigest(),
});
const answerUse = (answer: (use: Use) => unknown): void =>
  server.script("POST /api/v1/approvals/a-1/verify", ({ body }, response) => {
    const use = JSON.parse(body) as Use;
    verified.push(use);
    answerJson(response, 200, { data: answer(use) });
  });

beforeEach(async () => {
  status = "pending";
  [asked, verified, events] = [[], [], []];
  server = await createScriptedControlPlane();
  server.setBundle({ policies: [samples.tools] });
  server.script("POST /api/v1/approvals", ({ body }, response) => {
    asked.push(JSON.parse(body));
    answerJson(response, 201, { data: { id: "a-1", status } });
  });
  server.script("GET /api/v1/approvals/a-1", (_, response) =>
    answerJson(response, 200, { data: { id: "a-1", status, decisionReason: "because" } }),
  );
  answerUse((use) => ({ valid: true, certificate: server.signCertificate(certify(use)) }));
});
afterEach(async () => {
  await server.close();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

const connect = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    approvalPollIntervalMs: 10,
    closeTimeoutMs: 100,
    ...options,
  });
  open.push(hp);
  return hp.on("approval", (event) => events.push(event));
};
const ask = async (options: Partial<HoldpointOptions> = {}, callOptions: CallOptions = {}) => {
  const hp = await connect(options);
  return { hp, outcome: hp.enforceToolCall(call, callOptions).catch((error: unknown) => error) };
};
const polls = (): number => server.seen.filter(({ path }) => path === "/api/v1/approvals/a-1").length;

describe("an approval by the control plane", () => {
  it("is bound to the exact step, waits, is confirmed once and lets the step pass", async () => {
    const { outcome } = await ask();
    await until(() => polls() > 1, "a few polls");
    status = "approved";
    expect(await outcome).toMatchObject({ verdict: "require_approval", allowed: true });
    expect(asked).toEqual([
      {
        agentId: "bot",
        action,
        actionHash: sha256Hex(canonicalJson(action)),
        policyIds: ["tools"],
        message: expect.stringContaining("send_email"),
        bundleDigest: server.bundleDigest(),
        requestId: expect.stringMatching(/^[\w-]{22,64}$/),
      },
    ]);
    expect(verified).toEqual([{ actionContext: action, nonce: expect.stringMatching(/^[\w-]{22,64}$/) }]);
    expect(events).toEqual([
      {
        agentId: "bot",
        actionHash: asked[0]?.["actionHash"],
        approvalId: "a-1",
        outcome: "approved",
        problem: undefined,
        reason: undefined,
        proof: {
          approver: "ana",
          approverKey: "key:1",
          expiresAt: expect.any(String),
          certificate: expect.objectContaining({ signatures: [expect.anything()] }),
        },
      },
    ]);
  });

  it("is seen at once when it is pushed", async () => {
    const { outcome } = await ask({ approvalPollIntervalMs: 600_000 });
    await until(() => server.streams() === 1 && polls() === 1, "the wait");
    status = "approved";
    server.push("approval", { id: "a-1", status });
    expect(await outcome).toMatchObject({ allowed: true });
  });

  it("holds when it is denied, with the reason", async () => {
    status = "denied";
    const { outcome } = await ask();
    const error = await outcome;
    expect(isApprovalDeniedError(error)).toBe(true);
    expect(error).toMatchObject({
      approvalId: "a-1",
      message: expect.stringContaining("because"),
      violations: [{ policyId: "tools" }],
    });
  });

  it("holds when it expires, when nobody answers in time, and when the wait is aborted", async () => {
    status = "expired";
    expect(isApprovalTimeoutError(await (await ask()).outcome)).toBe(true);
    status = "pending";
    expect(isApprovalTimeoutError(await (await ask({ approvalTimeoutMs: 60 })).outcome)).toBe(true);
    const controller = new AbortController();
    const { outcome } = await ask({}, { signal: controller.signal });
    await until(() => polls() > 3, "the wait");
    controller.abort();
    expect(isApprovalTimeoutError(await outcome)).toBe(true);
    const after = polls();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(polls()).toBeLessThanOrEqual(after + 1);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["expired", undefined],
      ["expired", undefined],
      ["expired", "the wait was aborted"],
    ]);
  });

  it("holds when the client is closed while it waits", async () => {
    const { hp, outcome } = await ask();
    await until(() => polls() > 1, "the wait");
    await hp.close();
    expect(isApprovalTimeoutError(await outcome)).toBe(true);
  });

  it("asks and uses with the same id and nonce when an answer is lost", async () => {
    status = "approved";
    const lose = new Set(["POST /api/v1/approvals", "POST /api/v1/approvals/a-1/verify"]);
    const ids: unknown[] = [];
    for (const route of lose) {
      let calls = 0;
      server.script(route, ({ body }, response) => {
        const sent = JSON.parse(body);
        ids.push(sent.requestId ?? sent.nonce);
        if (calls++ === 0) return response.destroy();
        const data = sent.nonce
          ? { valid: true, certificate: server.signCertificate(certify(sent)) }
          : { id: "a-1", status };
        return answerJson(response, 200, { data });
      });
    }
    expect(await (await ask()).outcome).toMatchObject({ allowed: true });
    expect([ids[0] === ids[1], ids[2] === ids[3], ids.length]).toEqual([true, true, 4]);
  });

  it("waits out a server that fails, and asks again", async () => {
    let failures = 0;
    server.script("GET /api/v1/approvals/a-1", (_, response) => {
      if (failures++ < 1) response.destroy();
      else answerJson(response, 200, { data: { id: "a-1", status: "approved" } });
    });
    expect(await (await ask()).outcome).toMatchObject({ allowed: true });
  });

  it.each<[string, string, number, unknown]>([
    ["the request is refused", "POST /api/v1/approvals", 400, { error: { code: "VALIDATION_ERROR", message: "no" } }],
    ["the key is refused", "POST /api/v1/approvals", 403, {}],
    ["the answer is something else", "POST /api/v1/approvals", 200, "<html>"],
    ["the approval is gone", "GET /api/v1/approvals/a-1", 404, {}],
    ["the status is unknown", "GET /api/v1/approvals/a-1", 200, { data: { id: "a-1", status: "sure" } }],
    ["it cannot be confirmed", "POST /api/v1/approvals/a-1/verify", 200, { data: { valid: false, reason: "used" } }],
    ["the confirmation is not clear", "POST /api/v1/approvals/a-1/verify", 200, { data: { valid: "true" } }],
    ["the confirmation fails", "POST /api/v1/approvals/a-1/verify", 409, { data: { valid: true } }],
  ])("holds when %s", async (_, route, code, body) => {
    status = "approved";
    server.script(route, (_seen, response) => answerJson(response, code, body));
    expect(isApprovalDeniedError(await (await ask()).outcome)).toBe(true);
  });

  const lies: Record<string, [problem: string, (use: Use) => unknown]> = {
    "has no certificate": ["missing", () => ({ valid: true })],
    "has null for a certificate": ["missing", () => ({ valid: true, certificate: null })],
    "has a text for a certificate": ["unreadable", () => ({ valid: true, certificate: "certified" })],
    "has a certificate without signatures": [
      "unreadable",
      (use) => ({ valid: true, certificate: { ...server.signCertificate(certify(use)), signatures: [] } }),
    ],
    "has a signed bundle for a certificate": [
      "unreadable",
      () => ({ valid: true, certificate: JSON.parse(server.signBundle({})) }),
    ],
    "is signed by a stranger": [
      "unsigned",
      (use) => ({ valid: true, certificate: server.signCertificate(certify(use), "key") }),
    ],
    "has a broken signature": [
      "unsigned",
      (use) => ({ valid: true, certificate: server.signCertificate(certify(use), "signature") }),
    ],
    "says that it was used": ["replayed", () => ({ valid: false, reason: "used" })],
    "says that the action is another": ["wrong_action", () => ({ valid: false, reason: "action_mismatch" })],
  };
  const changes: Record<string, [problem: string, Partial<ApprovalCertificate>]> = {
    "another approval": ["wrong_approval", { approvalId: "a-2" }],
    "another tenant": ["wrong_tenant", { organizationId: "elsewhere" }],
    "another agent": ["wrong_agent", { agentId: "other" }],
    "another action": [
      "wrong_action",
      { actionHash: hashAction({ ...action, tool: { name: "send_email", args: {} } }) },
    ],
    "another use": ["wrong_nonce", { nonce: "a".repeat(32) }],
    "another bundle": ["wrong_bundle", { bundleDigest: "" }],
    "a time that is over": ["expired", { issuedAt: "2020-01-01T00:00:00.000Z", expiresAt: "2020-01-01T00:05:00.000Z" }],
    "a time to come": ["expired", { issuedAt: "2120-01-01T00:00:00.000Z", expiresAt: "2120-01-01T00:05:00.000Z" }],
    "too long a time": ["expired", { expiresAt: new Date(Date.now() + 3_600_000).toISOString() }],
    "no time": ["expired", { expiresAt: "soon" }],
  };
  const cases = [
    ...Object.entries(lies).map(([name, [problem, answer]]) => ({ name, problem, answer })),
    ...Object.entries(changes).map(([name, [problem, change]]) => ({
      name: `has a certificate for ${name}`,
      problem,
      answer: (use: Use) => ({ valid: true, certificate: server.signCertificate({ ...certify(use), ...change }) }),
    })),
  ];
  it.each(cases)("holds, and says why, when the answer $name", async ({ problem, answer }) => {
    status = "approved";
    answerUse(answer);
    const error = await (await ask()).outcome;
    expect(isApprovalDeniedError(error)).toBe(true);
    expect(error).toMatchObject({ approvalId: "a-1" });
    expect(events).toMatchObject([{ outcome: "refused", problem, approvalId: "a-1", proof: undefined }]);
    expect((error as Error).message).toContain(events[0]?.reason);
  });

  it("lets the same certificate pass once, and the same approval", async () => {
    status = "approved";
    const hp = await connect();
    const first = hp.enforceToolCall(call);
    expect(await first).toMatchObject({ allowed: true });
    const again = await hp.enforceToolCall(call).catch((error: unknown) => error);
    expect(isApprovalDeniedError(again)).toBe(true);
    const { certificate } = events[0]?.proof ?? {};
    answerUse(() => ({ valid: true, certificate }));
    expect(isApprovalDeniedError(await hp.enforceToolCall(call).catch((error: unknown) => error))).toBe(true);
    expect(events.map(({ outcome, problem }) => [outcome, problem])).toEqual([
      ["approved", undefined],
      ["refused", "replayed"],
      ["refused", "wrong_nonce"],
    ]);
  });

  it("holds when only strangers' keys are pinned, and where no bundle says whose client this is", async () => {
    status = "approved";
    const pinned = [{ kid: "key-1", x: "A".repeat(43) }];
    const local = { policies: [samples.tools], firstBundleTimeoutMs: 50 };
    const { outcome } = await ask({ ...local, bundleKeys: pinned });
    expect(isApprovalDeniedError(await outcome)).toBe(true);
    server.script("GET /api/v1/sdk/bundle", (_, response) => answerJson(response, 503, {}));
    const { outcome: other } = await ask(local);
    expect(isApprovalDeniedError(await other)).toBe(true);
    expect(events.map(({ problem }) => problem)).toEqual(["unsigned", "wrong_tenant"]);
    expect(asked.map((body) => "bundleDigest" in body)).toEqual([false, false]);
  });

  it("is decided anew: a policy that the human was not asked about holds", async () => {
    const { hp, outcome } = await ask();
    await until(() => polls() > 1, "the wait");
    server.setBundle({ version: 2, policies: [samples.tools, { ...samples.tools, id: "more", name: "more" }] });
    server.push("bundle", { version: 2 });
    await until(() => hp.stats().bundleVersion === 2, "the bundle");
    answerUse((use) => {
      const bundleDigest = String(asked[0]?.["bundleDigest"]);
      return { valid: true, certificate: server.signCertificate({ ...certify(use), bundleDigest }) };
    });
    status = "approved";
    expect(isApprovalDeniedError(await outcome)).toBe(true);
    expect(events).toMatchObject([{ outcome: "approved" }]);
  });

  it("of an agent that is paused meanwhile says so, whatever becomes of the approval", async () => {
    const { hp, outcome } = await ask();
    await until(() => polls() > 1, "the wait");
    server.push("status", { level: "agent", targetId: String(asked[0]?.["agentId"]), reason: "now" });
    await until(() => hp.stats().pauses.length > 0, "the pause");
    answerUse(() => ({ valid: false, reason: "paused" }));
    status = "approved";
    expect(await outcome).toMatchObject({ code: "AGENT_PAUSED", reason: "now" });
  });

  it("leaves the question to the program's own callback when there is one", async () => {
    const { outcome } = await ask({ onApproval: () => true });
    expect(await outcome).toMatchObject({ allowed: true });
    expect(asked).toEqual([]);
  });
});
