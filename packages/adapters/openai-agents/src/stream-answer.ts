import type { WrittenStream } from "@holdpoint/sdk";
import type { StreamEvent } from "@openai/agents-core";

type Done = Extract<StreamEvent, { type: "response_done" }>;

export interface AnswerStream {
  /** For the text of the answer. */
  open(): WrittenStream;
  /** The end of the answer as it may go on, after its text: what was said in pieces, and what of it went out. */
  finish(done: Done, said: string, shown: string): Promise<Done>;
}

/**
 * An answer that flows, a hold-back behind the model (SPECIFICATION F-12). Raw events of the provider, which hold the text
 * as well, go out with the end, or not at all when something of the text was replaced.
 */
export async function* streamAnswer(
  source: AsyncIterable<StreamEvent>,
  { open, finish }: AnswerStream,
): AsyncGenerator<StreamEvent> {
  let stream: WrittenStream | undefined;
  let said = "";
  let shown = "";
  let held: StreamEvent[] = [];
  const rest = async (): Promise<StreamEvent[]> => {
    const delta = await (stream?.end() ?? "");
    stream = undefined;
    shown += delta;
    return delta === "" ? [] : [{ type: "output_text_delta", delta }];
  };
  const release = (isReplaced = false): StreamEvent[] => {
    const released = said === shown && !isReplaced ? held : [];
    held = [];
    return released;
  };
  try {
    for await (const event of source) {
      if (event.type === "output_text_delta") {
        if (event.delta === "") continue;
        stream ??= open();
        said += event.delta;
        const delta = await stream.write(event.delta);
        shown += delta;
        if (delta !== "") yield delta === event.delta ? event : { type: "output_text_delta", delta };
      } else if (event.type === "response_done") {
        const last = await rest();
        const done = await finish(event, said, shown);
        yield* last;
        yield* release(done !== event);
        yield done;
      } else if (event.type === "model") held.push(event);
      else yield event;
    }
    yield* await rest();
    yield* release();
  } finally {
    await stream?.cancel();
  }
}
