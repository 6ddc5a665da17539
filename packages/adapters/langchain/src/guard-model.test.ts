import { isAgentPausedError, isEnforcementUnavailableError, isPolicyBlockedError } from "@holdpoint/sdk";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, createCountingTool, pathOf, recordTraces, StandInChatModel } from "./stand-ins";

const options = { agentId: "support-bot" };

async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return findHalt(error) ?? error;
  }
  throw new Error("expected an error");
}

type Way = (model: BaseChatModel, text: string, seen: string[]) => Promise<void>;

/** Every way into a chat model; `seen` gets whatever text comes out, as it comes. */
const ways: Readonly<Record<string, Way>> = {
  invoke: async (model, text, seen) => void seen.push(String((await model.invoke(text)).content)),
  batch: async (model, text, seen) => void seen.push(String((await model.batch([text]))[0]?.content)),
  generate: async (model, text, seen) => void seen.push(String((await model.generate([[text as never]])).generations)),
  stream: async (model, text, seen) => {
    for await (const chunk of await model.stream(text)) seen.push(String(chunk.content));
  },
  "streamEvents v1": async (model, text, seen) => {
    for await (const event of model.streamEvents(text, { version: "v1" })) {
      const { content } = ((event as { data?: { chunk?: AIMessage } }).data?.chunk ?? {}) as { content?: string };
      if (content) seen.push(content);
    }
  },
  "streamEvents v2": async (model, text, seen) => {
    for await (const event of model.streamEvents(text, { version: "v2" })) {
      const { content } = ((event as { data?: { chunk?: AIMessage } }).data?.chunk ?? {}) as { content?: string };
      if (content) seen.push(content);
    }
  },
  "streamEvents without version": async (model, text, seen) => {
    for await (const event of model.streamEvents(text) as unknown as AsyncIterable<ChatModelStreamEvent>) {
      if (event.event === "content-block-delta") seen.push(JSON.stringify(event.delta));
    }
  },
  "tokens of invoke": async (model, text, seen) => {
    const callbacks = [{ handleLLMNewToken: (token: string) => void seen.push(token), lc_prefer_streaming: true }];
    await model.invoke(text, { callbacks: callbacks as never });
  },
};

describe.each(Object.entries(ways))("a guarded model, by %s", (_, way) => {
  it("is not asked what is blocked", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["hello"], { streaming: true });
    expect(await errorOf(() => way(guardModel(hp, model, options), attack, []))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });

  it("gives out nothing of an answer that is blocked, not even its first word", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["it is quite forbidden to say"], { streaming: true });
    const seen: string[] = [];
    expect(await errorOf(() => way(guardModel(hp, model, options), "hi", seen))).toSatisfy(isPolicyBlockedError);
    expect([model.calls, seen]).toEqual([1, []]);
  });

  it("answers as the model alone does, and is asked and checked once", async () => {
    const { hp, decisions } = await createClient();
    const model = new StandInChatModel(["it is on its way"], { streaming: true });
    const [guarded, bare]: [string[], string[]] = [[], []];
    await way(guardModel(hp, model, options), "hi", guarded);
    await way(new StandInChatModel(["it is on its way"], { streaming: true }), "hi", bare);
    expect(guarded.length).toBeGreaterThan(0);
    expect(guarded).toEqual(bare);
    expect([model.calls, decisions.map(({ decision }) => decision.phase)]).toEqual([1, ["input", "output"]]);
  });

  it("stops a paused agent, and holds the step when we fail", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["hello"], { streaming: true });
    const estimateCost = (): number => {
      throw new RangeError("no price");
    };
    const failing = guardModel(hp, model, { ...options, estimateCost });
    expect(await errorOf(() => way(failing, "hi", []))).toSatisfy(isEnforcementUnavailableError);
    hp.pauseAgent("support-bot");
    expect(await errorOf(() => way(guardModel(hp, model, options), "hi", []))).toSatisfy(isAgentPausedError);
    expect(model.calls).toBe(0);
  });
});

