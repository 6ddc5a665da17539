import { streams } from "@holdpoint/core";
import { ConfigError, EnforcementUnavailableError } from "../gen/errors";
import type { StreamText } from "../types";

/** Parts of a stream that wait until the text in them, or before them, may go out. */
export interface PartQueue<Part> {
  /** The text of a part that has come, to be added to the whole. */
  push(part: Part, at: number): string;
  /** Parts that may go out when text may go out up to a place. */
  take(releasedTo: number, render: (from: number, to: number) => string): Part[];
}

interface Waiting<Part> {
  readonly part: Part;
  from: number;
  readonly to: number;
  readonly hasText: boolean;
}

export function createPartQueue<Part>({ read, write }: StreamText<Part>): PartQueue<Part> {
  const waiting: Waiting<Part>[] = [];
  return {
    push(part, at) {
      // A text that is none has no place in the whole: its part would go out unjudged.
      const text: unknown = read(part) ?? undefined;
      if (text !== undefined && typeof text !== "string")
        throw new ConfigError("`text.read` gave something else than a text");
      if (waiting.length >= streams.maxWaitingParts)
        throw new EnforcementUnavailableError(
          `more than ${streams.maxWaitingParts} parts of the stream wait behind held text`,
        );
      waiting.push({ part, from: at, to: at + (text?.length ?? 0), hasText: text !== undefined });
      return text ?? "";
    },
    take(releasedTo, render) {
      const out: Part[] = [];
      let done = 0;
      for (const one of waiting) {
        const to = Math.min(one.to, releasedTo);
        if (one.to > releasedTo && to <= one.from) break;
        out.push(one.hasText ? write(one.part, render(one.from, to)) : one.part);
        one.from = to;
        if (one.to > releasedTo) break;
        done++;
      }
      waiting.splice(0, done);
      return out;
    },
  };
}

/** Text in pieces: what may go out goes out as one piece, whatever the pieces were in which it came. */
export function createTextQueue<Part>(read: (part: Part) => string): PartQueue<Part> {
  let sentTo = 0;
  return {
    push: (part) => read(part),
    take(releasedTo, render) {
      const text = render(sentTo, releasedTo);
      sentTo = Math.max(sentTo, releasedTo);
      return text === "" ? [] : [text as Part];
    },
  };
}
