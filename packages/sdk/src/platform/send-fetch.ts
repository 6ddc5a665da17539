import { untilAborted } from "../../../endpoints/src/index";
import type { HttpAnswer, HttpRequest } from "./platform";

/** One request by the runtime's own fetch. */
export async function sendFetch(request: HttpRequest): Promise<HttpAnswer> {
  const timeout = new AbortController();
  // Not AbortSignal.timeout: its timer would let a process end while somebody waits for the answer.
  const timer = setTimeout(
    () => timeout.abort(new Error(`no answer within ${request.timeoutMs} ms`)),
    request.timeoutMs,
  );
  const signal = request.signal ? AbortSignal.any([request.signal, timeout.signal]) : timeout.signal;
  try {
    const asked = fetchDirectly(request.url, {
      method: request.method,
      headers: request.headers,
      signal,
      ...(request.keepalive ? { keepalive: true } : {}),
      ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
    });
    // Not every fetch hears of its signal; what it answers after all is let go.
    void asked.then(({ body }) => (signal.aborted ? body?.cancel() : undefined)).catch(() => undefined);
    const answer = await untilAborted(asked, signal);
    const text = await readText(answer, request.maxBytes, signal);
    return { status: answer.status, header: (name) => answer.headers.get(name) ?? undefined, text };
  } finally {
    clearTimeout(timer);
  }
}

const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** Rejects on a redirect: a key must not travel elsewhere. Not by `redirect: "error"`, which Cloudflare's runtime refuses. */
export async function fetchDirectly(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: "manual" });
  // Browsers do not say which redirect it was.
  if (answer.type !== "opaqueredirect" && !redirects.includes(answer.status)) return answer;
  await answer.body?.cancel().catch(() => undefined);
  throw new TypeError("the answer is a redirect");
}

async function readText(answer: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of readChunks(answer, signal)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * The bytes of an answer as they come; whoever stops reading ends the answer. Not every browser iterates over a body.
 * Throws the signal's reason: Node's fetch forgets its signal when memory is collected after the head of an answer.
 */
export async function* readChunks({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  const end = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", end);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", end);
    await reader.cancel().catch(() => undefined);
  }
}
