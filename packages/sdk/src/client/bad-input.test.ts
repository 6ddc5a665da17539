import type { Decision, EnforceRequest } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnforcementHaltError, isPolicyBlockedError } from "../gen/errors";
import { create, failure } from "../testing/open-client.suite";

describe("bad input", () => {
  const bad: [string, unknown][] = [
    ["no request at all", undefined],
    ["a text", "hello"],
    ["a number as the agent", { agentId: 7, input: "hello" }],
    ["a number as the input", { agentId: "bot", input: 7 }],
    ["a misspelt field", { agentId: "bot", inptu: "hello" }],
    ["a hundred million characters", { agentId: "bot", input: "x".repeat(100_000_000) }],
    ["an unknown phase", { agentId: "bot", phase: "later", input: "hello" }],
  ];
  it.each(bad)("holds %s, with the problem named", async (_, request) => {
    const hp = await create();
    const error = await failure(hp.enforcePolicy(request as EnforceRequest));
    expect(isPolicyBlockedError(error)).toBe(true);
    expect((error as { decision: Decision }).decision.problems).not.toHaveLength(0);
  });

  it("holds a cost that is no number", async () => {
    const hp = await create();
    const error = await failure(hp.enforcePolicy({ agentId: "bot", input: "hello", estimatedCost: Number.NaN }));
    expect(error).toMatchObject({ violations: [{ policyId: "budget", reason: "REQUEST_INVALID" }] });
  });

  it("holds arguments that contain themselves", async () => {
    const hp = await create();
    const args: Record<string, unknown> = {};
    args["self"] = args;
    args["again"] = args;
    const error = await failure(hp.enforceToolCall({ agentId: "bot", tool: "send_email", args }));
    expect(isEnforcementHaltError(error)).toBe(true);
  });

  it("holds a request that throws when it is read", async () => {
    const hp = await create();
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    for (const error of [
      await failure(hp.enforcePolicy(hostile as EnforceRequest)),
      await failure(hp.enforceToolCall(hostile as never)),
      await failure(hp.enforceToolResult(hostile as never)),
      await failure(hp.enforceOutput(hostile as never)),
    ])
      expect(isPolicyBlockedError(error)).toBe(true);
  });

  it("never makes a verb reject with anything but a halt error", async () => {
    const hp = await create({ onApproval: () => true });
    const verbs = [
      (input: never) => hp.enforcePolicy(input),
      (input: never) => hp.enforceToolCall(input),
      (input: never) => hp.enforceToolResult(input),
      (input: never) => hp.enforceOutput(input),
    ];
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const shaped = fc.record(
      {
        agentId: fc.oneof(fc.constant("bot"), anything),
        input: anything,
        output: anything,
        tool: anything,
        args: anything,
        result: anything,
        phase: anything,
        estimatedCost: anything,
        metadata: anything,
        toolOutputs: anything,
        conversationHistory: anything,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...verbs), fc.oneof(shaped, anything), async (verb, input) => {
        const outcome = await verb(input as never).then(
          (decision) => decision.allowed,
          (error: unknown) => isEnforcementHaltError(error),
        );
        expect(outcome).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("never makes a trace throw", async () => {
    const hp = await create();
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        const trace = hp.startTrace(a as never);
        trace.span(b as never).end(c as never);
        trace.recordUsage(c as never);
        trace.end(b as never);
        trace.end(b as never);
      }),
    );
  });
});
