import type { AgentOutputItem } from "@openai/agents-core";
import { textOfContent } from "./read-items";

type Item = Readonly<Record<string, unknown>>;

/** An answer with other texts where `replace` gives them; the same list when it gives none. */
export function replaceOutputs<T extends AgentOutputItem>(
  output: readonly T[],
  replace: (text: string) => string,
): readonly T[] {
  const changed = output.map((item) => {
    const { type, role, content } = item as unknown as Item;
    if (type === "reasoning") return withThoughts(item, replace);
    const text = typeof role === "string" ? textOfContent(content) : "";
    const wanted = text === "" ? text : replace(text);
    return wanted === text ? item : withText(item, wanted);
  });
  return changed.every((item, index) => item === output[index]) ? output : changed;
}

/** The text in one part; parts that carry none stay, and what the provider said of the old text goes. */
function withText<T extends AgentOutputItem>(item: T, text: string): T {
  const { content, providerData: _, ...rest } = item as unknown as Item;
  const others = (Array.isArray(content) ? content : []).filter((part) => textOfContent([part]) === "");
  return { ...rest, content: [{ type: "output_text", text }, ...others] } as unknown as T;
}

/** A thought of a model with other texts; what the provider said of the old ones goes. */
function withThoughts<T extends AgentOutputItem>(item: T, replace: (text: string) => string): T {
  let isChanged = false;
  const write = (part: unknown): unknown => {
    const text = textOfContent([part]);
    const wanted = text === "" ? text : replace(text);
    if (wanted === text) return part;
    isChanged = true;
    return { type: (part as Item)["type"], text: wanted };
  };
  const { providerData: _, ...rest } = item as unknown as Item;
  const lists = Object.entries(rest).filter(
    ([name, parts]) => ["content", "rawContent"].includes(name) && Array.isArray(parts),
  );
  const written = Object.fromEntries(lists.map(([name, parts]) => [name, (parts as unknown[]).map(write)]));
  return isChanged ? ({ ...rest, ...written } as unknown as T) : item;
}
