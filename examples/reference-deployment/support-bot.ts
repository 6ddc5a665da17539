import { HoldpointCallbackHandler } from "@holdpoint/langchain";
import type { Holdpoint } from "@holdpoint/sdk";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { z } from "zod";
import type { Row } from "./rows";
import { estimateCost, replyOf, resultOf, type Script, toolsOf } from "./script";

/** A chat model that plays the script: one tool call where the row has one, then the reply. No network. */
class StandInChatModel extends BaseChatModel {
  private readonly script: Script;

  constructor(script: Script) {
    super({});
    this.script = script;
  }

  override _llmType(): string {
    return "stand-in";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(
    messages: BaseMessage[],
    _options: unknown,
    _run?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    this.script.modelCalls++;
    const call = this.script.row?.toolCall;
    const answered = messages.at(-1) instanceof ToolMessage;
    const message =
      call && !answered
        ? new AIMessage({
            content: "",
            tool_calls: [{ id: `call-${this.script.modelCalls}`, name: call.name, args: { ...call.args } }],
          })
        : new AIMessage(replyOf(this.script));
    return { generations: [{ text: String(message.content), message }] };
  }
}

/** The customer-facing agent, on LangChain; gives a function that plays one row and throws what stops it. */
export function createSupportBot(hp: Holdpoint, script: Script): (row: Row) => Promise<string> {
  const tools = toolsOf["support-bot"].map((name) =>
    tool(async () => resultOf(script, name), {
      name,
      description: `${name} of the shop`,
      schema: z.record(z.string(), z.any()),
    }),
  );
  const agent = createAgent({ model: new StandInChatModel(script), tools });
  return async (row) => {
    script.row = row;
    const handler = new HoldpointCallbackHandler(hp, {
      agentId: "support-bot",
      sessionId: row.conversation,
      estimateCost,
    });
    const result = await agent.invoke({ messages: [{ role: "user", content: row.text }] }, { callbacks: [handler] });
    return String(result.messages.at(-1)?.content ?? "");
  };
}
