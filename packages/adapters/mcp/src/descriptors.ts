import { type EnforceInput, hashToolDescriptor } from "@holdpoint/sdk";
import { isObject, type JsonObject } from "./messages";

export type ToolDescriptor = NonNullable<EnforceInput["toolDescriptor"]>;

/** A tool as a server lists it. */
export type ListedTool = JsonObject & { readonly name: string };

export const isListedTool = (tool: unknown): tool is ListedTool => isObject(tool) && typeof tool["name"] === "string";

/**
 * What a policy is told about a tool. Everything in it that a model reads is scanned for instructions, schemas included:
 * they stand beside the annotations.
 */
export function describeTool(server: string, tool: ListedTool): ToolDescriptor {
  const { name, description, title, inputSchema, outputSchema, annotations } = tool;
  const read = { title, inputSchema, outputSchema, annotations };
  const others = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined && value !== null));
  return {
    server,
    name,
    hash: hashToolDescriptor(server, tool),
    ...(typeof description === "string" ? { description } : {}),
    ...(Object.keys(others).length === 0 ? {} : { annotations: others }),
  };
}
