import { isApprovalTimeoutError } from "@holdpoint/sdk";
import { generateText, stepCountIs, streamText } from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

const agentId = "support-bot";

/** A client whose human is asked, which aborts the call, and who says yes when nobody waits any more. */
async function setUp() {
  const stop = new AbortController();
  let approve: (yes: boolean) => void = () => {};
  const { hp } = await createClient({
    policies: {
      injection_scan: { enforcement: "require_approval", languages: ["en"] },
      tool_invocation: { enforcement: "block", require_approval: ["send_email"] },
    },
    onApproval: () => {
      setImmediate(() => stop.abort(new Error("the caller went away")));
      return new Promise<boolean>((resolve) => {
        approve = resolve;
      });
    },
  });
  const ended = async (work: PromiseLike<unknown>): Promise<unknown> => {
    const error = await Promise.resolve(work).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    approve(true);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    return error;
  };
  return { hp, abortSignal: stop.signal, ended };
}

describe("a call that is aborted while a human is asked", () => {
  it("ends at once, and the model is not asked when the yes comes after all", async () => {
    const { hp, abortSignal, ended } = await setUp();
    const model = createStandInModel(["hello"]);
    const guarded = guardModel(hp, model, { agentId });
    const error = await ended(generateText({ model: guarded, prompt: attack, abortSignal, maxRetries: 0 }));
    expect(findHalt(error)).toSatisfy(isApprovalTimeoutError);
    expect(model.requests).toHaveLength(0);
  });

  it("ends at once as a stream, too", async () => {
    const { hp, abortSignal, ended } = await setUp();
    const model = createStandInModel(["hello"]);
    const given = { model: guardModel(hp, model, { agentId }), prompt: attack, abortSignal, maxRetries: 0 };
    const parts: string[] = [];
    await ended(
      (async () => {
        for await (const part of streamText({ ...given, onError: () => undefined }).fullStream) parts.push(part.type);
      })(),
    );
    expect([model.requests.length, parts.includes("text-delta")]).toEqual([0, false]);
  });

  it("ends at once, and no tool runs when the yes comes after all", async () => {
    const { hp, abortSignal, ended } = await setUp();
    const email = createCountingTool();
    const model = createStandInModel([[{ name: "send_email", args: {} }], "done"]);
    const tools = guardTools(hp, { send_email: email.tool }, { agentId });
    await ended(
      generateText({ model, tools, prompt: "send it", abortSignal, stopWhen: stepCountIs(3), maxRetries: 0 }),
    );
    expect(email.given).toEqual([]);
  });
});
