import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface HttpServer {
  readonly url: string;
  /** Takes no new connections, waits for running requests, then cuts what is left off. */
  close(timeoutMs: number): Promise<void>;
}

/** Listens, on the port that was asked for or any free one (0). Throws when the port is taken. */
export async function serveApp(app: Hono, host: string, port: number): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch, hostname: host });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}`,
    close: (timeoutMs) =>
      new Promise((resolve) => {
        const closable = server as import("node:http").Server;
        const cut = setTimeout(() => closable.closeAllConnections(), timeoutMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        closable.closeIdleConnections();
      }),
  };
}
