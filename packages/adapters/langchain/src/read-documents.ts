import { textsIn, withoutMedia } from "@holdpoint/sdk";
import type { DocumentInterface } from "@langchain/core/documents";

/** What a retriever has found: each page, and what its metadata say, since programs put a title or a source into prompts. */
export const readDocuments = (documents: readonly DocumentInterface[]): string =>
  documents
    .map(({ pageContent, metadata }) => [pageContent, ...textsOfMetadata(metadata)].filter(Boolean).join("\n"))
    .join("\n\n");

/** Metadata have no shape: they are read as deep as they go, in their order, and whatever holds itself is read once. */
function textsOfMetadata(metadata: unknown): readonly string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  const open: (readonly [name: string, value: unknown])[] = [["", metadata]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next;
    if (typeof value === "string") {
      if (isSaid(name, value)) texts.push(value);
      continue;
    }
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || known.has(value)) continue;
    known.add(value);
    const members = value instanceof Map || value instanceof Set ? [["", [...value]] as const] : Object.entries(value);
    texts.push(...members.map(([member]) => member).filter(isSentence));
    for (const member of members.toReversed()) open.push(member);
  }
  return texts;
}

/** What no id or address is; many languages write without spaces. */
const isSentence = (text: string): boolean => /[^!-~]/.test(text);

/** Ids, addresses and bytes are no text; a sentence is one in their place, too. */
const isSaid = (name: string, text: string): boolean =>
  withoutMedia(text) !== "" && (isSentence(text) || textsIn({ [name]: text }).length > 0);
