import { hashToolDescriptor } from "@holdpoint/sdk";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { stringify } from "yaml";
import { exitCodes, UsageProblem } from "../print";
import { readServer, type ServerOptions } from "./connect-server";

export interface PinOptions extends ServerOptions {
  readonly name: string;
}

/** Prints a policy whose baseline holds every tool of a server as it is now. To be looked at before it is used. */
export async function mcpPinCommand(command: readonly string[], options: PinOptions): Promise<number> {
  const client = new Client({ name: "holdpoint", version: "0.1.0" });
  const { name: server } = options;
  const baseline: { server: string; tool: string; hash: string }[] = [];
  try {
    await client.connect(readServer(command, options)() as unknown as Transport);
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      for (const tool of page.tools) {
        baseline.push({ server, tool: tool.name, hash: hashToolDescriptor(server, tool) });
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    throw new UsageProblem(`the server cannot be asked: ${error instanceof Error ? error.message : "no reason"}`);
  } finally {
    await client.close().catch(() => {});
  }
  const policy = {
    id: `mcp-tools-${server}`,
    policyType: "tool_integrity",
    enforcementMode: "block",
    ruleDefinition: { on_new: "deny", baseline },
  };
  console.log(stringify({ policies: [policy] }, { lineWidth: 0 }).trimEnd());
  return exitCodes.fine;
}
