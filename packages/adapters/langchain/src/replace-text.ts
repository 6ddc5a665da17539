import { type ReadText, textOfContent } from "./read-messages";

type Part = Readonly<Record<string, unknown>>;

/**
 * Message content that says another text, as far as it is read. Each part gets its own lines, and stays as it is where they
 * are the same; where lines were lost or added, all of the text stands in one part before those that carry none.
 */
export function replaceText(content: unknown, text: string, read: ReadText): unknown {
  if (!Array.isArray(content)) return text;
  const lines = text.split("\n");
  const own = content.map((part) => ({ part, said: read(part) }));
  const counts = own.map(({ said }) => (said === "" ? 0 : said.split("\n").length));
  if (counts.reduce((sum, count) => sum + count, 0) !== lines.length)
    return [{ type: "text", text }, ...own.filter(({ said }) => said === "").map(({ part }) => part as unknown)];
  return own.map(({ part, said }, index) => {
    const shown = lines.splice(0, counts[index]).join("\n");
    return shown === said ? part : write(part, shown, read);
  });
}

/** What a provider said of the old text, its signature included, goes. A thought of old goes on as a text: it is sealed. */
function write(part: unknown, text: string, read: ReadText): unknown {
  const { type, thinking, reasoning } = (part ?? {}) as Part;
  if (read === textOfContent && typeof thinking === "string") return { type, thinking: text };
  return read === textOfContent && typeof reasoning === "string" ? { type, reasoning: text } : { type: "text", text };
}
