import type { Text } from "../detect/text-scan";
import { hostArgumentValues, limits, pathSchemeValues } from "../gen/tables";
import { readHost } from "./host";

/** A place in an argument that names a host. `host` is undefined for one that cannot be read in one way only. */
export interface FoundHost {
  readonly path: string;
  /** UTF-16 code units of the text as sent. */
  readonly start: number;
  readonly end: number;
  readonly host: string | undefined;
}

/**
 * Hosts that the arguments of a call name: every URL in any text; a text that is an address, or starts with `//`; and
 * the whole text of an argument that is named like a host. At most `maxHosts`; undefined when there are more.
 */
export function findHosts(texts: readonly Text[]): readonly FoundHost[] | undefined {
  const found: FoundHost[] = [];
  for (const text of texts) {
    if (text.role !== "tool_arg") continue;
    findInText(text, found);
    if (found.length > limits.maxHosts) return undefined;
  }
  return found;
}

function findInText({ value: text, path, name }: Text, found: FoundHost[]): void {
  if (isBroken(text)) {
    found.push({ path, start: 0, end: text.length, host: undefined });
    return;
  }
  const before = found.length;
  findUrls(text, path, found);
  if (found.length > before) return;
  const trimmed = trimSpace(text);
  if (trimmed === "" || trimmed.length > limits.maxUriChars || notInAddress.test(trimmed)) return;
  const start = text.indexOf(trimmed);
  const add = (authority: string, host: string | undefined): void => {
    const at = start + trimmed.indexOf(authority);
    found.push({ path, start: at, end: at + authority.length, host });
  };
  if (/^[/\\]{2}/.test(trimmed)) {
    const authority = /^[^/\\?#]*/.exec(trimmed.slice(2))?.[0] ?? "";
    if (looksLikeHost(authority)) add(authority, readAuthority(authority));
    return;
  }
  const authority = /^[^/?#]*/.exec(trimmed)?.[0] ?? "";
  const address =
    authority.length <= longestAddress && isAddress(authority) ? readAuthority(bracket(authority)) : undefined;
  if (address !== undefined) add(authority, address);
  else if (isHostArgument(name ?? path) && looksLikeHost(authority)) add(authority, readAuthority(authority));
}

/** White space of Unicode 13 and control characters: written out, for languages differ in what they take for space. */
const space = "\\0-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const notInAddress = new RegExp(`[${space}"<>\`{}|^]`);
const authorityEnd = new RegExp(`[/?#${space}"<>\`{}|^]`);
const isSpace = new RegExp(`[${space}]`);

function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace.test(text[start] as string)) start++;
  while (end > start && isSpace.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

/** Browsers drop tabs and line ends inside an address, where others end it: a URL with one means two things. */
function isBroken(text: string): boolean {
  if (!/[\t\r\n]/.test(text)) return false;
  const lines = trimSpace(text).split(/[\t\r\n]+/);
  if (lines.length < 2 || lines.some((line) => line.includes(" "))) return false;
  const begins = /^[A-Za-z][A-Za-z0-9+.-]*:/;
  return begins.test(lines.join("")) && !lines.every((line) => begins.test(line));
}

/** Characters of the longest address with a port, with room for zeros. */
const longestAddress = 128;

/** An address by itself, whatever the argument's name. */
const isAddress = (text: string): boolean =>
  /^(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){3}(?::[0-9]{1,5})?$/.test(text) ||
  // One colon is a time or a ratio.
  (text.split(":").length > 2 && /^\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?(?::[0-9]{1,5})?$/.test(text));

const bracket = (text: string): string => (text.startsWith("[") || text.split(":").length < 3 ? text : `[${text}]`);

/** A name with a dot, `localhost`, an address in one number, or anything with a port or a user. */
const looksLikeHost = (text: string): boolean =>
  text !== "" && (/[.@\\%]|:[0-9]+$|[^\0-\x7f]/.test(text) || /^(?:localhost|[0-9]+|0[xX][0-9a-fA-F]+)$/i.test(text));

function isHostArgument(path: string): boolean {
  const names = path.split("/").filter((step) => !/^#?[0-9]+#?$/.test(step));
  const name = (names[names.length - 1] ?? "").toLowerCase();
  return hostArgumentValues.some((known) => name === known || name.endsWith(`_${known}`) || name.endsWith(`-${known}`));
}

/** Schemes after which browsers read a host with fewer slashes, or other ones, than are due. */
const looseSchemes: ReadonlySet<string> = new Set(["http", "https", "ws", "wss", "ftp"]);
const pathSchemes: ReadonlySet<string> = new Set(pathSchemeValues);

function findUrls(text: string, path: string, found: FoundHost[]): void {
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    const scheme = readScheme(text, colon);
    if (scheme === "" || pathSchemes.has(scheme)) continue;
    const loose = looseSchemes.has(scheme);
    let start = colon + 1;
    while (loose ? isSlash(text[start]) : text[start] === "/" && start < colon + 3) start++;
    if (!loose && start < colon + 3) continue;
    const authority = trimSentence(text.slice(start, findEnd(text, start)));
    if (authority === "") continue;
    const host = readAuthority(authority);
    found.push({ path, start, end: start + authority.length, host });
    if (found.length > limits.maxHosts) return;
    colon = Math.max(colon, start + authority.length - 1);
  }
}

const isSlash = (char: string | undefined): boolean => char === "/" || char === "\\";

/** The scheme that ends at a colon, in lower case; empty for none. */
function readScheme(text: string, colon: number): string {
  let start = colon;
  while (start > 0 && colon - start < 32 && /[A-Za-z0-9+.-]/.test(text[start - 1] as string)) start--;
  while (start < colon && !/[A-Za-z]/.test(text[start] as string)) start++;
  return text.slice(start, colon).toLowerCase();
}

/** Where the authority ends: at a slash, a question mark, a hash, or what no address holds. */
function findEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !authorityEnd.test(text[end] as string)) end++;
  return end;
}

/** Punctuation after an address in a sentence is none of it. */
const trimSentence = (authority: string): string => {
  let end = authority.length;
  while (end > 0 && ".,;:!?)*'".includes(authority[end - 1] as string)) end--;
  // A single dot at the end may be the address's own; it means the same.
  return authority.slice(0, end);
};

/** `user@host:port` → its host; undefined when programs differ about it. */
function readAuthority(authority: string): string | undefined {
  if (authority.includes("\\")) return undefined;
  const parts = authority.split("@");
  if (parts.length > 2) return undefined;
  const rest = parts[parts.length - 1] as string;
  const [, host, port] = /^(\[[^\]]*\]|[^:[\]]*)(?::([0-9]*))?$/.exec(rest) ?? [];
  if (host === undefined || (port !== undefined && port !== "" && (port.length > 5 || Number(port) > 65_535)))
    return undefined;
  return readHost(host);
}
