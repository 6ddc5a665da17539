import { EnforcementUnavailableError } from "@holdpoint/sdk";
import type { AIMessage, AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";

/** Tools that stand for the shape of an answer: nobody runs them, and their arguments are what the caller reads. */
export interface AnswerTools {
  has(name: string): boolean;
}

export const noAnswerTools: AnswerTools = { has: () => false };

/** Of a model that was made by `withStructuredOutput`: whatever it calls. */
export const everyTool: AnswerTools = { has: () => true };

/** Of the tools that a model is bound to, those that cannot be run: bare definitions and schemas. */
export function findAnswerTools(tools: unknown, known: AnswerTools): AnswerTools {
  const names = new Set((Array.isArray(tools) ? tools : []).flatMap(readDefinition));
  return names.size === 0 ? known : { has: (name) => names.has(name) || known.has(name) };
}

function readDefinition(tool: unknown): readonly string[] {
  if (typeof tool !== "object" || tool === null) return [];
  const { invoke, func, function: called, name } = tool as Record<string, unknown>;
  if (typeof invoke === "function" || typeof func === "function") return [];
  const named = (called as { readonly name?: unknown } | undefined)?.name ?? name;
  return typeof named === "string" ? [named] : [];
}

/** Judges the arguments of a call as an output; gives the ones to pass on. Throws a halt. */
export type JudgeShape = (args: unknown) => Promise<unknown>;

/** The text of an answer in a wanted shape, judged; its JSON is what leaves the agent. Throws a halt. */
export async function judgeShape(shape: unknown, judge: (text: string) => Promise<string>): Promise<unknown> {
  const text = JSON.stringify(shape) ?? "";
  const checked = await judge(text);
  if (checked === text) return shape;
  try {
    return JSON.parse(checked) as unknown;
  } catch (cause) {
    throw new EnforcementUnavailableError("an answer in this shape cannot be replaced", { cause });
  }
}

/** The message with the arguments that may go on; the same one when nothing was replaced. */
export async function checkShapes<M extends BaseMessage>(
  message: M,
  tools: AnswerTools,
  judge: JudgeShape,
): Promise<M> {
  const { tool_calls: calls = [] } = message as BaseMessage & Pick<AIMessage, "tool_calls">;
  if (!calls.some(({ name }) => tools.has(name))) return message;
  const checked = [];
  for (const call of calls) {
    const args = tools.has(call.name) ? ((await judge(call.args)) as typeof call.args) : call.args;
    checked.push(args === call.args ? call : { ...call, args });
  }
  if (checked.every((call, index) => call === calls[index])) return message;
  // What the provider wrote stands there a second time.
  const { tool_calls: _, function_call: __, ...additional_kwargs } = message.additional_kwargs;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(message)), message) as M;
  return Object.assign(copy, {
    tool_calls: checked,
    additional_kwargs,
    lc_kwargs: { ...message.lc_kwargs, tool_calls: checked, additional_kwargs },
  });
}

/** The same for pieces of calls in a stream, all of them: the arguments are put into the first piece of each. */
export async function checkStreamedShapes(
  chunks: readonly ChatGenerationChunk[],
  tools: AnswerTools,
  judge: JudgeShape,
): Promise<void> {
  const calls = new Map<unknown, Piece[]>();
  for (const chunk of chunks) {
    const { message } = chunk;
    // A call that comes whole.
    if (!hasPieces(message)) chunk.message = await checkShapes(message as AIMessageChunk, tools, judge);
    for (const [at, piece] of ((message as AIMessageChunk).tool_call_chunks ?? []).entries()) {
      const key = piece.index ?? piece.id ?? at;
      calls.set(key, [...(calls.get(key) ?? []), piece]);
    }
  }
  for (const pieces of calls.values()) {
    if (!tools.has(pieces.map(({ name }) => name ?? "").join(""))) continue;
    const text = pieces.map(({ args }) => args ?? "").join("");
    const args = readShape(text);
    const checked = await judge(args);
    if (checked === args) continue;
    for (const [index, piece] of pieces.entries()) piece.args = index === 0 ? JSON.stringify(checked) : "";
  }
}

const hasPieces = (message: BaseMessage): boolean => ((message as AIMessageChunk).tool_call_chunks ?? []).length > 0;

/** True for a chunk with a call of a tool, or a piece of one. */
export const hasCalls = ({ message }: ChatGenerationChunk): boolean =>
  hasPieces(message) || ((message as AIMessageChunk).tool_calls ?? []).length > 0;

type Piece = NonNullable<AIMessageChunk["tool_call_chunks"]>[number];

function readShape(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
