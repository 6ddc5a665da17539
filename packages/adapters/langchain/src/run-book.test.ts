import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldpointCallbackHandler } from "./callback-handler";
import { createRunBook } from "./run-book";
import { attack, createClient, createCountingTool, pathOf, recordTraces, StandInChatModel } from "./stand-ins";

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const agentId = "support-bot";

async function runAgent(content: string) {
  const { hp, traces } = recordTraces((await createClient()).hp);
  const model = new StandInChatModel([[{ name: "search", args: {} }], "done"]);
  const agent = createAgent({ model, tools: [createCountingTool("search").tool] });
  const handler = new HoldpointCallbackHandler(hp, { agentId, sessionId: "s-1" });
  const result = agent.invoke({ messages: [{ role: "user", content }] }, { callbacks: [handler] });
  await result.catch(() => undefined);
  return traces;
}

describe("a trace", () => {
  it("is one for a run, with input, output, usage, and every span under its right parent", async () => {
    const traces = await runAgent("find it");
    expect(traces).toHaveLength(1);
    const [trace] = traces;
    if (!trace) throw new Error("expected a trace");
    expect(trace.start).toMatchObject({ agentId, sessionId: "s-1", input: "find it" });
    expect(trace.end).toEqual({ output: "done" });
    expect(pathOf(trace, "search")).toEqual(["search", "tools"]);
    expect(pathOf(trace, "StandInChatModel")).toEqual(["StandInChatModel", "model_request"]);
    expect(trace.spans.every(({ end }) => end !== undefined)).toBe(true);
    expect(trace.usage).toHaveLength(2);
    expect(trace.usage[0]).toMatchObject({ promptTokens: 10, completionTokens: 5, totalTokens: 15 });
  });

  it("ends as policy_blocked when the run was stopped, with all of its spans", async () => {
    const [trace] = await runAgent(attack);
    expect(trace?.end).toMatchObject({ status: "policy_blocked" });
    expect(trace?.spans.every(({ end }) => end !== undefined)).toBe(true);
  });
});

describe("the runs that are followed", () => {
  it("are bounded: the oldest is let go, and its trace ends", async () => {
    const { hp, traces } = recordTraces((await createClient()).hp);
    const book = createRunBook(hp, { agentId }, 2);
    for (const runId of ["1", "2", "3"]) {
      book.open({ runId, parentRunId: undefined, name: "chain", spanType: "chain", input: undefined });
    }
    expect(book.size).toBe(2);
    expect(traces.map(({ end }) => end?.status)).toEqual(["error", undefined, undefined]);
    book.close(book.get("3") as never, {});
    expect(book.size).toBe(1);
  });

  it("let go of what a root leaves open", async () => {
    const { hp } = recordTraces((await createClient()).hp);
    const book = createRunBook(hp, { agentId });
    const open = (runId: string, parentRunId?: string) =>
      book.open({ runId, parentRunId, name: runId, spanType: "chain", input: undefined });
    const root = open("root");
    open("child", "root");
    open("grandchild", "child");
    book.close(root, {});
    expect(book.size).toBe(0);
  });
});
