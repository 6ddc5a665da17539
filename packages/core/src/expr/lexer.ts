import { SyntaxStop } from "./problem";
import { CelUint, toInt, toUint } from "./values";

export interface Token {
  /** "op" covers punctuation, operators and the word `in`. */
  readonly kind: "ident" | "quoted" | "literal" | "op" | "end";
  /** The operator, the name, or the source of a literal. */
  readonly text: string;
  readonly pos: number;
  /** The value of a literal; an int is checked by the parser, which knows the sign. */
  readonly value?: unknown;
}

const space = /(?:[\t\n\f\r ]|\/\/[^\n]*)+/y;
const number =
  /0[xX][0-9a-fA-F]+[uU]?|[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?/y;
const quote = /([rR]?[bB]?|[bB][rR])("""|'''|"|')/y;
const name = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const backtick = /`([a-zA-Z0-9_.\-/ ]+)`/y;
const operator = /&&|\|\||[<>=!]=|[-+*/%<>!?:.,()[\]{}]/y;

/** A source as tokens, the last of kind "end". Throws SyntaxStop. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let pos = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = pos;
    return pattern.exec(source);
  };
  for (;;) {
    pos += match(space)?.[0].length ?? 0;
    if (pos >= source.length) break;
    let found: RegExpExecArray | null;
    if ((found = match(quote))) {
      const { value, end } = readQuoted(source, pos, found[1] as string, found[2] as string);
      tokens.push({ kind: "literal", text: source.slice(pos, end), pos, value });
      pos = end;
      continue;
    }
    if ((found = match(number))) {
      tokens.push({ kind: "literal", text: found[0], pos, value: readNumber(found[0], pos) });
    } else if ((found = match(name))) {
      tokens.push({ kind: found[0] === "in" ? "op" : "ident", text: found[0], pos });
    } else if ((found = match(backtick))) {
      tokens.push({ kind: "quoted", text: found[1] as string, pos });
    } else if ((found = match(operator))) {
      tokens.push({ kind: "op", text: found[0], pos });
    } else {
      const char = String.fromCodePoint(source.codePointAt(pos) as number);
      const wanted = { "&": "&&", "|": "||", "=": "==" }[char];
      throw new SyntaxStop(pos, `unexpected character \`${char}\`${wanted ? `; write \`${wanted}\`` : ""}`);
    }
    pos += found[0].length;
  }
  tokens.push({ kind: "end", text: "", pos: source.length });
  return tokens;
}

/** A double, a CelUint, or the magnitude of an int as a bigint. */
function readNumber(text: string, pos: number): unknown {
  const hex = /^0[xX]/.test(text);
  if (!hex && /[.eE]/.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) throw new SyntaxStop(pos, `number \`${text}\` is out of range`);
    return value;
  }
  if (!/[uU]$/.test(text)) return BigInt(text);
  const value = toUint(BigInt(text.slice(0, -1)));
  if (!(value instanceof CelUint)) throw new SyntaxStop(pos, `integer \`${text}\` is out of range`);
  return value;
}

/** An int literal with its sign. */
export function signedInt(token: Token, negative: boolean): bigint {
  const value = toInt(negative ? -(token.value as bigint) : (token.value as bigint));
  if (typeof value !== "bigint") throw new SyntaxStop(token.pos, `integer \`${token.text}\` is out of range`);
  return value;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
};
const numericEscape = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;

function readQuoted(source: string, start: number, prefix: string, close: string): { value: unknown; end: number } {
  const raw = /r/i.test(prefix);
  const isBytes = /b/i.test(prefix);
  const bytes: number[] = [];
  let text = "";
  const addText = (chars: string): void => {
    if (isBytes) bytes.push(...new TextEncoder().encode(chars));
    else text += chars;
  };
  let pos = start + prefix.length + close.length;
  for (;;) {
    if (source.startsWith(close, pos)) break;
    if (pos >= source.length) throw new SyntaxStop(start, "unterminated string");
    const char = String.fromCodePoint(source.codePointAt(pos) as number);
    if (close.length === 1 && (char === "\n" || char === "\r")) throw new SyntaxStop(start, "unterminated string");
    if (char !== "\\") {
      addText(char);
      pos += char.length;
      continue;
    }
    const next =
      source.codePointAt(pos + 1) === undefined
        ? undefined
        : String.fromCodePoint(source.codePointAt(pos + 1) as number);
    if (raw) {
      // A raw string keeps its backslashes, and a backslash does not escape the closing quote.
      addText("\\");
      pos += 1;
      continue;
    }
    if (next !== undefined && Object.hasOwn(simpleEscapes, next)) {
      addText(simpleEscapes[next] as string);
      pos += 2;
      continue;
    }
    numericEscape.lastIndex = pos;
    const found = numericEscape.exec(source);
    if (found === null) throw new SyntaxStop(pos, `unknown escape \`\\${next ?? ""}\``);
    const code =
      found[4] === undefined
        ? Number.parseInt(found[1] ?? found[2] ?? found[3] ?? "", 16)
        : Number.parseInt(found[4], 8);
    if (isBytes) {
      if (found[2] !== undefined || found[3] !== undefined) {
        throw new SyntaxStop(pos, `escape \`${found[0]}\` is not allowed in bytes`);
      }
      bytes.push(code);
    } else {
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        throw new SyntaxStop(pos, `escape \`${found[0]}\` is no character`);
      }
      text += String.fromCodePoint(code);
    }
    pos += found[0].length;
  }
  return { value: isBytes ? Uint8Array.from(bytes) : text, end: pos + close.length };
}
