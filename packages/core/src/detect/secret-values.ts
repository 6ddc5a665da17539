/** Where the credential stands in a match; undefined when there is none. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

type FindValue = (match: string) => ValuePlace | undefined;

const isOneOf = (set: string) => (text: string, at: number) => set.includes(text.charAt(at)) && at < text.length;
const separates = isOneOf(" \t\r\n\"'`=:,>(|&");
const assigns = isOneOf("=:,>|");
const skipped = isOneOf("=:,>| \t\r\n\"'`\\");
const quotes = isOneOf("\"'`");
const beginsWord = isOneOf(" \t\r\n\"'");
const beginsPhrase = isOneOf(" \t\r\n\"'`«“「『:=：");
const endsPhrase = isOneOf(".,;:!?)»”」』。、，");

const finders: Readonly<Record<string, FindValue>> = {
  whole: (match) => ({ start: 0, end: match.length }),
  trimmed: (match) => {
    let end = match.length;
    while (end > 0 && !/[A-Za-z0-9_=-]/.test(match.charAt(end - 1))) end--;
    return { start: 0, end };
  },
  last: (match) => ({ start: afterLast(match, withoutPadding(match), separates), end: match.length }),
  spaced: (match) => ({ start: afterLast(match, withoutPadding(match), beginsPhrase), end: match.length }),
  assigned: (match) => {
    let at = 0;
    while (at < match.length && !assigns(match, at)) at++;
    while (skipped(match, at)) at++;
    const typed = /^string\s{0,3}=/i.exec(match.slice(at, at + 12));
    if (typed) for (at += typed[0].length; skipped(match, at); ) at++;
    return { start: at, end: match.length };
  },
  assigned_last: (match) => {
    const end = withoutPadding(match);
    let start = match.lastIndexOf("=", end - 1) + 1;
    while (start < end && skipped(match, start)) start++;
    return { start, end };
  },
  quoted: (match) => {
    let start = 0;
    while (start < match.length && !quotes(match, start)) start++;
    return { start: start + 1, end: match.length - 1 };
  },
  quoted_last: (match) => {
    const end = match.length - 1;
    return { start: match.lastIndexOf(match.charAt(end), end - 1) + 1, end };
  },
  url: (match) => {
    const host = match.lastIndexOf("@");
    const colon = match.indexOf(":", match.indexOf("://") + 3);
    return { start: colon + 1, end: host };
  },
  user: (match) => {
    const word = afterLast(match, match.length, beginsWord);
    const colon = match.indexOf(":", word);
    return { start: colon + 1, end: match.length };
  },
  sentence: (match) => {
    let end = match.length;
    while (end > 0 && endsPhrase(match, end - 1)) end--;
    let start = afterLast(match, end, beginsPhrase);
    while (start < end && match.charCodeAt(start) >= 0x2e80) start++;
    return { start, end };
  },
};

function withoutPadding(text: string): number {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === "=") end--;
  return end;
}

function afterLast(text: string, before: number, test: (text: string, at: number) => boolean): number {
  let at = before;
  while (at > 0 && !test(text, at - 1)) at--;
  return at;
}

/** Where the credential stands in a match, by the name the catalogue has for the way (SPECIFICATION T-50). */
export function findValue(match: string, way: string): ValuePlace | undefined {
  const place = finders[way]?.(match);
  return place && place.start < place.end ? place : undefined;
}
