import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { HttpAnswer, HttpRequest, Requests, StreamListener } from "./platform";

/** HTTP by Node's own fetch; streams by node:http, the only way to let the process end while one is open. */
export function createNodeRequests(): Requests {
  return { send, open: openStream };
}

async function send(request: HttpRequest): Promise<HttpAnswer> {
  const timeout = new AbortController();
  // Not AbortSignal.timeout: its timer would let the process end while somebody waits for the answer.
  const timer = setTimeout(
    () => timeout.abort(new Error(`no answer within ${request.timeoutMs} ms`)),
    request.timeoutMs,
  );
  const signal = request.signal ? AbortSignal.any([request.signal, timeout.signal]) : timeout.signal;
  try {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: "error",
      signal,
      ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
    });
    const text = await readText(answer, request.maxBytes);
    return { status: answer.status, header: (name) => answer.headers.get(name) ?? undefined, text };
  } finally {
    clearTimeout(timer);
  }
}

async function readText(answer: Response, maxBytes: number): Promise<string> {
  if (!answer.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function openStream(url: string, headers: Readonly<Record<string, string>>, listener: StreamListener): () => void {
  let ended = false;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    listener.onEnd(error);
  };
  try {
    const request = (url.startsWith("https:") ? requestHttps : requestHttp)(url, {
      headers: { ...headers, accept: "text/event-stream" },
      agent: false,
    });
    request.on("socket", (socket) => socket.unref());
    request.on("error", end);
    request.on("close", () => end());
    request.on("response", (response) => {
      listener.onOpen(response.statusCode ?? 0);
      if (response.statusCode !== 200) {
        request.destroy();
        return;
      }
      response.setEncoding("utf8");
      response.on("data", (text: string) => !ended && listener.onText(text));
      response.on("error", end);
      response.on("end", () => end());
    });
    request.end();
    return () => {
      ended = true;
      request.destroy();
    };
  } catch (error) {
    end(error);
    return () => undefined;
  }
}
