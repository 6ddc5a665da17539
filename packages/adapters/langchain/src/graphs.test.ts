import { isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, createCountingTool, StandInChatModel, type Turn } from "./stand-ins";

const agentId = "support-bot";
const human = (text: string) => ({ messages: [new HumanMessage(text)] });
const denied = [{ name: "db_write", args: {} }];

/** A tool that asks a human of the graph's own, and gives what was answered as its result. */
const ask = tool(async () => String(interrupt("really?")), {
  name: "ask",
  description: "asks",
  schema: { type: "object", properties: {} },
});

describe.each([
  { guarded: false, by: "handler" },
  { guarded: true, by: "handler" },
  { guarded: false, by: "middleware" },
  { guarded: true, by: "middleware" },
])("in a graph, with a guarded model: $guarded, tools by $by", ({ guarded, by }) => {
  const setUp = async (...turns: readonly Turn[]) => {
    const { hp } = await createClient();
    const model = new StandInChatModel(turns);
    const counting = createCountingTool("db_write");
    const agent = createAgent({
      model: guarded ? guardModel(hp, model, { agentId }) : model,
      tools: [counting.tool, ask],
      middleware: by === "middleware" ? [holdpointMiddleware(hp, { agentId })] : [],
      checkpointer: new MemorySaver(),
    });
    const config = () => ({
      configurable: { thread_id: "one" },
      ...(by === "handler" ? { callbacks: [new HoldpointCallbackHandler(hp, { agentId })] } : {}),
    });
    return { model, runs: counting.runs, agent, config };
  };
  type Agent = Awaited<ReturnType<typeof setUp>>["agent"];
  const parentOf = (agent: Agent) =>
    new StateGraph(MessagesAnnotation)
      .addNode("sub", agent.graph as never)
      .addEdge(START, "sub" as never)
      .addEdge("sub" as never, END)
      .compile();
  const haltOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => findHalt(error),
    );

  it("what stops an agent that is a graph inside of another stops the whole", async () => {
    const one = await setUp(denied, "done");
    expect(isPolicyBlockedError(await haltOf(parentOf(one.agent).invoke(human("go"), one.config())))).toBe(true);
    expect([one.model.calls, one.runs()]).toEqual([1, 0]);
    const other = await setUp("never");
    expect(isPolicyBlockedError(await haltOf(parentOf(other.agent).invoke(human(attack), other.config())))).toBe(true);
    expect(other.model.calls).toBe(0);
  });

  it("what a human answers an interrupted tool is judged as its result", async () => {
    for (const [answer, stops] of [
      ["yes", false],
      [attack, true],
    ] as const) {
      const { agent, config, model } = await setUp([{ name: "ask", args: {} }], "done");
      await agent.invoke(human("go"), config());
      const halt = await haltOf(agent.invoke(new Command({ resume: answer }), config()));
      expect([isPolicyBlockedError(halt), model.calls]).toEqual([stops, stops ? 1 : 2]);
    }
  });

  it.each([["values"], ["updates"], ["messages"], ["debug"], ["tasks"], [["messages", "updates"]]] as const)(
    "a stream of %s ends with our error, and shows nothing of what stopped it where the model is guarded",
    async (streamMode) => {
      const { agent, config } = await setUp("this is the forbidden word");
      let seen = "";
      const halt = await haltOf(
        (async () => {
          for await (const part of await agent.stream(human("go"), { ...config(), streamMode } as never))
            seen += JSON.stringify(part);
        })(),
      );
      expect(isPolicyBlockedError(halt)).toBe(true);
      // Some streams name the policy that has stopped the step, with its own message.
      if (guarded) expect(seen).not.toContain("this is the");
    },
  );
});

it("a node that swallows what stopped an agent in it does not save the run from the handler", async () => {
  const { hp } = await createClient();
  const model = new StandInChatModel([denied, "done"]);
  const agent = createAgent({ model, tools: [createCountingTool("db_write").tool] });
  const swallow = async (state: typeof MessagesAnnotation.State, config: RunnableConfig) => {
    await agent.invoke({ messages: state.messages }, config as never).catch(() => undefined);
    return { messages: [new AIMessage("swallowed")] };
  };
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("one", swallow)
    .addEdge(START, "one")
    .addEdge("one", END)
    .compile();
  const callbacks = [new HoldpointCallbackHandler(hp, { agentId })];
  await expect(graph.invoke(human("go"), { callbacks })).rejects.toSatisfy(isPolicyBlockedError);
});
