import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands in for the providers: it says what it is told to, and counts. */
export interface Provider {
  readonly url: string;
  /** The next answer: a text, or the name of a tool to call. */
  next: { readonly say?: string; readonly call?: string };
  asked: number;
  close(): void;
}

export async function startProvider(): Promise<Provider> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      provider.asked++;
      const { say, call } = provider.next;
      const isStream = (JSON.parse(body) as { stream?: boolean }).stream === true;
      const toOpenAI = request.url?.endsWith("/chat/completions");
      response.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
      if (toOpenAI && isStream) {
        for (const content of (say ?? "").split(/(?<= )/)) {
          response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
        }
        return response.end("data: [DONE]\n\n");
      }
      if (toOpenAI) {
        const tool_calls = [{ id: "call-1", type: "function", function: { name: call, arguments: "{}" } }];
        const message = { role: "assistant", content: say ?? null, ...(call ? { tool_calls } : {}) };
        return response.end(JSON.stringify({ choices: [{ index: 0, message }] }));
      }
      const block = call ? { type: "tool_use", id: "call-1", name: call, input: {} } : { type: "text", text: say };
      return response.end(JSON.stringify({ type: "message", role: "assistant", content: [block] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: {},
    asked: 0,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return provider;
}
