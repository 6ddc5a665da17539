import { describe, expect, it } from "vitest";
import { guardTransport } from "./guard-transport";
import { createMessageGate } from "./message-gate";
import type { JsonObject, Message } from "./messages";
import { attack, createClient } from "./stand-ins";

/** A gate between plain carriers that do not look at messages; the server lists its tools as it is told. */
async function setUp(policies?: Readonly<Record<string, JsonObject>>, answersListing = true) {
  const { hp } = await createClient(policies ? { policies } : {});
  const toServer: Message[] = [];
  const toClient: Message[] = [];
  const gate = createMessageGate(
    hp,
    { agentId: "a", server: "orders" },
    {
      toServer: (message) => {
        if (!String(message.id).startsWith("holdpoint-")) return void toServer.push(message);
        if (answersListing) void gate.fromServer({ jsonrpc: "2.0", id: message.id, result: {} } as Message);
      },
      toClient: (message) => void toClient.push(message),
    },
  );
  const say = (message: object) => ({ jsonrpc: "2.0", ...message }) as Message;
  const client = (message: object) => gate.fromClient(say(message));
  return { hp, gate, toServer, toClient, client, server: (message: object) => gate.fromServer(say(message)) };
}

const call = (args: unknown, id: unknown = 1) => ({
  id,
  method: "tools/call",
  params: { name: "search", arguments: args },
});
const isSaid = (messages: readonly Message[]): boolean => JSON.stringify(messages).includes(attack);

describe("a hostile client or model", () => {
  it("hides nothing under a member that is a prototype, in a key, or very deep", async () => {
    const deep = (levels: number): unknown => (levels === 0 ? attack : [deep(levels - 1)]);
    for (const args of [
      JSON.parse(`{"__proto__": {"q": ${JSON.stringify(attack)}}}`),
      JSON.parse(`{"constructor": {"prototype": ${JSON.stringify(attack)}}}`),
      { q: { [attack]: 1 } },
      { ignore_all_previous_instructions: true },
      { q: deep(50) },
      { q: deep(2_000) },
      { q: `${"x ".repeat(200_000)}${attack}` },
      attack,
      [attack],
    ]) {
      const { client, toServer, toClient } = await setUp();
      await client(call(args));
      expect([toServer.length, toClient[0]?.result?.["isError"]]).toEqual([0, true]);
    }
  });

  it("names no other tool than the one that is judged", async () => {
    const denying = { tool_invocation: { enforcement: "block", deny: ["db_write"] } };
    for (const name of [["db_write"], { toString: "db_write" }, null, 5, "db_write\u0000", " db_write", "DB_WRITE"]) {
      const { client, toServer } = await setUp(denying);
      await client({ id: 1, method: "tools/call", params: { name, arguments: {} } });
      for (const sent of toServer) expect(typeof sent.params?.["name"]).toBe("string");
    }
  });

  it("is not let through without parameters", async () => {
    const { hp, client, toServer } = await setUp();
    hp.pauseAgent("a");
    for (const [id, params] of [undefined, null, [], "db_write"].entries())
      await client({ id, method: "tools/call", params });
    expect(toServer).toEqual([]);
  });
});

