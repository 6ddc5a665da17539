import type { TraceUsage } from "@holdpoint/sdk";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { textOfContent } from "./read-messages";

const messagesOf = ({ generations }: LLMResult): readonly BaseMessage[] =>
  generations.flat().flatMap((generation) => {
    const { message } = (generation ?? {}) as { message?: BaseMessage };
    return message ? [message] : [];
  });

/** The texts that a model has generated, without empty ones. */
export function readOutputs(result: LLMResult): readonly string[] {
  return result.generations
    .flat()
    .map((generation) => {
      const { message, text } = (generation ?? {}) as { message?: BaseMessage; text?: string };
      return (message && textOfContent(message.content)) || (text ?? "");
    })
    .filter((text) => text !== "");
}

/** The tools that the model asks for: name by id of the call. */
export function readToolCalls(result: LLMResult): readonly (readonly [id: string, name: string])[] {
  return messagesOf(result).flatMap((message) => {
    const { tool_calls: calls } = message as BaseMessage & { tool_calls?: readonly { id?: string; name: string }[] };
    return (calls ?? []).flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const]));
  });
}

/** Tokens and model as far as the provider reports them; undefined when it reports nothing. */
export function readUsage(result: LLMResult, modelName: string | undefined): TraceUsage | undefined {
  const reported = (result.llmOutput?.["tokenUsage"] ?? {}) as Record<string, unknown>;
  const metadata = messagesOf(result)
    .map((message) => (message as BaseMessage & { usage_metadata?: Record<string, unknown> }).usage_metadata)
    .find((usage) => usage !== undefined);
  const count = (name: string, other: string): number | undefined => {
    const value = metadata?.[other] ?? reported[name];
    return typeof value === "number" ? value : undefined;
  };
  const promptTokens = count("promptTokens", "input_tokens");
  const completionTokens = count("completionTokens", "output_tokens");
  const totalTokens = count("totalTokens", "total_tokens");
  if (promptTokens === undefined && completionTokens === undefined && totalTokens === undefined) return undefined;
  return {
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(completionTokens === undefined ? {} : { completionTokens }),
    ...(totalTokens === undefined ? {} : { totalTokens }),
    ...(modelName === undefined ? {} : { modelName }),
  };
}
