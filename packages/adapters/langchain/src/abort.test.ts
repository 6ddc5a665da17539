import { isApprovalTimeoutError } from "@holdpoint/sdk";
import type { DocumentInterface } from "@langchain/core/documents";
import { BaseRetriever } from "@langchain/core/retrievers";
import { RunnableSequence } from "@langchain/core/runnables";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, createCountingTool, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";
const user = { messages: [{ role: "user", content: "send it" }] };
const sending = () => new StandInChatModel([[{ name: "send_email", args: {} }], "done"]);

/** A client whose human is asked, and answers when told to. */
async function setUp() {
  let asked: () => void = () => {};
  let approve: (yes: boolean) => void = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { hp } = await createClient({
    policies: {
      injection_scan: { enforcement: "require_approval", languages: ["en"] },
      tool_invocation: { enforcement: "block", require_approval: ["send_email"] },
    },
    onApproval: () => {
      asked();
      return new Promise<boolean>((resolve) => {
        approve = resolve;
      });
    },
  });
  const stop = new AbortController();
  /** Aborts while the human is asked, and lets it say yes afterwards. */
  const abortIn = async (run: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
    const over = run(stop.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    await isAsked;
    stop.abort(new Error("the caller went away"));
    const error = await over;
    // A handler hears of it from the steps that the framework ends.
    await new Promise((resolve) => setImmediate(resolve));
    approve(true);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    return error;
  };
  return { hp, abortIn };
}

describe("a run that is aborted while a human is asked", () => {
  it("ends at once, and asks a guarded model nothing when the yes comes after all", async () => {
    for (const streaming of [false, true]) {
      const { hp, abortIn } = await setUp();
      const model = new StandInChatModel(["hello"], { streaming });
      const guarded = guardModel(hp, model, { agentId });
      const error = await abortIn(async (signal) => {
        if (!streaming) return guarded.invoke(attack, { signal });
        for await (const _ of await guarded.stream(attack, { signal }));
      });
      expect(error).toBeInstanceOf(Error);
      expect(model.calls).toBe(0);
    }
  });

  it("ends at once with a handler on a model", async () => {
    const { hp, abortIn } = await setUp();
    const model = new StandInChatModel(["hello"]);
    const handler = new HoldpointCallbackHandler(hp, { agentId });
    const error = await abortIn((signal) => model.invoke(attack, { signal, callbacks: [handler] }));
    expect(findHalt(error)).toSatisfy(isApprovalTimeoutError);
    expect(model.calls).toBe(0);
  });

  it("runs no tool of an agent when the yes comes after all", async () => {
    for (const isHandled of [true, false]) {
      const { hp, abortIn } = await setUp();
      const email = createCountingTool("send_email");
      const middleware = isHandled ? [] : [holdpointMiddleware(hp, { agentId })];
      const agent = createAgent({ model: sending(), tools: [email.tool], middleware });
      const handler = new HoldpointCallbackHandler(hp, { agentId });
      const run = (signal: AbortSignal) => agent.invoke(user, { signal, callbacks: isHandled ? [handler] : [] });
      expect(await abortIn(run)).toBeInstanceOf(Error);
      expect(email.runs()).toBe(0);
    }
  });

  it("runs no tool by itself that is invoked in a sequence, which tells a handler of the signal", async () => {
    const { hp, abortIn } = await setUp();
    const email = createCountingTool("send_email");
    const handler = new HoldpointCallbackHandler(hp, { agentId });
    const sequence = RunnableSequence.from([email.tool, (result: unknown) => result]);
    const error = await abortIn((signal) => sequence.invoke({}, { signal, callbacks: [handler] }));
    expect(error).toBeInstanceOf(Error);
    expect([email.runs(), handler.openRuns]).toEqual([0, 0]);
  });

  it("runs no tool and no retriever by itself whose handler was given the signal", async () => {
    for (const kind of ["tool", "retriever"]) {
      const { hp, abortIn } = await setUp();
      const email = createCountingTool("send_email");
      let asked = 0;
      class send_email extends BaseRetriever {
        readonly lc_namespace = ["test"];
        override async _getRelevantDocuments(): Promise<DocumentInterface[]> {
          asked++;
          return [];
        }
      }
      const openRuns: number[] = [];
      const error = await abortIn(async (signal) => {
        const handler = new HoldpointCallbackHandler(hp, { agentId, signal });
        const config = { signal, callbacks: [handler] };
        const subject = kind === "tool" ? email.tool.invoke({}, config) : new send_email().invoke("x", config);
        await subject.finally(() => openRuns.push(handler.openRuns));
      });
      expect(findHalt(error)).toSatisfy(isApprovalTimeoutError);
      expect([email.runs(), asked, openRuns]).toEqual([0, 0, [0]]);
    }
  });

  it("leaves a handler whose signal is never aborted as it is", async () => {
    const { hp } = await createClient({ onApproval: () => true });
    const email = createCountingTool("send_email");
    const handler = new HoldpointCallbackHandler(hp, { agentId, signal: new AbortController().signal });
    await email.tool.invoke({}, { callbacks: [handler] });
    expect(email.runs()).toBe(1);
  });
});
