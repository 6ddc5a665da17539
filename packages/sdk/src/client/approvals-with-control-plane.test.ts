import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodePlatform } from "../platform/node-platform";
import type { HttpAnswer, Platform } from "../platform/platform";
import { samples, until } from "../testing/scripted-control-plane.suite";
import type { ApprovalEvent, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

let server: ControlPlane;
let ownerKey: string;
let sdkKey: string;
let dataDir: string;
const open: Holdpoint[] = [];

const api = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { "x-api-key": ownerKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as { data: never };
  if (!answer.ok) throw new Error(JSON.stringify(json));
  return json.data as Record<string, unknown> & Record<string, unknown>[];
};
let count = 0;
const ask = (hp: Holdpoint, signal?: AbortSignal) => {
  const args = { to: `x${++count}@example.org` };
  const outcome = hp.enforceToolCall({ agentId: "bot", tool: "send_email", args }, signal ? { signal } : {}).then(
    ({ allowed }) => allowed,
    (error: { code: string }) => error.code,
  );
  return { args, outcome };
};
const findPending = async (args: object): Promise<string> => {
  for (let tries = 0; tries < 400; tries++) {
    for (const { id, action } of await api("GET", "/approvals?status=pending&limit=500")) {
      if (JSON.stringify((action as { tool: { args: object } }).tool.args) === JSON.stringify(args)) return String(id);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the approval was never asked for");
};
const connect = async (options: Partial<HoldpointOptions> = {}) => {
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: sdkKey,
    pollIntervalMs: 600_000,
    approvalPollIntervalMs: 600_000,
    closeTimeoutMs: 100,
    ...options,
  });
  open.push(hp);
  const events: ApprovalEvent[] = [];
  hp.on("approval", (event) => events.push(event));
  return { hp, events };
};
const linesOf = async (id: string) =>
  (await api("GET", "/audit?limit=500")).filter(({ targetId }) => targetId === id).map(({ action }) => action);

/** The machine, with what is answered under a path replaced. */
function tamperWith(change: (path: string, answer: HttpAnswer) => HttpAnswer): Platform {
  const platform = createNodePlatform();
  const { requests } = platform;
  const send: typeof requests.send = async (request) =>
    change(new URL(request.url).pathname, await requests.send(request));
  return { ...platform, requests: { ...requests, send } };
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdpoint-approvals-"));
  server = await startControlPlane({ port: 0, dataDir });
  ownerKey = server.bootstrapKey ?? "";
  sdkKey = String((await api("POST", "/api-keys", { name: "agents", role: "sdk" }))["key"]);
  const { id, policyType, enforcementMode, ruleDefinition } = samples.tools;
  await api("POST", "/policies", { id, name: "tools", policyType, enforcementMode, ruleDefinition });
});
afterAll(async () => {
  await Promise.all(open.map((hp) => hp.close()));
  await server?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe("approvals by the real control plane", () => {
  it("let exactly the approved step pass, by push, with a certificate that names who approved", async () => {
    const { hp, events } = await connect();
    const { args, outcome } = ask(hp);
    const id = await findPending(args);
    await api("POST", `/approvals/${id}/approve`, { decidedBy: "ana", reason: "known" });
    expect(await outcome).toBe(true);
    expect(events).toMatchObject([{ outcome: "approved", approvalId: id, proof: { approver: "ana" } }]);
    expect(await linesOf(id)).toEqual(["approval.requested", "approval.approved", "approval.used"]);
  });

  it("hold what is denied, and what is aborted", async () => {
    const { hp, events } = await connect();
    const denied = ask(hp);
    await api("POST", `/approvals/${await findPending(denied.args)}/deny`, { reason: "not today" });
    expect(await denied.outcome).toBe("APPROVAL_DENIED");
    const controller = new AbortController();
    const aborted = ask(hp, controller.signal);
    const left = await findPending(aborted.args);
    controller.abort();
    expect(await aborted.outcome).toBe("APPROVAL_TIMEOUT");
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["denied", "not today"],
      ["expired", "the wait was aborted"],
    ]);
    // What nobody waits for any more is left to expire; a yes that comes first lets nothing pass, and is never used.
    expect((await api("GET", `/approvals/${left}`))["status"]).toBe("pending");
    await api("POST", `/approvals/${left}/approve`, {});
    const other = ask(hp);
    await api("POST", `/approvals/${await findPending(other.args)}/approve`, {});
    expect(await other.outcome).toBe(true);
    expect([await linesOf(left), events.length]).toEqual([["approval.requested", "approval.approved"], 3]);
  });

  it("are answered apart when many wait at once", async () => {
    const { hp } = await connect();
    const waiting = Array.from({ length: 8 }, () => ask(hp));
    for (const [index, { args }] of waiting.entries()) {
      await api("POST", `/approvals/${await findPending(args)}/${index % 2 ? "deny" : "approve"}`, {});
    }
    const expected = waiting.map((_, index) => (index % 2 ? "APPROVAL_DENIED" : true));
    expect(await Promise.all(waiting.map(({ outcome }) => outcome))).toEqual(expected);
  });

  it("pass once across processes: who brings a used approval is held", async () => {
    const first = await connect();
    const args = { to: "once@example.org" };
    const call = { agentId: "bot", tool: "send_email", args };
    const passing = first.hp.enforceToolCall(call);
    const id = await findPending(args);
    await api("POST", `/approvals/${id}/approve`, {});
    expect((await passing).allowed).toBe(true);
    const platform = tamperWith((path, answer) =>
      path === "/api/v1/approvals" ? { ...answer, text: JSON.stringify({ data: { id, status: "approved" } }) } : answer,
    );
    const second = await connect({ platform });
    await expect(second.hp.enforceToolCall(call)).rejects.toMatchObject({ code: "APPROVAL_DENIED", approvalId: id });
    expect(second.events).toMatchObject([{ outcome: "refused", problem: "replayed" }]);
    expect((await linesOf(id)).filter((action) => action === "approval.used")).toHaveLength(1);
  });

  it("hold when somebody on the way puts another certificate in", async () => {
    const { hp, events } = await connect();
    const good = ask(hp);
    await api("POST", `/approvals/${await findPending(good.args)}/approve`, {});
    expect(await good.outcome).toBe(true);
    const certificate = events[0]?.proof?.certificate;
    const platform = tamperWith((path, answer) =>
      path.endsWith("/verify") ? { ...answer, text: JSON.stringify({ data: { valid: true, certificate } }) } : answer,
    );
    const victim = await connect({ platform });
    const stolen = ask(victim.hp);
    await api("POST", `/approvals/${await findPending(stolen.args)}/approve`, {});
    expect(await stolen.outcome).toBe("APPROVAL_DENIED");
    expect(victim.events).toMatchObject([{ outcome: "refused", problem: "wrong_approval" }]);
  });

  it("survive a restart of the server while a step waits", async () => {
    const { hp } = await connect({ approvalPollIntervalMs: 50 });
    const { args, outcome } = ask(hp);
    const id = await findPending(args);
    const port = Number(new URL(server.url).port);
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    server = await startControlPlane({ port, dataDir });
    await api("POST", `/approvals/${id}/approve`, {});
    expect(await outcome).toBe(true);
    await until(() => hp.stats().ready);
  });
});
