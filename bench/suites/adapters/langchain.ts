import { strict as assert } from "node:assert";
import { findHalt, guardModel, HoldpointCallbackHandler, holdpointMiddleware, verify } from "@holdpoint/langchain";
import { isPolicyBlockedError } from "@holdpoint/sdk";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import type { Variant } from "./compare-runs";
import { answer, argsOf, attack, createClient, question, resultOf, toolNames } from "./scenario";

/** A model without a network: asks for all tools at once, then streams its answer word by word. */
class StandInModel extends BaseChatModel {
  calls = 0;

  override _llmType(): string {
    return "stand-in";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(): Promise<ChatResult> {
    throw new Error("it streams");
  }

  override async *_streamResponseChunks(messages: BaseMessage[]): AsyncGenerator<ChatGenerationChunk> {
    this.calls++;
    if (messages.some(({ type }) => type === "tool")) {
      for (const text of answer.split(/(?<= )/)) {
        yield new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });
      }
      return;
    }
    const tool_call_chunks = toolNames.map((name, index) => ({
      id: `call-${index}`,
      name,
      args: JSON.stringify(argsOf(name)),
      index,
      type: "tool_call_chunk" as const,
    }));
    yield new ChatGenerationChunk({ text: "", message: new AIMessageChunk({ content: "", tool_call_chunks }) });
  }
}

/** Without us, and with each of our hooks; all of them run the same agent and read its stream of messages. */
export async function listLangChainVariants(): Promise<Variant[]> {
  return [
    await createVariant("without", {}),
    await createVariant("with a handler that does nothing", { empty: true }),
    await createVariant("with handler", { handler: true }),
    await createVariant("with handler and guarded model", { handler: true, guarded: true }),
    await createVariant("with middleware and guarded model", { middleware: true, guarded: true }),
  ];
}

/** What awaiting any handler costs in LangChain itself. */
class EmptyHandler extends BaseCallbackHandler {
  readonly name = "empty";
  override awaitHandlers = true;
  override async handleChainStart(): Promise<void> {}
  override async handleChainEnd(): Promise<void> {}
  override async handleChatModelStart(): Promise<void> {}
  override async handleLLMEnd(): Promise<void> {}
  override async handleToolStart(): Promise<void> {}
  override async handleToolEnd(): Promise<void> {}
}

interface Hooks {
  readonly empty?: boolean;
  readonly handler?: boolean;
  readonly middleware?: boolean;
  readonly guarded?: boolean;
}

async function createVariant(name: string, hooks: Hooks): Promise<Variant> {
  const client = await createClient();
  const options = { agentId: "support-bot" };
  let toolRuns = 0;
  const tools = toolNames.map((toolName) =>
    tool(
      async () => {
        toolRuns++;
        return resultOf(toolName);
      },
      { name: toolName, description: toolName, schema: { type: "object", additionalProperties: true } },
    ),
  );
  const own = new StandInModel({});
  const agent = createAgent({
    model: hooks.guarded ? guardModel(client.hp, own, options) : own,
    tools,
    middleware: hooks.middleware ? [holdpointMiddleware(client.hp, options)] : [],
  });
  const handler = new HoldpointCallbackHandler(client.hp, options);
  const callbacks = hooks.handler ? [handler] : hooks.empty ? [new EmptyHandler({})] : [];
  const ask = async (content: string): Promise<string> => {
    let text = "";
    const input = { messages: [{ role: "user", content }] };
    for await (const [message] of await agent.stream(input, { callbacks, streamMode: "messages" })) {
      if (message.type === "ai") text += message.text;
    }
    return text;
  };
  if (hooks.handler || hooks.middleware) {
    await verify(client.hp, hooks.middleware ? { agent } : { handler });
    await assert.rejects(ask(attack), (error) => isPolicyBlockedError(findHalt(error)));
    assert.equal(own.calls, 0, "the attack reached the model");
  }
  return { name, run: () => ask(question), decisions: client.decisions, toolRuns: () => toolRuns };
}
