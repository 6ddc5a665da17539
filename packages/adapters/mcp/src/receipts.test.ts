import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, it } from "vitest";
import { createSinkClient } from "../../fetch-guard/src/sink.suite";
import { guardClient } from "./guard-client";
import { createStandInServer, policies } from "./stand-ins";

const agentId = "support-bot";
const ignore = (work: Promise<unknown>) => work.catch(() => undefined);

it("receipts name every call of a tool: parallel, approved, denied, with a result that is blocked", async () => {
  const { hp, report, sent } = await createSinkClient({ policies, onApproval: () => true });
  const trace = hp.startTrace({ agentId });
  const { server } = createStandInServer();
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  const client = guardClient(hp, new Client({ name: "test", version: "1" }), { agentId, server: "orders", trace });
  await client.connect(near);
  const call = (name: string) => client.callTool({ name, arguments: { q: "x" } });
  await Promise.all(["search", "search", "send_email", "db_write", "fetch"].map((name) => ignore(call(name))));
  trace.span({ name: "search", spanType: "tool" }).end();
  trace.end();
  expect((await report()).problems.map(({ kind, message }) => [kind, message])).toEqual([
    ["ungoverned", "no decision about this tool call search"],
  ]);
  const run = (await sent()).find(({ traceId }) => traceId === trace.traceId);
  expect(run?.spans?.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
    "db_write policy_blocked",
    "fetch policy_blocked",
    "search success",
    "search success",
    "search success",
    "send_email success",
  ]);
});
