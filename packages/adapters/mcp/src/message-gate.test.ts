import { describe, expect, it } from "vitest";
import { createMessageGate } from "./message-gate";
import type { JsonObject, Message } from "./messages";
import { attack, createClient } from "./stand-ins";

/** Plain messages through a gate, as a carrier hands them on that does not look at them. */
async function setUp(policies?: Readonly<Record<string, JsonObject>>) {
  const { hp } = await createClient(policies ? { policies } : {});
  const toServer: Message[] = [];
  const toClient: Message[] = [];
  const gate = createMessageGate(
    hp,
    { agentId: "a", server: "orders" },
    {
      toServer: (message) => {
        toServer.push(message);
        if (message.method === "tools/list")
          void gate.fromServer({ jsonrpc: "2.0", id: message.id, result: {} } as Message);
      },
      toClient: (message) => void toClient.push(message),
    },
  );
  const say = (message: object) => ({ jsonrpc: "2.0", ...message }) as Message;
  return {
    hp,
    toServer,
    toClient,
    client: (message: object) => gate.fromClient(say(message)),
    server: (message: object) => gate.fromServer(say(message)),
  };
}

const mail = ["ann", "example.com"].join("@");
const masking = { pii_access: { enforcement: "warn", mask_input: true, mask_output: true } };
const sampling = (params: object) => ({ id: 7, method: "sampling/createMessage", params });
const said = (text: string) => ({ role: "user", content: { type: "text", text } });

describe("what a client sends", () => {
  it("is no call of a tool when it wants no answer", async () => {
    const { client, toServer } = await setUp();
    const call = { method: "tools/call", params: { name: "db_write", arguments: {} } };
    for (const id of [undefined, null, true, {}]) await client({ ...call, id });
    await client({ method: "notifications/initialized" });
    expect(toServer.map(({ method }) => method)).toEqual(["notifications/initialized"]);
  });
});

describe("an answer of a server", () => {
  it("has no result beside its error, whatever the error is", async () => {
    const { client, server, toClient } = await setUp();
    const result = { content: [{ type: "text", text: attack }] };
    for (const [id, error] of [
      [1, { code: 1, message: "fine" }],
      [2, "fine"],
    ] as const) {
      await client({ id, method: "tools/call", params: { name: "search" } });
      await server({ id, error, result });
    }
    expect(toClient.map(({ error }) => error?.message)).toEqual(["fine", "fine"]);
    expect(JSON.stringify(toClient).includes(attack)).toBe(false);
  });
});

describe("what a server asks of a client", () => {
  it("is not asked when results of tools, files or tools in it say what is blocked", async () => {
    const result = { type: "tool_result", toolUseId: "1", content: [{ type: "text", text: attack }] };
    const file = { type: "resource", resource: { uri: "file:///a", text: attack } };
    for (const params of [
      { messages: [{ role: "user", content: [result] }] },
      { messages: [{ role: "user", content: file }] },
      { messages: { role: "user", content: attack } },
      { messages: [said("hi")], tools: [{ name: "t", description: attack, inputSchema: {} }] },
      { messages: [said(attack), ...Array.from({ length: 80 }, () => said("hi"))] },
    ]) {
      const { server, toClient, toServer } = await setUp();
      await server(sampling(params));
      expect([toClient, toServer.length]).toEqual([[], 1]);
    }
  });

  it("is not asked when a request that nobody knows says what is blocked", async () => {
    const { server, toClient } = await setUp();
    await server({ id: 1, method: "x/show", params: { words: [attack] } });
    await server({ id: 2, method: "ping" });
    await server({ id: 3, method: "roots/list" });
    expect(toClient.map(({ method }) => method)).toEqual(["ping", "roots/list"]);
  });

  it("is masked on its way, and so is the answer of the model", async () => {
    const { server, client, toClient, toServer } = await setUp(masking);
    await server(sampling({ messages: [said(`from ${mail}`), said(`to ${mail}`)], maxTokens: 5 }));
    expect(JSON.stringify(toClient).includes(mail)).toBe(false);
    expect(toClient[0]?.params?.["maxTokens"]).toBe(5);
    const content = { type: "text", text: `write to ${mail}` };
    await client({ id: 7, result: { role: "assistant", content, model: "m" } });
    expect(toServer[0]?.result?.["model"]).toBe("m");
    expect(JSON.stringify(toServer).includes(mail)).toBe(false);
  });

  it("is no way to a tool that is denied", async () => {
    const { server, client, toServer } = await setUp();
    await server(sampling({ messages: [said("hi")] }));
    const content = [{ type: "tool_use", id: "1", name: "db_write", input: {} }];
    await client({ id: 7, result: { role: "assistant", content, model: "m" } });
    expect(toServer.map(({ error }) => error !== undefined)).toEqual([true]);
  });
});
