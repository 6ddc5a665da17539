import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** Bytes for many streams, written down once: as they are, and as one chunk of HTTP/1.1 (RFC 9112, 7.1). */
export interface Frame {
  readonly plain: Uint8Array;
  readonly chunk: Uint8Array;
}

/** Where the bytes of one stream go. No method throws. */
export interface Sink {
  write(frame: Frame): void;
  /** Bytes that the client has left untaken, beyond what its connection holds. */
  readonly waitingBytes: () => number;
  /** Ends the answer. */
  end(): void;
}

const encoder = new TextEncoder();
const encode = (text: string): Uint8Array => encoder.encode(text);

export function createFrame(text: string): Frame {
  const plain = encode(text);
  return { plain, chunk: encode(`${plain.length.toString(16)}\r\n${text}\r\n`) };
}

/** Answers whose body begins once their head is on its way. */
const starting = new WeakMap<Response, (sink: Sink) => () => void>();

/**
 * An answer whose body is written straight to the connection. A web stream between would cost more than all the rest
 * when a thousand clients are told of a pause. `start` gets the sink and gives back what to do when the client goes.
 */
export function answerWithStream(
  headers: Readonly<Record<string, string>>,
  start: (sink: Sink) => () => void,
): Response {
  const response = new Response(null, { headers });
  starting.set(response, start);
  return response;
}

/**
 * The answer itself, unless it is one of those streams: then it is sent, and this says so. `further`: headers that the
 * framework would have added.
 */
export function sendStream(response: Response, outgoing: ServerResponse | undefined, further?: Headers): Response {
  const start = starting.get(response);
  // A question for the head alone has no body.
  if (!start || !outgoing || outgoing.req.method === "HEAD") return response;
  outgoing.writeHead(response.status, Object.fromEntries([...(further ?? []), ...response.headers]));
  outgoing.flushHeaders();
  const stop = start(createSink(outgoing));
  outgoing.once("close", stop);
  // It may have gone while its key was looked up.
  if (outgoing.destroyed) stop();
  return RESPONSE_ALREADY_SENT;
}

function createSink(outgoing: ServerResponse): Sink {
  return {
    write({ plain, chunk }) {
      const { socket } = outgoing;
      if (outgoing.writableEnded || outgoing.destroyed) return;
      // INVARIANT: nothing of the body is buffered in `outgoing` while it has its connection, so the order holds.
      if (socket && outgoing.chunkedEncoding) socket.write(chunk);
      else outgoing.write(plain);
    },
    waitingBytes: () => outgoing.writableLength,
    end: () => void outgoing.end(),
  };
}
