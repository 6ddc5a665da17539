import { textsIn } from "@holdpoint/sdk";

/** The bytes of a file, in whatever shape: in base64, as they are, behind an address, or held by an object that says which of them it is. */
interface FileData {
  readonly type?: unknown;
  readonly data?: unknown;
  readonly text?: unknown;
  readonly url?: unknown;
}

/** A media type, or its first half: a provider may tell no more. */
const isTextual = (mediaType: string): boolean => /^text(?:\/|$)|[/+](?:json|xml|yaml|csv)\b/i.test(mediaType);

const isHolder = (data: unknown): data is FileData =>
  typeof data === "object" && data !== null && !(data instanceof Uint8Array) && !(data instanceof URL);

/** What a file of text says; nothing of other files and of those that lie elsewhere. */
export function readFile(data: unknown, mediaType: unknown): string {
  if (isHolder(data)) {
    if (data.type === "text") return String(data.text ?? "");
    return readFile(data.type === "url" ? data.url : data.data, mediaType);
  }
  if (data instanceof Uint8Array) return isTextual(String(mediaType)) ? new TextDecoder().decode(data) : "";
  if (typeof data !== "string" && !(data instanceof URL)) return "";
  const text = String(data);
  if (/^data:/i.test(text)) return readDataUrl(text, mediaType);
  if (data instanceof URL || /^https?:\/\//.test(text) || !isTextual(String(mediaType))) return "";
  return decodeBase64(text);
}

/** As it stands where it is none. Frameworks take blanks in it, and letters of the alphabet for addresses. */
function decodeBase64(text: string): string {
  const plain = text.replaceAll(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.from(atob(plain), (unit) => unit.charCodeAt(0));
    // Words are base64, too, as far as their letters go, but of no text.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const data = /^[\w+/=\r\n-]*$/.test(text) ? plain : text;
    return textsIn({ data, media_type: "text/plain" }).join("\n");
  }
}

/** What a data URL says of its kind stands before what its holder says. */
function readDataUrl(url: string, mediaType: unknown): string {
  const comma = url.indexOf(",");
  const head = url.slice("data:".length, comma);
  const isBase64 = /;base64$/i.test(head);
  const kind = head.replace(/;.*$/s, "");
  if (!isTextual(kind || "text/plain") && !isTextual(String(mediaType))) return "";
  const bytes = decodeEscapes(url.slice(comma + 1));
  return isBase64 ? decodeBase64(bytes) : bytes;
}

/** As it stands where it holds no escapes. */
function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same file with another text, in the shape that it came in. */
export function writeFile(data: unknown, text: string): unknown {
  if (isHolder(data) && data.type === "text") return { type: "text", text };
  const bytes = new TextEncoder().encode(text);
  return isHolder(data) ? { type: "data", data: bytes } : bytes;
}
