import { describe, expect, it } from "vitest";
import { isAgentPausedError, isApprovalDeniedError, isApprovalTimeoutError } from "../gen/errors";
import { create, failure } from "../testing/open-client.suite";
import type { ApprovalContext, HoldpointOptions } from "../types";

describe("approvals by a callback", () => {
  const call = { agentId: "bot", tool: "send_email", args: { to: "x@example.org" } };
  const ask = async (onApproval: HoldpointOptions["onApproval"], signal?: AbortSignal) => {
    const hp = await create({ approvalTimeoutMs: 50, ...(onApproval ? { onApproval } : {}) });
    return hp.enforceToolCall(call, signal ? { signal } : {});
  };

  it("let the approved step go ahead", async () => {
    const asked: ApprovalContext[] = [];
    const decision = await ask((context) => {
      asked.push(context);
      return Promise.resolve({ approved: true });
    });
    expect(decision).toMatchObject({ verdict: "require_approval", allowed: true });
    expect(asked[0]?.action).toMatchObject({
      agentId: "bot",
      phase: "tool_call",
      tool: { name: "send_email", args: call.args },
    });
    expect(asked[0]?.actionHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, HoldpointOptions["onApproval"]]>([
    ["false", () => false],
    ["a reason", () => ({ approved: false, reason: "not today" })],
    ["a truthy text", () => "yes" as never],
    ["nothing", () => undefined as never],
    [
      "an exception",
      () => {
        throw new Error("broken");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("broken"))],
    ["no callback", undefined],
  ])("hold the step on %s", async (_, onApproval) => {
    expect(isApprovalDeniedError(await failure(ask(onApproval)))).toBe(true);
  });

  it("hold the step when nobody answers in time, or the wait is aborted", async () => {
    expect(isApprovalTimeoutError(await failure(ask(() => new Promise(() => undefined))))).toBe(true);
    const signal = AbortSignal.abort(new Error("gone"));
    expect(isApprovalTimeoutError(await failure(ask(() => new Promise(() => undefined), signal)))).toBe(true);
  });

  it("hold a step that changed while it waited", async () => {
    const args = { to: "x@example.org" };
    const hp = await create({ onApproval: () => Boolean((args.to = "y@example.org")) });
    const error = await failure(hp.enforceToolCall({ agentId: "bot", tool: "send_email", args }));
    expect(isApprovalDeniedError(error)).toBe(true);
    expect((error as Error).message).toMatch(/changed while it waited/);
  });

  it("hold an approved step whose agent was paused meanwhile", async () => {
    const hp = await create({
      onApproval: () => {
        hp.pauseAgent("bot");
        return true;
      },
    });
    expect(isAgentPausedError(await failure(hp.enforceToolCall(call)))).toBe(true);
  });
});
