import type { Requests, StreamListener } from "./platform";
import { sendFetch } from "./send-fetch";

/** HTTP by Node's own fetch; streams by node:http, the only way to let the process end while one is open. */
export function createNodeRequests(): Requests {
  return { send: sendFetch, open: openStream };
}

function openStream(url: string, headers: Readonly<Record<string, string>>, listener: StreamListener): () => void {
  let ended = false;
  let destroy = (): void => undefined;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    listener.onEnd(error);
  };
  const open = async (): Promise<void> => {
    const { request: ask } = await (url.startsWith("https:") ? import("node:https") : import("node:http"));
    if (ended) return;
    const request = ask(url, { headers: { ...headers, accept: "text/event-stream" }, agent: false });
    destroy = () => request.destroy();
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
  };
  open().catch(end);
  return () => {
    ended = true;
    destroy();
  };
}
