import type { TraceUsage } from "@holdpoint/sdk";
import { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { textOfContent, textOfPrompt } from "./read-messages";
import { textsBesides } from "./said-besides";

const messagesOf = ({ generations }: LLMResult): readonly BaseMessage[] =>
  generations.flat().flatMap((generation) => {
    const { message } = (generation ?? {}) as { message?: BaseMessage };
    return message ? [message] : [];
  });

/** The texts that a model has generated, without empty ones. */
export function readOutputs(result: LLMResult): readonly string[] {
  return result.generations
    .flat()
    .flatMap((generation) => {
      const { message, text } = (generation ?? {}) as { message?: BaseMessage; text?: string };
      const said = (message && textOfContent(message.content)) || (text ?? "");
      return message ? [said, textsBesides(message).join("\n")] : [said];
    })
    .filter((text) => text !== "");
}

/** A call of a tool in a model's answer. */
export interface ReadCall {
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
}

/** The tools that the model asks for. */
export function readToolCalls(result: LLMResult): readonly ReadCall[] {
  return messagesOf(result).flatMap((message) => {
    const { tool_calls: calls = [] } = message as BaseMessage & {
      tool_calls?: readonly { id?: string; name: string; args: unknown }[];
    };
    return calls.flatMap(({ id, name, args }) => (id === undefined ? [] : [{ id, name, args }]));
  });
}

/** The answer in a wanted shape among what a chain gives back, or a node as an update of the graph's state. */
export function readShape(outputs: unknown): unknown {
  if (Array.isArray(outputs)) return outputs.map(readShape).find((shape) => shape !== undefined);
  if (typeof outputs !== "object" || outputs === null) return undefined;
  const { structuredResponse, update } = outputs as { structuredResponse?: unknown; update?: unknown };
  return structuredResponse ?? (update === undefined ? undefined : readShape(update));
}

/** A result that ends a run as its answer, as of a tool with `returnDirect`: nobody has judged it as what users are told. */
export function readDirect(outputs: unknown): string {
  const { messages } = (outputs ?? {}) as { readonly messages?: unknown };
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return BaseMessage.isInstance(last) && last.type === "tool" ? textOfPrompt(last.content) : "";
}

/** True of a graph that waits for somebody, and goes on later. */
export const isInterrupt = (error: unknown): boolean =>
  /^(Graph|Node)Interrupt$/.test(String((error as { readonly name?: unknown } | null)?.name));

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
