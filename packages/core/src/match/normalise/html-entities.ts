/** The named references that can spell ASCII words and signs; numeric ones are all read. */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  colon: ":",
  comma: ",",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  hyphen: "-",
  lowbar: "_",
  lpar: "(",
  lt: "<",
  nbsp: " ",
  num: "#",
  period: ".",
  quest: "?",
  quot: '"',
  rpar: ")",
  semi: ";",
  sol: "/",
};

/** Returns what a character reference stands for, or undefined for unknown names and for code points no text holds. */
export function readEntity(reference: string): string | undefined {
  const body = reference.slice(1, -1);
  if (!body.startsWith("#")) return Object.hasOwn(named, body) ? named[body] : undefined;
  const isHex = body.charAt(1) === "x" || body.charAt(1) === "X";
  const codePoint = isHex ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  const isControl =
    (codePoint < 0x20 && codePoint !== 9 && codePoint !== 10 && codePoint !== 13) ||
    (codePoint >= 0x7f && codePoint < 0xa0);
  if (isControl || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined;
  return String.fromCodePoint(codePoint);
}
