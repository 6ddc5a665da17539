import { isPolicyBlockedError } from "@holdpoint/sdk";
import { BaseChatModel, type BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { MemorySaver } from "@langchain/langgraph";
import { type AgentMiddleware, createAgent, humanInTheLoopMiddleware, toolStrategy } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { createClient, createCountingTool } from "./stand-ins";

const agentId = "support-bot";
const schema = z.object({ answer: z.string() });

interface Definition {
  readonly function?: { readonly name: string };
  readonly name?: string;
}

/** Calls the tools that it is bound to: at its nth turn the nth one. Streams the call in two pieces. */
class CallingModel extends BaseChatModel {
  calls = 0;

  constructor(readonly answer: string) {
    super({});
  }

  override _llmType(): string {
    return "calling";
  }

  override bindTools(tools: BindToolsInput[]): never {
    return this.withConfig({ tools } as never) as never;
  }

  #next({ tools = [] }: { readonly tools?: readonly Definition[] }) {
    const called = tools[this.calls++ % tools.length];
    return { id: `call-${this.calls}`, name: called?.function?.name ?? called?.name ?? "", answer: this.answer };
  }

  override async _generate(_: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const { id, name, answer } = this.#next(options as object);
    const message = new AIMessageChunk({ content: "", tool_calls: [{ id, name, args: { answer } }] });
    return { generations: [{ text: "", message }] };
  }

  override async *_streamResponseChunks(_: BaseMessage[], options: this["ParsedCallOptions"]) {
    const { id, name, answer } = this.#next(options as object);
    const args = JSON.stringify({ answer });
    for (const piece of [{ id, name, args: args.slice(0, 9) }, { args: args.slice(9) }]) {
      const tool_call_chunks = [{ ...piece, index: 0, type: "tool_call_chunk" as const }];
      yield new ChatGenerationChunk({ text: "", message: new AIMessageChunk({ content: "", tool_call_chunks }) });
    }
  }
}

const shape = (model: BaseChatModel) => model.withStructuredOutput(schema, { name: "extract" });
const user = { messages: [{ role: "user", content: "hi" }] };

async function haltOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => findHalt(error),
  );
}

describe("an answer in a wanted shape, which a model writes as a call of a tool that nobody runs", () => {
  it("is checked as an output by a guarded model, however it is asked", async () => {
    const { hp } = await createClient();
    const bad = () => shape(guardModel(hp, new CallingModel("this is forbidden"), { agentId }));
    expect(await haltOf(bad().invoke("hi"))).toSatisfy(isPolicyBlockedError);
    expect(await haltOf(bad().batch(["hi"]))).toSatisfy(isPolicyBlockedError);
    const seen: unknown[] = [];
    const stream = async () => {
      for await (const part of await bad().stream("hi")) seen.push(part);
    };
    expect(await haltOf(stream())).toSatisfy(isPolicyBlockedError);
    expect(seen).toEqual([]);
    expect(await shape(guardModel(hp, new CallingModel("fine"), { agentId })).invoke("hi")).toEqual({ answer: "fine" });
  });

  it("is checked as an output by a handler when the run ends", async () => {
    const { hp, decisions } = await createClient();
    const ask = (answer: string) =>
      shape(new CallingModel(answer)).invoke("hi", { callbacks: [new HoldpointCallbackHandler(hp, { agentId })] });
    expect(await haltOf(ask("this is forbidden"))).toSatisfy(isPolicyBlockedError);
    expect(await ask("fine")).toEqual({ answer: "fine" });
    expect(decisions.filter(({ decision }) => decision.phase === "output")).toHaveLength(2);
  });

  it("is checked as an output of an agent, by whatever guards it", async () => {
    const { hp } = await createClient();
    const plain = new CallingModel("this is forbidden");
    const guarded = guardModel(hp, plain, { agentId });
    const handler = new HoldpointCallbackHandler(hp, { agentId });
    const middleware = [holdpointMiddleware(hp, { agentId })];
    const responseFormat = toolStrategy(schema);
    const runs = [
      createAgent({ model: guarded, tools: [], responseFormat }).invoke(user),
      createAgent({ model: guarded, tools: [], responseFormat, middleware }).invoke(user),
      createAgent({ model: plain, tools: [], responseFormat, middleware }).invoke(user),
      createAgent({ model: plain, tools: [], responseFormat }).invoke(user, { callbacks: [handler] }),
    ];
    for (const run of runs) expect(await haltOf(run)).toSatisfy(isPolicyBlockedError);
  });

  it("does not make outputs of the arguments of tools that run", async () => {
    const { hp, decisions } = await createClient();
    const search = createCountingTool("search");
    for (const model of [new CallingModel("fine"), guardModel(hp, new CallingModel("fine"), { agentId })]) {
      const agent = createAgent({ model, tools: [search.tool], responseFormat: toolStrategy(schema) });
      const handler = new HoldpointCallbackHandler(hp, { agentId });
      const { structuredResponse } = await agent.invoke(user, { callbacks: [handler] });
      expect(structuredResponse).toEqual({ answer: "fine" });
      await hp.flush();
      expect(decisions.splice(0).filter(({ decision }) => decision.phase === "output")).toHaveLength(1);
    }
    expect(search.runs()).toBe(2);
  });

  it("is not what waits for somebody", async () => {
    const { hp } = await createClient();
    const { tool } = createCountingTool("search");
    const agent = createAgent({
      model: new CallingModel("this is forbidden"),
      tools: [tool],
      // Its own declaration does not hold under exactOptionalPropertyTypes.
      middleware: [humanInTheLoopMiddleware({ interruptOn: { search: true } } as never) as unknown as AgentMiddleware],
      checkpointer: new MemorySaver(),
    });
    const callbacks = [new HoldpointCallbackHandler(hp, { agentId })];
    const state = await agent.invoke(user, { callbacks, configurable: { thread_id: "1" } });
    expect(state).toHaveProperty("__interrupt__");
  });

  it("is masked where a policy masks it, streamed or whole", async () => {
    const { hp } = await createClient({
      policies: { pii_detection: { enforcement: "warn", strategy: "mask", mask_output: true } },
    });
    const model = shape(guardModel(hp, new CallingModel("write to jane.doe@example.com"), { agentId }));
    const parts = [await model.invoke("hi")];
    for await (const part of await model.stream("hi")) parts.push(part);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(JSON.stringify(part)).not.toContain("jane.doe");
  });
});
