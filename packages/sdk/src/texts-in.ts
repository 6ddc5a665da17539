import { limits } from "@holdpoint/core";

type Part = Readonly<Record<string, unknown>>;

/** Kinds, ids, addresses, bytes, what a provider has sealed: nobody reads them as text. */
const quiet = new Set(
  "b64_json cache_control detail encoding encrypted_content encrypted_index format id model object partial_json role signature source_type sourceType status thought_signature thoughtSignature type url".split(
    " ",
  ),
);
const quietEnd = /(?:_(?:id|at|url|type|signature)|(?:[a-z](?:Id|At|Url|Type|Signature)))$/;

/** A call of a tool is judged when it is made; what stands of it in a message is no text. */
const call = /(?:^|_)(?:tool_use|function_call|tool_call|tool_call_chunk)$/;

const textual = /^text\/|[/+](?:json|xml|yaml|csv)\b/;
const dataUrl = /^data:([^,;]{0,200})([^,]{0,200}),/;
const base64 = /^[\w+/=-]*$/;

/**
 * Every text in a part of a message, of whatever kind it is: of documents, found passages, results of tools; names that say
 * something; files of text, decoded. Pictures, sounds and other bytes are none, nor are calls of tools. Never throws.
 */
export function textsIn(part: unknown): readonly string[] {
  const texts: string[] = [];
  collect(part, texts, 0, new Set());
  return texts.filter(Boolean);
}

function collect(value: unknown, texts: string[], depth: number, known: Set<object>): void {
  if (typeof value === "string") texts.push(value);
  // What is nested deeper is refused elsewhere: a request carries no such value.
  if (typeof value !== "object" || value === null || depth > limits.maxDepth || known.has(value)) return;
  if (ArrayBuffer.isView(value)) return;
  known.add(value);
  if (Array.isArray(value)) for (const member of value) collect(member, texts, depth + 1, known);
  else if (!call.test(String((value as Part)["type"]))) {
    for (const [name, member] of Object.entries(value)) {
      if (/\s/.test(name)) texts.push(name);
      const isQuiet = quiet.has(name) || quietEnd.test(name);
      if (typeof member === "string") texts.push(textOf(name, member, value as Part, isQuiet));
      else if (!quiet.has(name)) collect(member, texts, depth + 1, known);
    }
  }
}

/** A text as it stands, or decoded where it is a file of text; nothing of other bytes and of what nobody reads. */
function textOf(name: string, text: string, holder: Part, isQuiet: boolean): string {
  const url = dataUrl.exec(text);
  const bytes = url ? text.slice(url[0].length) : text;
  const isBytes = name === "data" || name === "file_data" || (url !== null && base64.test(bytes));
  if (!isBytes && !(isQuiet && url)) return isQuiet ? "" : text;
  const kinds = ["mime_type", "mimeType", "media_type", "mediaType"].map((kind) => holder[kind]);
  const kind = String(url?.[1] ?? kinds.find((one) => typeof one === "string") ?? "");
  if (!base64.test(bytes) || holder["type"] === "text") return bytes;
  if (!textual.test(kind) && holder["type"] !== "text-plain") return "";
  if (url && !url[2]?.endsWith(";base64")) return bytes;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(bytes), (unit) => unit.charCodeAt(0)));
  } catch {
    return bytes;
  }
}
