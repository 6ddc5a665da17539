import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guardClient, verify } from "@holdpoint/mcp";
import { Holdpoint, isHoldpointError } from "@holdpoint/sdk";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "holdpoint-mcp-example-"));
const ranFile = join(folder, "ran");
const holdpoint = here("../../packages/cli/bin/holdpoint.mjs");
const server = (...mode: string[]): string[] => ["--import", "tsx", here("./server.ts"), ranFile, ...mode];
const env = process.env as Record<string, string>;

/** The tools that ran since the last time. */
function ran(): string[] {
  const names = existsSync(ranFile) ? readFileSync(ranFile, "utf8").split("\n").filter(Boolean) : [];
  writeFileSync(ranFile, "");
  return names;
}

async function connect(client: Client, args: readonly string[]): Promise<void> {
  const transport = new StdioClientTransport({ command: process.execPath, args: [...args], env, stderr: "ignore" });
  await client.connect(transport as unknown as Transport);
}

/** What came of a call: the text, or the code of what stopped it. */
async function call(client: Client, name: string): Promise<string> {
  try {
    const result = await client.callTool({ name, arguments: {} });
    const [part] = result.content as { readonly text: string }[];
    const halt = (result._meta as Record<string, { code: string }> | undefined)?.["holdpoint/halt"];
    console.log(`  ${name.padEnd(14)} ${halt ? `stopped: ${part?.text}` : part?.text}`);
    return halt?.code ?? part?.text ?? "";
  } catch (error) {
    if (!isHoldpointError(error)) throw error;
    console.log(`  ${name.padEnd(14)} stopped: ${error.message}`);
    return error.code;
  }
}

console.log("1. A guarded client");
const hp = await Holdpoint.create({ policies: here("./policies.yaml"), reload: false });
const client = guardClient(hp, new Client({ name: "app", version: "1" }), { agentId: "support-bot", server: "orders" });
await connect(client, server());
await verify(hp, client);
assert.match(await call(client, "search_orders"), /left the warehouse/);
assert.equal(await call(client, "delete_orders"), "POLICY_BLOCKED");
assert.equal(await call(client, "read_note"), "POLICY_BLOCKED");
assert.deepEqual(ran(), ["search_orders", "read_note"]);
hp.pauseAgent("support-bot");
assert.equal(await call(client, "search_orders"), "AGENT_PAUSED");
assert.deepEqual(ran(), []);
await client.close();
await hp.close();

console.log("\n2. Any client, with the proxy in front of the server, and the server's tools pinned");
const pinned = join(folder, "pinned.yaml");
writeFileSync(
  pinned,
  execFileSync(process.execPath, [holdpoint, "mcp-pin", "--name", "orders", "--", process.execPath, ...server()]),
);
const behindProxy = async (...mode: string[]): Promise<Client> => {
  const plain = new Client({ name: "app", version: "1" });
  const proxy = [holdpoint, "mcp-proxy", "--policies", pinned, "--name", "orders", "--", process.execPath];
  await connect(plain, [...proxy, ...server(...mode)]);
  return plain;
};
const plain = await behindProxy();
assert.match(await call(plain, "search_orders"), /left the warehouse/);
await plain.close();

console.log("\n3. The server changes what a tool says");
const other = await behindProxy("--changed");
const names = (await other.listTools()).tools.map(({ name }) => name);
console.log(`  listed         ${names.join(", ")}`);
assert.deepEqual(names, ["read_note", "delete_orders"]);
assert.equal(await call(other, "search_orders"), "POLICY_BLOCKED");
assert.deepEqual(ran(), ["search_orders"]);
await other.close();
rmSync(folder, { recursive: true, force: true });
