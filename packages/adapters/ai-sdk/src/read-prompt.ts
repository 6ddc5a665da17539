import { type EnforceInput, inLots, withoutMedia } from "@holdpoint/sdk";
import type { Message, Prompt } from "./framework-types";
import { readFile } from "./read-file";
import { textsBesides } from "./said-besides";

type HistoryMessage = NonNullable<EnforceInput["conversationHistory"]>[number];

/** What a tool returned, as it stands in the request. */
export interface ReadResult {
  readonly callId: string;
  readonly name: string;
  readonly text: string;
  /** The framework's text about an error that the tool threw. */
  readonly isError: boolean;
}

export interface ReadPrompt {
  /** The last thing the user said; undefined when the prompt has no user message. */
  readonly input: string | undefined;
  readonly inputIndex: number;
  readonly history: readonly HistoryMessage[];
  /** Where in the prompt each message of `history` stands. */
  readonly historyIndexes: readonly number[];
  /** What was said before, in as many lots as requests can carry. */
  readonly older: readonly Pick<ReadPrompt, "history" | "historyIndexes">[];
  /** The texts of all messages up to the input, with who said them. */
  readonly textsToInput: readonly string[];
  readonly results: readonly ReadResult[];
  /** Tool calls after the last user message: this request goes on with their run. */
  readonly continuedCalls: readonly string[];
  /** Everything that is about to be sent, for an estimate of its cost. */
  readonly wholeText: string;
}

interface ResultOutput {
  readonly type: string;
  readonly value?: unknown;
  readonly reason?: unknown;
  readonly providerOptions?: unknown;
}

interface Part {
  readonly type: string;
  readonly text?: unknown;
  readonly mediaType?: unknown;
  readonly data?: unknown;
  readonly filename?: unknown;
  readonly providerOptions?: unknown;
  readonly reason?: unknown;
  readonly toolCallId?: unknown;
  readonly toolName?: unknown;
  readonly output?: ResultOutput;
}

export const partsOf = ({ content }: Message): readonly Part[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : (content as readonly Part[]);

/** What is to be checked of a prompt. System messages are the program's own text and are left out. */
export function readPrompt(prompt: Prompt): ReadPrompt {
  const inputIndex = prompt.findLastIndex(({ role }) => role === "user");
  const user = prompt[inputIndex];
  const spoken = prompt
    .map((message, index) => ({ index, role: message.role, content: textOfMessage(message) }))
    .filter(({ index, role, content }) => index !== inputIndex && role !== "system" && content !== "");
  const { older, last } = inLots(spoken);
  const lotOf = (lot: typeof last): ReadPrompt["older"][number] => ({
    history: lot.map(({ role, content }) => ({ role, content })),
    historyIndexes: lot.map(({ index }) => index),
  });
  const toolParts = prompt.flatMap(partsOf).filter(({ type }) => type === "tool-result");
  return {
    input: user && textOfMessage(user),
    inputIndex,
    ...lotOf(last),
    older: older.map(lotOf),
    textsToInput: prompt.slice(0, inputIndex + 1).map((message) => `${message.role}: ${textOfMessage(message)}`),
    results: toolParts.map(readResult),
    continuedCalls: prompt
      .slice(inputIndex + 1)
      .flatMap(partsOf)
      .flatMap(({ toolCallId }) => (typeof toolCallId === "string" ? [toolCallId] : [])),
    wholeText: [...prompt.map(textOfMessage), ...toolParts.map((part) => readResult(part).text)].join("\n"),
  };
}

/** The text of what a user or the model said: its text and reasoning parts, attached files of text, what a provider is told besides. */
export function textOfMessage(message: Message): string {
  return [...partsOf(message).flatMap((part) => [textOfPart(part), ...textsTold(part)]), ...textsTold(message)]
    .filter(Boolean)
    .join("\n");
}

/** What a provider is told of a part or a message (what a document is about, say): it may come with a history. */
const textsTold = ({ providerOptions }: { readonly providerOptions?: unknown }): readonly string[] =>
  textsBesides(providerOptions);

/** The message that says this text and no other; parts that carry no text stay. */
export function withText(message: Message, text: string): Message {
  const parts = partsOf(message);
  // A message of results has no text of its own: what was said besides them is left out.
  const isOfTools = message.role === "tool";
  const kept = isOfTools ? parts.map(withoutReason) : parts.filter((part) => !carriesText(part));
  const content = [...(isOfTools ? [] : [{ type: "text", text }]), ...kept.map(withoutSaid)];
  const { providerOptions: _, ...rest } = message;
  return { ...(textsTold(message).length > 0 ? rest : message), content } as Message;
}

/** A part without what is read of it besides its text: a name of its file, what a provider is told of it. */
function withoutSaid({ filename: _, ...part }: Part): Part {
  const { providerOptions: __, ...rest } = part;
  return textsTold(part).length > 0 ? rest : part;
}

function withoutReason(part: Part): Part {
  if (part.type !== "tool-approval-response") return part;
  const { reason: _, ...rest } = part;
  return rest;
}

/** True for a part that is nothing but what `textOfMessage` reads of it. */
const carriesText = (part: Part): boolean => textOfPart({ ...part, filename: undefined }) !== "";

/** What a part says: a text, a thought, a file of text with its name, why somebody has refused a tool. */
export function textOfPart({ type, text, mediaType, data, filename, reason }: Omit<Part, "toolCallId">): string {
  if (type === "text" || type === "reasoning") return String(text ?? "");
  if (type === "tool-approval-response") return typeof reason === "string" ? reason : "";
  if (!/^(?:reasoning-)?file$/.test(type)) return "";
  return [filename, readFile(data, mediaType)].filter(Boolean).join("\n");
}

function readResult({ toolCallId, toolName, output }: Part): ReadResult {
  const isError = output?.type === "error-text" || output?.type === "error-json";
  const value = output?.value ?? output?.reason;
  const said = textOfValue(output?.type === "content" && Array.isArray(value) ? value.map(withFileRead) : value);
  const text = [said, ...textsTold(output ?? {})].filter(Boolean).join("\n");
  return { callId: String(toolCallId), name: String(toolName), text, isError };
}

/** A part of a result; where it is a file of text, with what that says. */
function withFileRead(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  const { data, url, mediaType } = part as Readonly<Record<string, unknown>>;
  const text = readFile(data ?? url, mediaType);
  return text === "" ? part : { ...part, ...(data === undefined ? { url: text } : { data: text }) };
}

/** A text as it is, content parts as their texts, anything else as its JSON. */
export function textOfValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return JSON.stringify(withoutMedia(value)) ?? String(value);
}

/** The arguments of a tool call: a JSON object, or whatever else the model wrote, as a text. */
export function readArguments(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // not JSON: a text
  }
  return text === "" ? {} : { input: text };
}
