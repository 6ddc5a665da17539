import { EnforcementUnavailableError, textsIn, withoutMedia } from "@holdpoint/sdk";
import type { AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { addedTo, isWord, withoutAdded } from "./read-added";
import { textMembers, textOfContent } from "./read-messages";

type Block = Readonly<Record<string, unknown>>;

const isBlock = (block: unknown): block is Block => typeof block === "object" && block !== null;
const ownMember = (block: Block): string | undefined => textMembers.find((member) => typeof block[member] === "string");

/** Pieces of a call's arguments. */
const isPieceOfCall = ({ type }: Block): boolean => type === "input_json_delta";

/**
 * What an answer says otherwise than as its text: thoughts and refusals beside it, what a provider's tools gave, what was said
 * aloud, citations, parts that nobody knows.
 */
export function textsBesides(message: BaseMessage): readonly string[] {
  const { content } = message;
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  const inBlocks = blocks.filter(isBlock).map((block) => {
    const own = ownMember(block);
    if (isPieceOfCall(block)) return {};
    return own === undefined ? block : Object.fromEntries(Object.entries(block).filter(([name]) => name !== own));
  });
  return textsIn(withoutMedia([...inBlocks, ...addedTo(message)])).filter((text) => !isWord(text));
}

/** A copy of an answer that says nothing but its text. */
export function withoutBesides<M extends BaseMessage>(message: M): M {
  const content = Array.isArray(message.content) ? message.content.flatMap(keepText) : message.content;
  const additional_kwargs = withoutAdded(message);
  const copy = Object.assign(Object.create(Object.getPrototypeOf(message)), message) as M;
  const lc_kwargs = { ...message.lc_kwargs, content, additional_kwargs };
  return Object.assign(copy, { content, additional_kwargs, lc_kwargs });
}

function keepText(block: unknown): readonly unknown[] {
  if (!isBlock(block) || isPieceOfCall(block)) return [block];
  const own = ownMember(block);
  if (own === undefined) return textsIn(withoutMedia(block)).every(isWord) ? [block] : [];
  const { type, index } = block;
  return [{ ...(type === undefined ? {} : { type }), [own]: block[own], ...(index === undefined ? {} : { index }) }];
}

/** Judges texts as an output: true when they may go on as they are. Throws a halt. */
export type JudgeBesides = (text: string) => Promise<boolean>;

/** The message as it may go on. */
export async function checkBesides<M extends BaseMessage>(message: M, judge: JudgeBesides): Promise<M> {
  const text = textsBesides(message).join("\n");
  return text === "" || (await judge(text)) ? message : withoutBesides(message);
}

export const saysBesides = ({ message }: ChatGenerationChunk): boolean => textsBesides(message).length > 0;

/** A chunk with nothing but what is said besides: it can wait for the end, in its own order. */
export const saysNoText = ({ message }: ChatGenerationChunk): boolean => textOfContent(message.content) === "";

/** The same for chunks of a stream, as they belong together. */
export async function checkStreamedBesides(chunks: readonly ChatGenerationChunk[], judge: JudgeBesides): Promise<void> {
  const saying = chunks.filter(saysBesides);
  if (saying.length === 0) return;
  const whole = saying
    .map(({ message }) => message as AIMessageChunk)
    .reduce((before, message) => before.concat(message));
  const text = textsBesides(whole).join("\n");
  if (text === "") throw new EnforcementUnavailableError("what is said besides an answer cannot be read");
  if (await judge(text)) return;
  for (const chunk of saying) chunk.message = withoutBesides(chunk.message as AIMessageChunk);
}
