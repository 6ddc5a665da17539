import type { AgentOutputItem } from "@openai/agents-core";
import { textOfContent } from "./read-items";

type Item = Readonly<Record<string, unknown>>;

/** An answer with other texts where `replace` gives them; the same list when it gives none. */
export function replaceOutputs<T extends AgentOutputItem>(
  output: readonly T[],
  replace: (text: string) => string,
): readonly T[] {
  const changed = output.map((item) => {
    const { role, content } = item as unknown as Item;
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
