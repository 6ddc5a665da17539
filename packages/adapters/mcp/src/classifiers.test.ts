import { expect, it } from "vitest";
import { createMessageGate } from "./message-gate";
import type { Message } from "./messages";
import { createClient } from "./stand-ins";

const policies = {
  injection_scan: { enforcement: "block", languages: ["en"], classifier: "mine" },
  tool_invocation: { enforcement: "block", allow: ["search"] },
} as const;
const inputSchema = { type: "object" };
const tools = ["fine", "bad"].map((description, at) => ({ name: `tool-${at}`, description, inputSchema }));

/** Whether a classifier lets pass what says `bad`. */
async function setUp() {
  const mine = (texts: readonly string[]) => (texts.some((text) => text.includes("bad")) ? 1 : 0);
  const { hp, decisions } = await createClient({ policies, classifiers: { mine } });
  const toServer: Message[] = [];
  const toClient: Message[] = [];
  const gate = createMessageGate(
    hp,
    { agentId: "a", server: "orders" },
    {
      async toServer(message) {
        toServer.push(message);
        const result = message.method === "tools/list" ? { tools } : {};
        if (message.id !== undefined) await gate.fromServer({ jsonrpc: "2.0", id: message.id, result } as Message);
      },
      toClient: (message) => void toClient.push(message),
    },
  );
  return { gate, toServer, toClient, decisions };
}

it("a client connects and lists its tools where a classifier decides, too", async () => {
  const { gate, toServer, toClient, decisions } = await setUp();
  const connect = (id: number, title: string) =>
    gate.fromClient({
      jsonrpc: "2.0",
      id,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "app", version: "1", title } },
    });
  await connect(1, "An app");
  await connect(2, "A bad app");
  expect(toServer.map(({ id }) => id)).toEqual([1]);
  await gate.fromClient({ jsonrpc: "2.0", id: 3, method: "tools/list" });
  expect(toClient.at(-1)?.result).toEqual({ tools: [tools[0]] });
  expect(decisions.filter(({ decision }) => decision.allowed)).toEqual([]);
});

it("a notification is asked about, and recorded only when it is stopped", async () => {
  const { gate, toClient, decisions } = await setUp();
  const tell = (data: string) =>
    gate.fromServer({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data } });
  await tell("a fine day");
  expect(decisions).toEqual([]);
  await tell("a bad day");
  expect(toClient.map(({ params }) => params?.["data"])).toEqual(["a fine day"]);
  expect(decisions.map(({ decision }) => decision.verdict)).toEqual(["block"]);
});
