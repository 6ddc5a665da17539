import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands in for a model server: it answers as OpenAI-compatible ones do, and can be switched off. */
export interface Models {
  readonly url: string;
  asked: number;
  broken: boolean;
  close(): void;
}

const knowsAsAttack = (texts: string): boolean => texts.includes("limerick");
const knowsAsViolent = (text: string): number => (text.includes("punch") ? 0.91 : 0.02);

export async function startModels(): Promise<Models> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    models.asked++;
    if (models.broken) return void response.writeHead(503).end();
    const { input = [], messages = [] } = JSON.parse(body) as { input?: string[]; messages?: { content: string }[] };
    const content = JSON.stringify({ score: knowsAsAttack(messages[1]?.content ?? "") ? 0.98 : 0.01 });
    const answers: Readonly<Record<string, object>> = {
      "/v1/chat/completions": { choices: [{ message: { role: "assistant", content } }] },
      "/v1/moderations": { results: input.map((text) => ({ category_scores: { violence: knowsAsViolent(text) } })) },
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers[request.url ?? ""]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const models: Models = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: 0,
    broken: false,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return models;
}
