import type { StreamInput, StreamOptions, StreamSource } from "../types";

/** A text that somebody writes piece by piece, and gets back as it may go out (SPECIFICATION F-1 to F-12). */
export interface WrittenStream {
  /** What may go out now, often nothing. Rejects with the halt error that ends the stream, also at every later call. */
  write(text: string): Promise<string>;
  /** The rest, judged as a whole. Rejects as `write` does. */
  end(): Promise<string>;
  /** Nobody wants the rest: records a decision on the text so far. Never rejects. */
  cancel(): Promise<void>;
}

export interface StreamGuardian {
  guardStream(source: StreamSource, input: StreamInput, options?: StreamOptions): AsyncIterableIterator<string>;
}

/** `guardStream` for an adapter that is handed pieces instead of an iterable. One call at a time. */
export function openStream(hp: StreamGuardian, input: StreamInput, options: StreamOptions = {}): WrittenStream {
  let out = "";
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let give: ((piece: IteratorResult<string> | Promise<never>) => void) | undefined;
  let wake: (() => void) | undefined;
  const source: AsyncIterableIterator<string> = {
    next: () =>
      new Promise((resolve) => {
        give = resolve;
        wake?.();
      }),
    return: async () => ({ done: true, value: undefined }),
    [Symbol.asyncIterator]: () => source,
  };
  const read = async (): Promise<void> => {
    try {
      for await (const text of hp.guardStream(source, input, options)) out += text;
    } catch (error) {
      failure = { error };
    }
    ended = true;
    wake?.();
  };
  let begun = false;
  /** Until all that was written is judged: the guard then asks for more. */
  const settle = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (!begun) void read();
      begun = true;
      if (give || ended) resolve();
    });
  const hand = async (piece: IteratorResult<string> | Promise<never>): Promise<string> => {
    await settle();
    const giving = give;
    give = undefined;
    giving?.(piece);
    await settle();
    if (failure) throw failure.error;
    const text = out;
    out = "";
    return text;
  };
  return {
    write: (value) => hand({ done: false, value }),
    end: () => hand({ done: true, value: undefined }),
    async cancel() {
      const gone = Promise.reject(new Error("the reader of the stream went away"));
      gone.catch(() => undefined);
      await hand(gone).catch(() => undefined);
    },
  };
}