describe("a hostile server", () => {
  it("says nothing in members that no message has", async () => {
    const { client, server, toClient } = await setUp();
    await client(call({}));
    await server({ id: 1, result: { content: [] }, note: attack });
    await server({ id: 2, method: "ping", note: attack, result: { content: [{ type: "text", text: attack }] } });
    await server({ id: 3, method: "ping", error: { code: 1, message: attack } });
    await server({ method: "notifications/progress", note: attack, params: { progressToken: 1, progress: 1 } });
    expect(toClient).toHaveLength(4);
    expect(isSaid(toClient)).toBe(false);
  });

  it("answers a call once, and only one that was made", async () => {
    const { client, server, toClient } = await setUp();
    await server({ id: 1, result: { content: [] } });
    await client(call({}));
    await server({ id: 1, result: { content: [] } });
    await server({ id: 1, result: { content: [{ type: "text", text: attack }] } });
    await server({ id: "1", result: { content: [] } });
    expect(toClient).toHaveLength(1);
  });

  it("says what is blocked at no place of an answer, in no kind of one", async () => {
    const answers: readonly (readonly [string, object])[] = [
      ["tools/call", { structuredContent: { deep: [{ [attack]: 1 }] } }],
      [
        "tools/call",
        { content: [{ type: "resource", resource: { uri: "a:b", mimeType: "text/plain", text: attack } }] },
      ],
      ["tools/call", { content: [{ type: "resource_link", uri: "a:b", name: "x", description: attack }] }],
      [
        "tools/call",
        { content: [{ type: "resource", resource: { uri: "a:b", mimeType: "text/plain", blob: btoa(attack) } }] },
      ],
      ["tools/call", { _meta: { note: attack } }],
      ["prompts/get", { messages: [{ role: "assistant", content: { type: "text", text: attack } }] }],
      ["prompts/list", { prompts: [{ name: "p", description: attack }] }],
      ["resources/read", { contents: [{ uri: "a:b", text: attack }] }],
      ["resources/list", { resources: [{ uri: "a:b", name: attack }] }],
      ["resources/templates/list", { resourceTemplates: [{ uriTemplate: "a", name: "n", description: attack }] }],
      ["completion/complete", { completion: { values: [attack] } }],
      ["something/else", { any: attack }],
      ["initialize", { instructions: attack }],
      ["initialize", { serverInfo: { name: attack, version: "1" } }],
      ["ping", { note: attack }],
      ["logging/setLevel", { note: attack }],
      ["tools/list", { tools: [], note: attack }],
      ["tools/list", { tools: [{ name: "search", description: attack, inputSchema: { type: "object" } }] }],
      ["tools/list", { tools: [{ name: "search", inputSchema: { type: "object", properties: { [attack]: {} } } }] }],
    ];
    const passed: string[] = [];
    for (const [method, result] of answers) {
      const { client, server, toClient } = await setUp();
      await client({ id: 1, method, params: { name: "search", arguments: {} } });
      await server({ id: 1, result });
      if (isSaid(toClient) || JSON.stringify(toClient).includes(btoa(attack)))
        passed.push(`${method} ${JSON.stringify(result).slice(0, 60)}`);
    }
    expect(passed).toEqual([]);
  });

  it("asks the client's user nothing that is blocked", async () => {
    for (const [method, params] of [
      ["elicitation/create", { message: attack, requestedSchema: { type: "object", properties: {} } }],
      ["elicitation/create", { message: "hi", requestedSchema: { properties: { a: { description: attack } } } }],
      ["roots/list", { note: attack }],
      ["ping", { note: attack }],
    ] as const) {
      const { server, toClient } = await setUp();
      await server({ id: 1, method, params });
      expect([method, isSaid(toClient)]).toEqual([method, false]);
    }
  });

  it("is told nothing that is blocked by what a client asks besides tools, or its user answers", async () => {
    for (const [method, params, fine] of [
      ["prompts/get", { name: "p", arguments: { topic: attack } }, { name: "p", arguments: { topic: "orders" } }],
      ["resources/read", { uri: `orders://${attack}` }, { uri: "orders://a-1042/rows" }],
      ["resources/subscribe", { uri: `https://example.com/?q=${attack}` }, { uri: "file:///tmp/a.txt" }],
      [
        "completion/complete",
        { ref: {}, argument: { name: "a", value: attack } },
        { ref: {}, argument: { value: "b" } },
      ],
      ["vendor/unknown", { said: { [attack]: 1 } }, { said: "hi" }],
      ["prompts/list", { cursor: "c-2", note: attack }, { cursor: "c-2" }],
      ["tasks/cancel", { taskId: "t-1", reason: attack }, { taskId: "t-1" }],
    ] as const) {
      const { client, toServer, toClient } = await setUp();
      await client({ id: 1, method, params });
      expect([method, toServer.length, toClient[0]?.error?.code]).toEqual([method, 0, -32_000]);
      await client({ id: 2, method, params: fine });
      expect([method, toServer.map((message) => message.params)]).toEqual([method, [fine]]);
    }
    for (const [method, result] of [
      ["elicitation/create", { action: "accept", content: { name: attack } }],
      ["roots/list", { roots: [{ uri: "file:///a", name: attack }] }],
      ["vendor/unknown", { said: attack }],
    ] as const) {
      const { client, server, toServer } = await setUp();
      await server({ id: "s", method, params: {} });
      await client({ id: "s", result });
      expect([method, isSaid(toServer), toServer[0]?.error?.code]).toEqual([method, false, -32_000]);
    }
  });

  it("gets masked texts in what is asked and answered", async () => {
    const { client, server, toServer } = await setUp({
      pii_access: { enforcement: "warn", denied_pii_types: ["email"], mask_input: true },
    });
    const text = "write to jane@example.com";
    await client({ id: 1, method: "prompts/get", params: { name: "p", arguments: { text } } });
    await client({ id: 2, method: "resources/read", params: { uri: `notes://${text}` } });
    await server({ id: "s", method: "elicitation/create", params: { message: "who?" } });
    await client({ id: "s", result: { action: "accept", content: { text } } });
    expect(toServer).toHaveLength(3);
    expect(JSON.stringify(toServer)).not.toContain("jane@example.com");
    expect(JSON.stringify(toServer)).toContain("notes://write to");
  });

  it("is asked for no address that may not be reached, and for names of its own kind", async () => {
    const { client, toServer } = await setUp({ external_call_limit: { enforcement: "block" } });
    await client({ id: 1, method: "resources/read", params: { uri: "http://169.254.169.254/latest" } });
    await client({ id: 2, method: "resources/read", params: { uri: "orders://a-1042" } });
    expect(toServer.map(({ id }) => id)).toEqual([2]);
  });

  it("that dies, or never lists its tools, lets no call pass by", async () => {
    const { hp, gate, client, toServer } = await setUp(undefined, false);
    const waiting = client(call({}));
    gate.close();
    await waiting;
    expect(toServer).toEqual([]);
    expect(hp.stats().ungoverned.no_handler).toBe(0);
  });
});

it("what a carrier is told beside a message reaches it with masked arguments, too", async () => {
  const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
  const sent: [Message, unknown][] = [];
  const carrier = {
    start: async () => undefined,
    close: async () => undefined,
    send: async (message: Message, options?: unknown) => void sent.push([message, options]),
    onmessage: undefined as ((message: Message) => void) | undefined,
  };
  const guarded = guardTransport(hp, carrier as never, { agentId: "a", server: "orders" }) as never as typeof carrier;
  const resuming = { resumptionToken: "t" };
  const params = { name: "search", arguments: { q: ["ann", "example.com"].join("@") } };
  const calling = guarded.send({ jsonrpc: "2.0", id: 7, method: "tools/call", params }, resuming);
  await expect.poll(() => sent.length).toBe(1);
  carrier.onmessage?.({ jsonrpc: "2.0", id: sent[0]?.[0].id ?? 0, result: { tools: [] } });
  await calling;
  expect(sent[1]?.[0].params?.["arguments"]).not.toEqual(params.arguments);
  expect(sent.map(([, options]) => options)).toEqual([undefined, resuming]);
});
