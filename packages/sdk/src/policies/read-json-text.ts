import { limits } from "@holdpoint/core";
import {
  type PlacedMember,
  type PlacedNode,
  placeList,
  placeObject,
  type ReadTextResult,
  type TextFault,
} from "./placed-node";

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.+-])/y;
const word = /[0-9A-Za-z_.+-]{1,32}/y;
const plainChars = /[^"\\\u0000-\u001f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const literals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Thrown within this file only: after it, nothing more can be read. */
class Stop extends Error {
  constructor(readonly fault: TextFault) {
    super(fault.message);
  }
}

/** A text as JSON (RFC 8259) with the places of its values; a name that is given twice is refused. Never throws. */
export function readJsonText(text: string): ReadTextResult {
  const faults: TextFault[] = [];
  try {
    const root = createReader(text, faults)();
    return faults.length > 0 ? { ok: false, faults } : { ok: true, root };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { ok: false, faults: [...faults, error.fault] };
  }
}

function createReader(text: string, faults: TextFault[]): () => PlacedNode {
  let at = 0;
  let depth = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const refuse = (message: string, offset = at): never => {
    throw new Stop({ offset, message });
  };
  const refuseNext = (expected: string): never => {
    const offset = at;
    if (offset >= text.length) refuse(`${expected}, got the end of the file`);
    const shown = take(word) || String.fromCodePoint(text.codePointAt(offset) ?? 0);
    return refuse(`${expected}, got \`${shown}\``, offset);
  };
  const skip = (char: string): boolean => {
    take(space);
    if (text[at] !== char) return false;
    at++;
    return true;
  };

  function readText(): string {
    const start = at++;
    for (;;) {
      take(plainChars);
      if (at >= text.length) refuse("a text is not closed", start);
      if (text[at] === '"') break;
      if (text[at] !== "\\") {
        const code = text.charCodeAt(at).toString(16).padStart(4, "0");
        refuse(`a control character in a text, write it as \`\\u${code}\``);
      }
      if (take(escaped) === "") refuse(`\`${text.slice(at, at + 2)}\` is no escape`);
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function readMembers(start: number): PlacedNode {
    const members = new Map<string, PlacedMember>();
    if (skip("}")) return placeObject(members, start);
    do {
      take(space);
      const keyStart = at;
      if (text[at] !== '"') refuseNext("expected a name in double quotes");
      const name = readText();
      if (members.has(name)) faults.push({ offset: keyStart, message: `\`${name.slice(0, 64)}\` is given twice` });
      if (!skip(":")) refuseNext("expected `:`");
      members.set(name, { keyStart, node: readValue() });
    } while (skip(","));
    return skip("}") ? placeObject(members, start) : refuseNext("expected `,` or `}`");
  }

  function readItems(start: number): PlacedNode {
    const items: PlacedNode[] = [];
    if (skip("]")) return placeList(items, start);
    do items.push(readValue());
    while (skip(","));
    return skip("]") ? placeList(items, start) : refuseNext("expected `,` or `]`");
  }

  function readCollection(start: number): PlacedNode {
    if (++depth > limits.maxBodyDepth) refuse(`nested deeper than ${limits.maxBodyDepth} levels`);
    at++;
    const node = text[start] === "{" ? readMembers(start) : readItems(start);
    depth--;
    return node;
  }

  function readValue(): PlacedNode {
    take(space);
    const start = at;
    const char = text[at];
    if (char === "{" || char === "[") return readCollection(start);
    if (char === '"') return { value: readText(), start, style: "quoted", size: 1, height: 0 };
    const digits = take(number);
    if (digits !== "") return { value: Number(digits), start, size: 1, height: 0 };
    const name = take(word);
    if (literals.has(name)) return { value: literals.get(name), start, size: 1, height: 0 };
    at = start;
    return refuseNext("expected a value");
  }

  return () => {
    const root = readValue();
    take(space);
    return at < text.length ? refuseNext("expected the end of the file") : root;
  };
}
