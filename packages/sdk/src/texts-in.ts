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

const textual = /^text(?:\/|$)|[/+-](?:json|jsonl|ndjson|xml|yaml|csv)\b/i;
const dataUrl = /^data:([^,;]{0,200})([^,]{0,200}),/i;
const base64 = /^[\w+/=-]*$/;
/** As mails break it into lines, and as decoders take it. */
const brokenBase64 = /^[\w+/=\r\n\t -]*$/;

/**
 * Every text in a part of a message, of whatever kind it is: of documents, found passages, results of tools; names that say
 * something; files of text, decoded. Pictures, sounds and other bytes are none, nor are calls of tools. Never throws.
 */
export function textsIn(part: unknown): readonly string[] {
  const texts: string[] = [];
  const known = new Set<object>();
  const left: unknown[] = [part];
  // No recursion: what is nested deeper than a stack is read too, since nobody else refuses it.
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string" && value !== "") texts.push(value);
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || known.has(value)) continue;
    known.add(value);
    const members = Array.isArray(value) ? value : membersOf(value as Part);
    for (let index = members.length - 1; index >= 0; index--) left.push(members[index]);
  }
  return texts;
}

/** Texts as they are read, names that say something, and what is to be looked into. */
function membersOf(part: Part): unknown[] {
  const members: unknown[] = [];
  if (call.test(String(part["type"]))) return members;
  for (const [name, member] of Object.entries(part)) {
    // Many languages write without spaces.
    if (/[^!-~]/.test(name)) members.push(name);
    const isQuiet = quiet.has(name) || quietEnd.test(name);
    if (typeof member === "string") members.push(textOf(name, member, part, isQuiet));
    else if (!quiet.has(name)) members.push(member);
  }
  return members;
}

/** A text as it stands, or decoded where it is a file of text; nothing of other bytes and of what nobody reads. */
function textOf(name: string, text: string, holder: Part, isQuiet: boolean): string {
  const url = dataUrl.exec(text);
  const bytes = url ? text.slice(url[0].length) : text;
  const kinds = ["mime_type", "mimeType", "media_type", "mediaType"].map((kind) => holder[kind]);
  const kind = String(url?.[1] ?? kinds.find((one) => typeof one === "string") ?? "");
  const isTextual = textual.test(kind) || holder["type"] === "text-plain";
  const looksEncoded = (isTextual ? brokenBase64 : base64).test(bytes);
  const isBytes = name === "data" || name === "file_data" || (url !== null && looksEncoded);
  if (!isBytes && !(isQuiet && url)) return isQuiet ? "" : text;
  if (!looksEncoded || holder["type"] === "text") return bytes;
  if (!isTextual) return "";
  return url && !/;base64$/i.test(url[2] ?? "") ? bytes : decode(bytes);
}

/** Words may look like base64 that is broken or of the alphabet for addresses: then they are read both ways. */
function decode(bytes: string): string {
  const written = bytes
    .replace(/[\s=]+/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(written), (unit) => unit.charCodeAt(0)));
    return /[\s_-]/.test(bytes) ? `${bytes}\n${text}` : text;
  } catch {
    return bytes;
  }
}
