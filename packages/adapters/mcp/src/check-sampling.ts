import type { EnforceInput } from "@holdpoint/sdk";
import { isObject, type JsonObject } from "./messages";

/** All text of a message's content: one part or a list of them. */
export function textOfContent(content: unknown): string {
  const parts = Array.isArray(content) ? content : [content];
  return parts.flatMap((part) => (isObject(part) && typeof part["text"] === "string" ? [part["text"]] : [])).join("\n");
}

/** What a server asks the client's model, as an input with what came before. The system prompt is the server's text too. */
export function readSampling(params: JsonObject): Pick<EnforceInput, "input" | "conversationHistory"> {
  const messages = (Array.isArray(params["messages"]) ? params["messages"] : []).filter(isObject);
  const said = messages.map(({ role, content }) => ({ role: String(role), content: textOfContent(content) }));
  const system = params["systemPrompt"];
  if (typeof system === "string") said.unshift({ role: "user", content: system });
  const spoken = said.filter(({ content }) => content !== "");
  const last = spoken.at(-1);
  return {
    ...(last ? { input: last.content } : {}),
    ...(spoken.length > 1 ? { conversationHistory: spoken.slice(0, -1) } : {}),
  };
}
