import { readFileSync } from "node:fs";

export type AgentName = "support-bot" | "ops-agent";
export const agentNames: readonly AgentName[] = ["support-bot", "ops-agent"];

/** One labelled text, and what the stand-in model does with it. */
export interface Row {
  readonly id: string;
  readonly conversation: string;
  readonly agents: readonly AgentName[];
  readonly text: string;
  readonly label: "attack" | "benign";
  readonly tier: string;
  readonly toolCall?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
  readonly toolResult?: string;
  readonly reply?: string;
}

/** The labelled texts of a JSON Lines file; a line that is none is an error that names it. */
export function readRows(path: string, limit: number): Row[] {
  const rows: Row[] = [];
  const lines = readFileSync(path, "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (rows.length >= limit) break;
    rows.push(readRow(line, `${path}:${index + 1}`, index));
  }
  if (rows.length === 0) throw new Error(`${path}: no rows`);
  return rows;
}

/** The same; what is wrong with the file is printed and ends the process. */
export function readRowsOrExit(path: string, limit: number): Row[] {
  try {
    return readRows(path, limit);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function readRow(line: string, place: string, index: number): Row {
  const value = parse(line, place);
  if (typeof value["text"] !== "string") throw new Error(`${place}: expected a string in \`text\``);
  if (value["label"] !== "attack" && value["label"] !== "benign") {
    throw new Error(`${place}: expected \`attack\` or \`benign\` in \`label\``);
  }
  const agent = agentNames.find((name) => name === value["agent"]);
  return {
    ...(value as unknown as Row),
    id: String(value["id"] ?? index),
    conversation: String(value["conversation"] ?? value["id"] ?? index),
    agents: agent ? [agent] : agentNames,
    tier: typeof value["tier"] === "string" ? value["tier"] : "-",
  };
}

function parse(line: string, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`);
  }
  throw new Error(`${place}: expected an object`);
}
