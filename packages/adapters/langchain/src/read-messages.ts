import { type EnforceInput, textsIn } from "@holdpoint/sdk";
import type { BaseMessage } from "@langchain/core/messages";
import { textsAdded } from "./read-added";

/** A message of a history, as a request carries it. */
export type HistoryMessage = NonNullable<EnforceInput["conversationHistory"]>[number];

/** Members of content blocks that carry text: plain, extended thinking, refusals. */
export const textMembers = ["text", "reasoning", "thinking", "refusal"] as const;

/** Blocks that carry nothing but one text. */
const plainBlock = /^(?:input_|output_)?text$|^(?:reasoning|thinking|refusal)$/;

/** Reads the text of content, or of one block of it. */
export type ReadText = (content: unknown) => string;

/** What a model has said: the text of a message's content, block by block. */
export const textOfContent: ReadText = (content) => join(content, textOfBlock);

/** What is about to reach a model: besides, documents, found passages, results of tools, files of text. */
export const textOfPrompt: ReadText = (content) =>
  join(content, (block) => {
    const text = textOfBlock(block);
    const { type } = (block ?? {}) as { readonly type?: unknown };
    return text !== "" && plainBlock.test(String(type ?? "text")) ? text : textsIn(block).join("\n");
  });

/** All that a message tells a model: what its provider is told besides (thoughts, refusals), and a name that is a sentence. */
export const textOfMessage = (message: BaseMessage): string =>
  [textOfPrompt(message.content), ...textsAdded(message)].filter(Boolean).join("\n");

function join(content: unknown, read: ReadText): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map(read).filter(Boolean).join("\n") : read(content);
}

function textOfBlock(block: unknown): string {
  if (typeof block === "string") return block;
  if (typeof block !== "object" || block === null) return "";
  for (const member of textMembers) {
    const text = (block as Record<string, unknown>)[member];
    if (typeof text === "string") return text;
  }
  return "";
}

const roles: Readonly<Record<string, string>> = { human: "user", ai: "assistant", tool: "tool", system: "system" };

export const roleOf = (message: BaseMessage): string => roles[message.type] ?? message.type;

export interface ReadPrompt {
  /** The last thing the user said; undefined when the prompt has no user message. */
  readonly input: string | undefined;
  readonly inputMessage: BaseMessage | undefined;
  /** Everything else that was said, in its order: more perhaps than a request can carry. */
  readonly spoken: readonly BaseMessage[];
  /** Everything that is about to be sent, for an estimate of its cost. */
  readonly wholeText: string;
}

/**
 * What of a prompt is to be checked. The system prompt is the program's own text and is left out; so are results of
 * tools that were checked when they arrived.
 */
export function readPrompt(
  messages: readonly BaseMessage[],
  isCheckedResult: (message: BaseMessage) => boolean,
): ReadPrompt {
  const inputMessage = messages.findLast(({ type }) => type === "human");
  const spoken = messages
    .filter((message) => message !== inputMessage && roleOf(message) !== "system")
    .filter((message) => textOfMessage(message) !== "" && !(message.type === "tool" && isCheckedResult(message)));
  return {
    input: inputMessage && textOfMessage(inputMessage),
    inputMessage,
    spoken,
    wholeText: messages.map(textOfMessage).join("\n"),
  };
}

/** A message as the history of a request carries it. */
export const saidIn = (message: BaseMessage): HistoryMessage => ({
  role: roleOf(message),
  content: textOfMessage(message),
});

/** A chain's input or output as the text that a trace shows; its last message when it has messages. */
export function describeValue(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  const { messages, input, output, content } = value as Record<string, unknown>;
  if (Array.isArray(messages) && messages.length > 0) return describeValue(messages.at(-1));
  if (content !== undefined) return textOfContent(content);
  if (typeof input === "string") return input;
  if (output !== undefined) return describeValue(output);
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
