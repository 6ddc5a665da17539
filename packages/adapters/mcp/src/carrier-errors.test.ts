import { isPolicyBlockedError } from "@holdpoint/sdk";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { describe, expect, it } from "vitest";
import { createMcpProxy } from "./create-proxy";
import { guardClient } from "./guard-client";
import type { McpTransport } from "./guard-transport";
import type { JsonObject, Message } from "./messages";
import { attack, createClient, createStandInServer } from "./stand-ins";

/** What a carrier over HTTP rejects with: its class and code are how a program knows that it has to log in, or begin anew. */
class CarrierError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A guarded client whose carrier fails from `fail` on. */
async function connect() {
  const { hp } = await createClient();
  const { server, runs } = createStandInServer();
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  let failure: CarrierError | undefined;
  const sendOn = ours.send.bind(ours);
  ours.send = (message, options) => (failure ? Promise.reject(failure) : sendOn(message, options));
  await server.connect(theirs);
  const client = guardClient(hp, new Client({ name: "app", version: "1" }), { agentId: "a", server: "orders" });
  await client.connect(ours);
  return {
    client,
    runs,
    fail: (error: CarrierError): void => {
      failure = error;
    },
  };
}

describe("a carrier that cannot send", () => {
  it("is heard in its own words by who sent: a program knows its own ways to log in or to begin anew", async () => {
    const { client, fail, runs } = await connect();
    const error = new CarrierError(404, "session not found");
    fail(error);
    await expect(client.callTool({ name: "search", arguments: {} })).rejects.toBe(error);
    await expect(client.ping()).rejects.toBe(error);
    await expect(client.notification({ method: "notifications/initialized" })).rejects.toBe(error);
    expect(runs).toEqual([]);
  });

  it("passes nothing on that a server may not say", async () => {
    const { client, fail } = await connect();
    fail(new CarrierError(400, `Error POSTing to endpoint: ${attack}`));
    const stopped = await client.callTool({ name: "search", arguments: {} }).catch((error: unknown) => error);
    expect(isPolicyBlockedError(stopped)).toBe(true);
    expect(String(stopped)).not.toContain(attack);
  });
});

describe("a proxy whose session at the server is over", () => {
  it.each([
    { request: { id: 7, method: "tools/call", params: { name: "search", arguments: {} } } },
    { request: { method: "notifications/initialized" } },
  ])("answers and ends, so that its client begins anew: $request.method", async ({ request }) => {
    const { hp } = await createClient();
    const said: Message[] = [];
    const carrier = (send: (message: Message) => Promise<void>, more: JsonObject = {}): McpTransport => ({
      start: async () => {},
      send: send as McpTransport["send"],
      close: async () => {},
      ...more,
    });
    const client = carrier(async (message) => void said.push(message));
    const lost = () => Promise.reject(new CarrierError(404, "session not found"));
    const server = carrier(lost, { sessionId: "s-1" });
    const proxy = createMcpProxy(hp, { client, server }, { agentId: "a", server: "orders" });
    await proxy.start();
    client.onmessage?.({ jsonrpc: "2.0", ...request } as never);
    expect(await proxy.closed).toBe("server");
    expect(said.map(({ id, error }) => [id, error?.code])).toEqual("id" in request ? [[7, -32_603]] : []);
  });
});
