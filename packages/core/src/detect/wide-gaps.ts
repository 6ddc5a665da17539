const words = "[^ \\t\\r\\n]{0,31}(?: [^ \\t\\r\\n]{1,32}){0,2}";
/** Letters beyond ASCII and the halves of pairs count as well. */
const letter = "[A-Za-z\\u00c0-\\u{10ffff}]";
/** Three lines in a row of at most three words each, and those that follow; empty lines may stand between. */
const shortLines = new RegExp(
  `(?<![^\\n])[ \\t\\r]*${letter}${words}(?:[ \\t\\r]*\\n[ \\t\\r\\n]*${letter}${words}){2,}(?=[ \\t\\r]*(?:\\n|$))`,
  "gu",
);
const anyLine = /[^ \t\r\n][^\n]*/g;
const shortLine = /^[^ \t\r\n]{1,32}(?: [^ \t\r\n]{1,32}){0,2}[ \t\r]*$/u;
/** So many short lines for each other one, and the others are joined too. */
const shortForEach = 2;
const wideGap = new RegExp(`${letter}(?:[ \\t]{2,}|\\t)(?=${letter})`, "gu");
const leastGaps = 2;

/** Whether a text may hold gaps that are worth closing; most do not. */
export const mayHaveGaps = (text: string): boolean => text.includes("  ") || text.includes("\t") || text.includes("\n");

/** One blank in place of wide gaps between words, and of line breaks where lines hold few words; else the text. */
export function closeGaps(text: string): string {
  const joined = joinShortLines(text);
  return (joined.match(wideGap)?.length ?? 0) >= leastGaps ? joined.replace(/[ \t]{2,}|\t/g, " ") : joined;
}

/** Joins rows of short lines, or all lines where most are short: a few headings do not make one sentence of a document. */
function joinShortLines(text: string): string {
  const joined = text.replace(shortLines, joinLines);
  if (joined === text) return text;
  let balance = 0;
  for (const [line] of text.matchAll(anyLine)) balance += shortLine.test(line) ? 1 : -shortForEach;
  return balance >= 0 ? joinLines(text) : joined;
}

const joinLines = (lines: string): string => lines.replace(/[ \t\r\n]+/g, " ");
