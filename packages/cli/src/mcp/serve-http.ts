import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { McpProxy } from "@holdpoint/mcp";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";

/** Each session has a connection to the server of its own; at most these many, the oldest is closed first. */
const maxSessions = 256;
const maxBodyBytes = 4 * 1024 * 1024;

export interface HttpProxy {
  readonly url: string;
  close(): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly proxy: McpProxy;
}

/** Serves `/mcp` (Streamable HTTP) to programs of this machine; `connect` makes a session's proxy to the server. */
export async function serveHttp(
  port: number,
  connect: (client: StreamableHTTPServerTransport) => McpProxy,
): Promise<HttpProxy> {
  const sessions = new Map<string, Session>();

  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { transport, proxy });
        void proxy.closed.then(() => sessions.delete(id));
        const [oldest] = sessions.values();
        if (sessions.size > maxSessions) void oldest?.proxy.close();
      },
    });
    const proxy = connect(transport);
    await proxy.start().catch(async (error: unknown) => {
      await proxy.close();
      throw error;
    });
    return transport;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isLocal(request)) return refuse(response, 403, "only programs of this machine may ask");
    if (new URL(request.url ?? "/", "http://localhost").pathname !== "/mcp") return refuse(response, 404, "not found");
    const sessionId = request.headers["mcp-session-id"];
    if (typeof sessionId === "string") {
      const session = sessions.get(sessionId);
      if (!session) return refuse(response, 404, "unknown session");
      return session.transport.handleRequest(request, response);
    }
    if (request.method !== "POST") return refuse(response, 400, "a session begins with initialize");
    const body = await readJson(request);
    if (!isInitializeRequest(body)) return refuse(response, 400, "a session begins with initialize");
    const transport = await open();
    await transport.handleRequest(request, response, body);
  };

  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(`holdpoint: ${error instanceof Error ? error.message : "a request has failed"}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 502, "the server cannot be reached");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/mcp`,
    async close() {
      await Promise.allSettled([...sessions.values()].map(({ proxy }) => proxy.close()));
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A page in a browser can send requests to this machine, under names that lead here: neither name nor origin may be foreign. */
function isLocal({ headers: { host, origin } }: IncomingMessage): boolean {
  const isOurs = (text: string): boolean =>
    URL.canParse(text) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(text).hostname);
  return host !== undefined && isOurs(`http://${host}`) && (origin === undefined || isOurs(origin));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } }));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
