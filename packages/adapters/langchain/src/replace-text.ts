/** Message content with all of its text replaced; parts that carry no text stay. */
export function replaceText(content: unknown, text: string): unknown {
  if (!Array.isArray(content)) return text;
  const isText = (part: unknown): boolean =>
    typeof part === "string" || typeof (part as { text?: unknown } | null)?.text === "string";
  return [{ type: "text", text }, ...content.filter((part) => !isText(part))];
}
