import type { ReadText } from "./read-messages";

/** Message content with all of its text replaced, as far as it is read; parts that carry no text stay. */
export function replaceText(content: unknown, text: string, read: ReadText): unknown {
  if (!Array.isArray(content)) return text;
  return [{ type: "text", text }, ...content.filter((part) => read(part) === "")];
}
