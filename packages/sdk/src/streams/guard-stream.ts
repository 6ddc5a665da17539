import { type Decision, limits } from "@holdpoint/core";
import { ConfigError, EnforcementUnavailableError } from "../gen/errors";
import type { StreamOptions, StreamSource } from "../types";
import { createPartQueue, createTextQueue } from "./part-queue";
import { createTextFlow, type Judgement, type TextFlow } from "./text-flow";

/** How a stream's text is decided. */
export interface StreamJudge {
  /** The verdict on a beginning of the text. Never throws. */
  judge(output: string): Judgement;
  /** The decision, recorded; rejects with a halt error when the text must not go out. */
  enforce(output: string): Promise<Decision>;
  /** The decision, recorded, on what was let out of a stream that nobody reads any more. Never throws. */
  observe(output: string): void;
}

/** A stream's parts as they are let out (SPECIFICATION F-1 to F-10). Nothing is read before the first part is asked for. */
export function guardStream<Part>(
  source: StreamSource<Part>,
  decide: StreamJudge,
  options: StreamOptions<Part>,
): AsyncIterableIterator<Part> {
  const reader = readSource(source);
  let begun = false;
  const running = run(reader, decide, options);
  const iterator: AsyncIterableIterator<Part> = {
    next() {
      begun = true;
      return running.next();
    },
    async return(value?: unknown) {
      // A generator that has not begun would not close the source.
      if (!begun) await reader.return?.();
      begun = true;
      return running.return(value as undefined);
    },
    async throw(error?: unknown) {
      if (!begun) await reader.return?.();
      begun = true;
      return running.throw(error);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

async function* run<Part>(
  reader: SourceReader<Part>,
  decide: StreamJudge,
  { text: access, holdBack = 0 }: StreamOptions<Part>,
): AsyncGenerator<Part, void, undefined> {
  const queue = access ? createPartQueue(access) : createTextQueue<Part>(asText);
  let isOpen = true;
  let isDecided = false;
  let flow: TextFlow | undefined;
  /** Ends the stream with the decision's error; an agent resumed, or a policy lifted in the meantime, lets it go on. */
  const cut = async (open: TextFlow): Promise<void> => {
    isDecided = true;
    await decide.enforce(open.text);
    // A text that is too long to be judged does not go out, whatever the policies let pass.
    if (open.text.length > limits.maxTextChars)
      throw new EnforcementUnavailableError(
        `the text of the stream is longer than ${limits.maxTextChars} UTF-16 code units`,
      );
    isDecided = false;
    open.resume();
  };
  try {
    flow = createTextFlow(decide.judge, holdBack);
    if (flow.advance() === "cut") await cut(flow);
    for (;;) {
      isOpen = false;
      const next = await reader.next();
      if (next.done) break;
      isOpen = true;
      flow.add(queue.push(next.value, flow.text.length));
      if (flow.advance() === "cut") await cut(flow);
      yield* queue.take(flow.releasedTo, flow.render);
    }
    isDecided = true;
    flow.finish(await decide.enforce(flow.text));
    yield* queue.take(flow.releasedTo, flow.render);
  } finally {
    if (!isDecided && flow !== undefined && flow.text !== "") decide.observe(flow.text);
    if (isOpen) await reader.return?.();
  }
}

interface SourceReader<Part> {
  next(): Promise<IteratorResult<Part>> | IteratorResult<Part>;
  return?(): unknown;
}

/** Any iterable, or a ReadableStream where it is none yet (browsers). */
function readSource<Part>(source: StreamSource<Part>): SourceReader<Part> {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]() as SourceReader<Part>;
    if (Symbol.iterator in source) return source[Symbol.iterator]() as SourceReader<Part>;
    if ("getReader" in source) return readStream(source as ReadableStream<Part>);
  }
  throw new ConfigError("expected a stream: an object with an async iterator, an iterator or a reader");
}

function readStream<Part>(stream: ReadableStream<Part>): SourceReader<Part> {
  const reader = stream.getReader();
  return { next: () => reader.read() as Promise<IteratorResult<Part>>, return: () => reader.cancel() };
}

function asText(part: unknown): string {
  if (typeof part === "string") return part;
  throw new ConfigError("the stream holds parts that are no text: say with `text` how theirs is read and written");
}