describe("a guarded model", () => {
  it("has masked texts in place of the original ones, streamed or not", async () => {
    const policies = { pii_access: { enforcement: "warn", denied_pii_types: ["email"], mask_output: true } };
    const { hp } = await createClient({ policies });
    for (const way of Object.values(ways)) {
      const model = new StandInChatModel(["write to a@example.com now"], { streaming: true });
      const seen: string[] = [];
      await way(guardModel(hp, model, options), "hi", seen);
      expect(seen.join("")).not.toContain("a@example.com");
    }
  });

  it("stays guarded through tools and configuration, and is guarded once", async () => {
    const { hp } = await createClient();
    class Copying extends StandInChatModel {
      override bindTools(): this {
        return new Copying(["hello"]) as this;
      }
    }
    const guarded = guardModel(hp, new Copying(["hello"]), options);
    expect(guardModel(hp, guarded, options)).toBe(guarded);
    for (const made of [guarded.bindTools(), guarded.withConfig({ tags: ["x"] }), guarded.withRetry()]) {
      expect(await errorOf(() => made.invoke(attack))).toSatisfy(isPolicyBlockedError);
    }
  });

  it("is refused when the model answers by ways of its own", async () => {
    const { hp } = await createClient();
    class Own extends StandInChatModel {
      override async invoke(): Promise<never> {
        throw new Error("not reached");
      }
    }
    expect(() => guardModel(hp, new Own(["hello"]), options)).toThrow("model has a `invoke` of its own");
    expect(() => guardModel(hp, {} as BaseChatModel, options)).toThrow("expected a chat model");
  });

  it("is checked by its guard alone when a handler records the run, with the decisions in that trace", async () => {
    const { hp: client, decisions } = await createClient();
    const { hp, traces } = recordTraces(client);
    const search = createCountingTool("search");
    const model = new StandInChatModel([[{ name: "search", args: {} }], "done"], { streaming: true });
    const agent = createAgent({ model: guardModel(hp, model, options), tools: [search.tool] });
    const handler = new HoldpointCallbackHandler(hp, options);
    const result = await agent.invoke({ messages: [{ role: "user", content: "find it" }] }, { callbacks: [handler] });
    expect(result.messages.at(-1)?.content).toBe("done");
    const phases = decisions.map(({ decision }) => decision.phase);
    expect(phases).toEqual(["input", "tool_call", "tool_result", "input", "output"]);
    expect(traces).toHaveLength(1);
    expect(pathOf(traces[0] as (typeof traces)[number], "search").length).toBeGreaterThan(1);
  });

  it("is checked by handlers and middleware of another client as well", async () => {
    const { hp } = await createClient();
    const { hp: other, decisions } = await createClient();
    const model = guardModel(hp, new StandInChatModel(["hello"], { streaming: true }), options);
    await model.invoke("hi", { callbacks: [new HoldpointCallbackHandler(other, options)] });
    const agent = createAgent({ model, tools: [], middleware: [holdpointMiddleware(other, options)] });
    await agent.invoke({ messages: [{ role: "user", content: "hi" }] });
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output", "input", "output"]);
  });

  it("ends a handler's run as stopped, and no step of it goes on", async () => {
    const { hp: client } = await createClient();
    const { hp, traces } = recordTraces(client);
    const model = new StandInChatModel(["this is forbidden"], { streaming: true });
    const handler = new HoldpointCallbackHandler(hp, options);
    const agent = createAgent({ model: guardModel(hp, model, options), tools: [] });
    const run = () => agent.invoke({ messages: [{ role: "user", content: "hi" }] }, { callbacks: [handler] });
    expect(await errorOf(run)).toSatisfy(isPolicyBlockedError);
    expect([traces[0]?.end?.status, handler.openRuns]).toEqual(["policy_blocked", 0]);
  });
});

