import { readFileSync } from "node:fs";
import { normaliseText } from "./index";

/** What people, documents and tools wrote to the agents of the reference deployment, normalised. */
export const conversations: readonly string[] = readFileSync(
  new URL("../../../../examples/reference-deployment/conversations.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => normaliseText((JSON.parse(line) as { text: string }).text).text);
