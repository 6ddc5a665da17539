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
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of readChunks(answer)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The bytes of an answer as they come; whoever stops reading ends the answer. Not every browser iterates over a body. */
export async function* readChunks({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
