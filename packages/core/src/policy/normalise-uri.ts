/**
 * A URI as one thing is called by one name (RFC 3986, 6.2.2): scheme and host in small letters, without user, default
 * port and fragment, `\` as `/`, percent signs spelt out where they need not be, no dot segments, no empty ones inside.
 * Undefined for one that programs read in more than one way: an encoded slash, backslash, percent sign or control
 * character, a control character itself, or a step above the root.
 */
export function normaliseUri(written: string): string | undefined {
  let uri = written;
  // What is left of one step may begin another: `./S3:a` is a path, and then a URI.
  for (let round = 0; round < mostRounds; round++) {
    const next = normaliseOnce(uri);
    if (next === undefined || next === uri) return next;
    uri = next;
  }
  return undefined;
}

const mostRounds = 5;

function normaliseOnce(written: string): string | undefined {
  const slashed = written.replace(/\\/g, "/").replace(/#.*$/s, "").trim();
  if (hasControl(slashed)) return undefined;
  const decoded = spellOut(slashed);
  if (decoded === undefined) return undefined;
  const found = /^([A-Za-z][A-Za-z0-9+.-]*):(\/\/[^/?]*)?([^?]*)(\?.*)?$/s.exec(decoded);
  if (!found) {
    const [path = "", ...query] = decoded.split("?");
    const clean = path.includes("/") ? removeDots(path) : path === "." || path === ".." ? undefined : path;
    return clean === undefined ? undefined : [clean, ...query].join("?");
  }
  const [, scheme = "", authority, path = "", query = ""] = found;
  const clean = authority === undefined && !path.includes("/") ? path : removeDots(path);
  return clean === undefined
    ? undefined
    : `${scheme.toLowerCase()}:${cleanAuthority(scheme, authority)}${clean}${query}`;
}

const ports: Readonly<Record<string, string>> = { http: ":80", https: ":443", ftp: ":21", ws: ":80", wss: ":443" };

function cleanAuthority(scheme: string, authority: string | undefined): string {
  if (authority === undefined) return "";
  const host = authority.slice(Math.max(2, authority.lastIndexOf("@") + 1)).toLowerCase();
  const port = ports[scheme.toLowerCase()];
  const bare = port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host;
  return `//${bare.replace(/\.$/, "")}`;
}

/** Control characters and what looks like white space but is none that a name holds. */
function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

/** Percent-encoded characters that need no encoding, as themselves; others with capital digits. */
function spellOut(text: string): string | undefined {
  if (!text.includes("%")) return text;
  let refused = false;
  const spelt = text.replace(/%([0-9A-Fa-f]{2})?/g, (all, digits: string | undefined) => {
    const code = digits === undefined ? 0x25 : Number.parseInt(digits, 16);
    // What the encoded slash, backslash, percent sign or control character means depends on who reads it.
    if (code === 0x2f || code === 0x5c || code === 0x25 || code < 0x20 || code === 0x7f) refused = true;
    const char = String.fromCharCode(code);
    return /[A-Za-z0-9._~-]/.test(char) ? char : all.toUpperCase();
  });
  return refused ? undefined : spelt;
}

function removeDots(path: string): string | undefined {
  const kept: string[] = [];
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length === 0 || (kept.length === 1 && kept[0] === "")) return undefined;
      kept.pop();
      if (isLast) kept.push("");
    } else if (segment === ".") {
      if (isLast) kept.push("");
    } else if (segment !== "" || index === 0 || isLast) kept.push(segment);
  }
  return kept.join("/");
}