describe("a streamed agent with our middleware and a guarded model", () => {
  it("lets no token of a blocked answer through, and checks each text once", async () => {
    for (const [answer, stopped] of [
      ["this is forbidden to say", true],
      ["it is on its way", false],
    ] as const) {
      const { hp, decisions } = await createClient();
      const model = guardModel(hp, new StandInChatModel([answer], { streaming: true }), options);
      const agent = createAgent({ model, tools: [], middleware: [holdpointMiddleware(hp, options)] });
      const seen: string[] = [];
      const read = async (): Promise<void> => {
        const input = { messages: [{ role: "user", content: "hi" }] };
        for await (const [message] of await agent.stream(input, { streamMode: "messages" })) {
          seen.push(String((message as BaseMessage).content));
        }
      };
      if (stopped) expect(await errorOf(read)).toSatisfy(isPolicyBlockedError);
      else await read();
      expect(seen.join("")).toBe(stopped ? "" : answer);
      expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
    }
  });

  it("stops a graph of its own at a denied tool among sixteen parallel ones", async () => {
    const { hp } = await createClient();
    const [read, write] = [createCountingTool("db_read"), createCountingTool("db_write")];
    const calls = [...Array(15).fill("db_read"), "db_write"].map((name: string) => ({ name, args: {} }));
    const model = new StandInChatModel([calls, "never"], { streaming: true });
    const guarded = guardModel(hp, model, options);
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("model", async ({ messages }) => ({ messages: [await guarded.invoke(messages)] }))
      .addNode("tools", new ToolNode([read.tool, write.tool]))
      .addEdge(START, "model")
      .addConditionalEdges("model", ({ messages }) =>
        (messages.at(-1) as AIMessage).tool_calls?.length ? "tools" : "__end__",
      )
      .addEdge("tools", "model")
      .compile();
    const callbacks = [new HoldpointCallbackHandler(hp, options)];
    const run = () => graph.invoke({ messages: [{ role: "user", content: "hi" }] }, { callbacks });
    expect(await errorOf(run)).toSatisfy(isPolicyBlockedError);
    expect([model.calls, write.runs()]).toEqual([1, 0]);
  });
});

describe("a model that does not stream", () => {
  class Plain extends BaseChatModel {
    calls = 0;
    override _llmType(): string {
      return "plain";
    }
    override async _generate(): Promise<ChatResult> {
      this.calls++;
      return { generations: [{ text: "hello", message: new AIMessage("hello") }] };
    }
  }

  it("answers streams in one piece, as it does alone", async () => {
    const { hp } = await createClient();
    const model = new Plain({});
    const seen: string[] = [];
    await (ways["stream"] as Way)(guardModel(hp, model, options), "hi", seen);
    expect([model.calls, seen]).toEqual([1, ["hello"]]);
  });
});

describe("a long stream of a guarded model", () => {
  const filler = "plain words without any meaning, ";
  const flow = {
    injection_scan: { enforcement: "block", languages: ["en"] },
    keyword_filter: { enforcement: "block", terms: ["forbidden"] },
  };
  /** A model that counts the words that it has said. */
  class Counting extends StandInChatModel {
    said = 0;
    override async *_streamResponseChunks(...given: Parameters<StandInChatModel["_streamResponseChunks"]>) {
      for await (const chunk of super._streamResponseChunks(...given)) {
        this.said++;
        yield chunk;
      }
    }
  }
  const streaming = ["stream", "streamEvents v2", "streamEvents without version", "tokens of invoke"];

  it.each(streaming)("gives its first words before the model has said its last, by %s", async (name) => {
    const { hp, decisions } = await createClient({ policies: flow });
    const text = filler.repeat(40);
    const model = new Counting([text], { streaming: true });
    let saidAtFirst = 0;
    const seen = new Proxy([] as string[], {
      set: (target, key, value) => {
        if (key === "0") saidAtFirst = model.said;
        return Reflect.set(target, key, value);
      },
    });
    await (ways[name] as Way)(guardModel(hp, model, options), "hi", seen);
    expect(saidAtFirst).toBeGreaterThan(0);
    expect(saidAtFirst).toBeLessThan(model.said / 2);
    if (name !== "streamEvents without version") expect(seen.join("")).toBe(text);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });

  it.each(streaming)("lets nothing of a blocked passage out, and asks the model no further, by %s", async (name) => {
    const { hp } = await createClient({ policies: flow });
    const model = new Counting([`${filler.repeat(20)}a forbidden thing ${filler.repeat(200)}`], { streaming: true });
    const seen: string[] = [];
    expect(await errorOf(() => (ways[name] as Way)(guardModel(hp, model, options), "hi", seen))).toSatisfy(
      isPolicyBlockedError,
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join("")).not.toContain("forbidden");
    expect(model.said).toBeLessThan(500);
  });
});
