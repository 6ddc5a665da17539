import { canonicalJson, sha256Hex } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isApprovalDeniedError, isApprovalTimeoutError } from "../gen/errors";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "../testing/scripted-control-plane.suite";
import type { CallOptions, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

const call = { agentId: "bot", tool: "send_email", args: { to: "x@example.org" } };
let server: ScriptedControlPlane;
const open: Holdpoint[] = [];
let status = "pending";
let asked: Record<string, unknown>[] = [];
let verified: unknown[] = [];

beforeEach(async () => {
  status = "pending";
  asked = [];
  verified = [];
  server = await createScriptedControlPlane();
  server.setBundle({ policies: [samples.tools] });
  server.script("POST /api/v1/approvals", ({ body }, response) => {
    asked.push(JSON.parse(body));
    answerJson(response, 201, { data: { id: "a-1", status } });
  });
  server.script("GET /api/v1/approvals/a-1", (_, response) =>
    answerJson(response, 200, { data: { id: "a-1", status, decisionReason: "because" } }),
  );
  server.script("POST /api/v1/approvals/a-1/verify", ({ body }, response) => {
    const { actionContext } = JSON.parse(body);
    verified.push(actionContext);
    const valid = verified.length === 1 && sha256Hex(canonicalJson(actionContext)) === asked[0]?.["actionHash"];
    answerJson(response, 200, { data: valid ? { valid } : { valid, reason: "used" } });
  });
});
afterEach(async () => {
  await server.close();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

const ask = async (options: Partial<HoldpointOptions> = {}, callOptions: CallOptions = {}) => {
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    approvalPollIntervalMs: 10,
    closeTimeoutMs: 100,
    ...options,
  });
  open.push(hp);
  return { hp, outcome: hp.enforceToolCall(call, callOptions).catch((error: unknown) => error) };
};
const polls = (): number => server.seen.filter(({ path }) => path === "/api/v1/approvals/a-1").length;

describe("an approval by the control plane", () => {
  it("is bound to the exact step, waits, is confirmed once and lets the step pass", async () => {
    const { outcome } = await ask();
    await until(() => polls() > 1, "a few polls");
    status = "approved";
    expect(await outcome).toMatchObject({ verdict: "require_approval", allowed: true });
    const action = { agentId: "bot", phase: "tool_call", tool: { name: "send_email", args: call.args } };
    expect(asked).toEqual([
      {
        agentId: "bot",
        action,
        actionHash: sha256Hex(canonicalJson(action)),
        policyIds: ["tools"],
        message: expect.stringContaining("send_email"),
      },
    ]);
    expect(verified).toEqual([action]);
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

  it("leaves the question to the program's own callback when there is one", async () => {
    const { outcome } = await ask({ onApproval: () => true });
    expect(await outcome).toMatchObject({ allowed: true });
    expect(asked).toEqual([]);
  });
});
