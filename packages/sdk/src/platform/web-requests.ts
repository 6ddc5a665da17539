import type { Requests, StreamListener } from "./platform";
import { fetchDirectly, readChunks, sendFetch } from "./send-fetch";

/** HTTP by fetch alone, streams too. */
export function createWebRequests(): Requests {
  return { send: sendFetch, open: openStream };
}

function openStream(url: string, headers: Readonly<Record<string, string>>, listener: StreamListener): () => void {
  const abort = new AbortController();
  void follow(url, headers, listener, abort.signal).then(
    () => listener.onEnd(),
    (error: unknown) => listener.onEnd(error),
  );
  return () => abort.abort();
}

async function follow(
  url: string,
  headers: Readonly<Record<string, string>>,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetchDirectly(url, { headers: { ...headers, accept: "text/event-stream" }, signal });
  if (!signal.aborted) listener.onOpen(answer.status);
  if (answer.status !== 200) return void (await answer.body?.cancel());
  const decoder = new TextDecoder();
  for await (const chunk of readChunks(answer, signal)) {
    if (signal.aborted) return;
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") listener.onText(text);
  }
}
