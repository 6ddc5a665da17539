import { withoutMedia } from "@holdpoint/sdk";
import type { Serialized } from "@langchain/core/load/serializable";
import { describeValue, textOfPrompt } from "./read-messages";

/** The arguments of a tool, as the handler is given them: JSON of an object, or a bare text. */
export function readToolArgs(input: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // not JSON: a text
  }
  return { input };
}

/** The last part of a serialized class path. A tool that is not serializable is known by its class alone. */
export function classNameOf(serialized: Serialized | undefined): string | undefined {
  const { name, id } = (serialized ?? {}) as { name?: unknown; id?: unknown };
  if (typeof name === "string" && name !== "") return name;
  return Array.isArray(id) && typeof id.at(-1) === "string" ? (id.at(-1) as string) : undefined;
}

/** The text of a result as it will stand in a message of the tool. */
export function textOfResult(output: unknown): string {
  if (typeof output === "string") return output;
  const { content } = (output ?? {}) as { content?: unknown };
  return textOfPrompt(content);
}

/** What a tool gives back, as text or plain JSON: of messages and graph commands, what enters the context. */
export function readToolResult(output: unknown): unknown {
  if (typeof output === "string" || output === undefined || output === null) return output ?? "";
  if (typeof output !== "object") return output;
  const { content, update } = output as { content?: unknown; update?: unknown };
  if (typeof content === "string" || Array.isArray(content)) return textOfPrompt(content) || plain(content);
  if (update !== undefined) return readUpdate(update);
  return plain(output);
}

function readUpdate(update: unknown): unknown {
  const { messages, ...rest } = (update ?? {}) as { messages?: unknown };
  const texts = Array.isArray(messages) ? messages.map((message) => describeValue(message) ?? "") : [];
  return { ...(plain(rest) as object), ...(texts.length > 0 ? { messages: texts } : {}) };
}

/** Plain JSON of any value; its text when it has none, so that it is still read. */
function plain(value: unknown): unknown {
  try {
    return withoutMedia(JSON.parse(JSON.stringify(value) ?? '""'));
  } catch {
    return String(value);
  }
}
