import type { StreamText } from "@holdpoint/sdk";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { hasCalls } from "./answer-tools";
import { textOfContent } from "./read-messages";
import { saysBesides, saysNoText } from "./said-besides";

/** Lets chunks out as their text may go out. */
export type GuardChunks = (
  chunks: AsyncIterable<ChatGenerationChunk>,
  text: StreamText<ChatGenerationChunk>,
) => AsyncIterable<ChatGenerationChunk>;

/**
 * An answer that flows, let out a hold-back behind the model (SPECIFICATION F-12). From its first piece of a tool call on
 * it is held until the whole text was judged, and so were the calls; so is what it says besides its text. An answer without text goes on as it comes.
 */
export async function* streamAnswer(
  source: AsyncIterable<ChatGenerationChunk>,
  guard: GuardChunks,
  checkCalls: (held: readonly ChatGenerationChunk[]) => Promise<void>,
): AsyncGenerator<ChatGenerationChunk> {
  const chunks = callsLast(source, checkCalls);
  for (;;) {
    const next = await chunks.next();
    if (next.done) return;
    if (readText(next.value) !== undefined) {
      yield* guard(withFirst(next.value, chunks), { read: readText, write: createWriter() });
      return;
    }
    yield next.value;
  }
}

/**
 * The same chunks; when the source has ended those from the first piece of a tool call on, before them what is said besides the
 * text by itself.
 */
async function* callsLast(
  source: AsyncIterable<ChatGenerationChunk>,
  checkCalls: (held: readonly ChatGenerationChunk[]) => Promise<void>,
): AsyncGenerator<ChatGenerationChunk> {
  const held: ChatGenerationChunk[] = [];
  const besides: ChatGenerationChunk[] = [];
  for await (const chunk of source) {
    if (held.length > 0 || hasCalls(chunk)) held.push(chunk);
    else if (!saysBesides(chunk)) yield chunk;
    else (saysNoText(chunk) ? besides : held).push(chunk);
  }
  const last = [...besides, ...held];
  if (last.length > 0) await checkCalls(last);
  yield* last;
}

async function* withFirst<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function readText({ message }: ChatGenerationChunk): string | undefined {
  const text = textOfContent(message.content);
  return text === "" ? undefined : text;
}

/** A chunk whose text goes out in pieces counts once: what else it carries goes with the first of them. */
function createWriter(): StreamText<ChatGenerationChunk>["write"] {
  const begun = new WeakSet<ChatGenerationChunk>();
  return (chunk, text) => {
    if (text === textOfContent(chunk.message.content)) return chunk;
    const { id, tool_call_chunks = [], usage_metadata } = chunk.message as AIMessageChunk;
    const isFirst = !begun.has(chunk);
    begun.add(chunk);
    const rest = isFirst ? { tool_call_chunks, ...(usage_metadata ? { usage_metadata } : {}) } : {};
    const message = new AIMessageChunk({ content: text, ...(id === undefined ? {} : { id }), ...rest });
    return new ChatGenerationChunk({ text, message });
  };
}
