import { rangesHave } from "./code-ranges";
import { refuse } from "./parse-error";
import { atEnd, type SourceReader, take, takeIf } from "./source-reader";
import { findUnicodeGroup } from "./unicode-data";

/** The flags in force at a point of a pattern. `U` (ungreedy) is read and has no effect on leftmost-longest. */
export interface SyntaxFlags {
  readonly foldCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

/** All are made here: what is made in two places has two shapes to the compiler. */
const makeFlags = (foldCase: boolean, multiLine: boolean, dotAll: boolean): SyntaxFlags => ({
  foldCase,
  multiLine,
  dotAll,
});

export const noFlags: SyntaxFlags = makeFlags(false, false, false);

export function setFlag(flags: SyntaxFlags, letter: string, value: boolean): SyntaxFlags | undefined {
  const { foldCase, multiLine, dotAll } = flags;
  switch (letter) {
    case "i":
      return makeFlags(value, multiLine, dotAll);
    case "m":
      return makeFlags(foldCase, value, dotAll);
    case "s":
      return makeFlags(foldCase, multiLine, value);
    case "U":
      return flags;
    default:
      return undefined;
  }
}

export type GroupOpening =
  | { readonly kind: "capture"; readonly name?: string }
  | { readonly kind: "plain"; readonly flags: SyntaxFlags }
  | { readonly kind: "flags"; readonly flags: SyntaxFlags };

const refusedOpenings: readonly (readonly [string, string])[] = [
  ["(?=", "look-ahead `(?=` is not supported: it cannot be matched in linear time"],
  ["(?!", "negative look-ahead `(?!` is not supported: it cannot be matched in linear time"],
  ["(?<=", "look-behind `(?<=` is not supported: it cannot be matched in linear time"],
  ["(?<!", "negative look-behind `(?<!` is not supported: it cannot be matched in linear time"],
  ["(?>", "atomic group `(?>` is not supported; write a plain group `(?:`"],
  ["(?#", "comment group `(?#` is not supported; leave it out"],
  ["(?P=", "back-reference `(?P=` is not supported: it cannot be matched in linear time"],
];

/** Reads what follows `(` up to the body of the group, the reader standing on `(`. */
export function parseGroupOpening(reader: SourceReader, flags: SyntaxFlags, names: string[]): GroupOpening {
  const start = reader.at;
  if (takeIf(reader, "(?:")) return { kind: "plain", flags };
  for (const [opening, reason] of refusedOpenings) {
    if (reader.text.startsWith(opening, start)) refuse(start, reason);
  }
  if (takeIf(reader, "(?P<") || takeIf(reader, "(?<")) return parseName(reader, start, names);
  if (takeIf(reader, "(?")) return parseFlags(reader, start, flags);
  reader.at++;
  return { kind: "capture" };
}

function parseName(reader: SourceReader, start: number, names: string[]): GroupOpening {
  const end = reader.text.indexOf(">", reader.at);
  if (end < 0) refuse(start, "the name of a group lacks its `>`");
  const name = reader.text.slice(reader.at, end);
  if (name === "" || ![...name].every(isNameCharacter))
    refuse(start, "the name of a group must be of letters, digits and `_`");
  // As in RE2, a name that is used again stays with the group it named first.
  if (!names.includes(name)) names.push(name);
  reader.at = end + 1;
  return { kind: "capture", name };
}

const nameCategories = ["L", "Mn", "Mc", "Nd", "Nl", "Pc"];

const isNameCharacter = (char: string): boolean =>
  /[A-Za-z0-9_]/.test(char) ||
  nameCategories.some((category) => rangesHave(findUnicodeGroup(category)!, char.codePointAt(0)!));

function parseFlags(reader: SourceReader, start: number, before: SyntaxFlags): GroupOpening {
  let flags = before;
  let value = true;
  let sawFlag = false;
  for (;;) {
    if (atEnd(reader)) refuse(start, "`(?` lacks its `)`");
    const letter = String.fromCodePoint(take(reader));
    if (letter === ":" || letter === ")") {
      if (!value && !sawFlag) refuse(start, `\`${reader.text.slice(start, reader.at)}\` names no flag after \`-\``);
      return { kind: letter === ":" ? "plain" : "flags", flags };
    }
    if (letter === "-" && value) {
      value = false;
      sawFlag = false;
      continue;
    }
    const next = setFlag(flags, letter, value);
    if (next === undefined) {
      return refuse(
        start,
        `unknown group syntax \`${reader.text.slice(start, reader.at)}\`; the flags are \`i\`, \`m\`, \`s\`, \`U\``,
      );
    }
    flags = next;
    sawFlag = true;
  }
}
