import { withoutMedia } from "@holdpoint/sdk";
import { readArguments } from "./read-items";

type Item = Readonly<Record<string, unknown>>;

/** A tool at the provider: what it was called with, or is to be called with, and what came of it. */
export interface HostedStep {
  readonly id: string;
  readonly tool: string;
  /** Undefined where nothing is called: a list of tools. */
  readonly args: Item | undefined;
  /** Undefined where there is none yet. */
  readonly result: unknown;
}

/** What tools without arguments of their own were asked for. */
const asked = ["action", "queries", "code"] as const;
/** What came of it. Descriptions of tools are read by the model like any result. */
const told = ["output", "results", "outputs", "error", "tools"] as const;

/** What was done at the provider, or waits there for an approval (hosted MCP), in an answer or a history. */
export const readHosted = (items: readonly unknown[]): readonly HostedStep[] =>
  (items as readonly Item[]).filter(({ type }) => type === "hosted_tool_call").map(readStep);

function readStep(item: Item): HostedStep {
  const { providerData } = item;
  const step: Item = { ...item, ...(typeof providerData === "object" ? (providerData as Item | null) : {}) };
  const kind = String(item["name"]);
  const given = step["arguments"];
  const results = membersOf(step, told);
  const isSilent = kind === "image_generation_call" || Object.keys(results).length === 0;
  return {
    id: String(item["id"] ?? ""),
    tool: kind.startsWith("mcp_") && typeof step["name"] === "string" ? step["name"] : kind.replace(/_call$/, ""),
    args:
      kind === "mcp_list_tools" ? undefined : typeof given === "string" ? readArguments(given) : membersOf(step, asked),
    result: isSilent ? undefined : withoutMedia(results),
  };
}

const membersOf = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(
    names.flatMap((name) => (item[name] === undefined || item[name] === null ? [] : [[name, item[name]]])),
  );
