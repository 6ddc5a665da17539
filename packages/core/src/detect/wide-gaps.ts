/** Letters beyond ASCII and the halves of pairs count as well. */
const letter = "[A-Za-z\\u00c0-\\u{10ffff}]";
const word = `${letter}[^ \\t\\r\\n]{0,31}`;
/** Four words in a row, each in a line of its own; empty lines may stand between. */
const wordByLine = new RegExp(
  `(?:^|\\n)[ \\t\\r]*${word}(?:[ \\t\\r]*\\n[ \\t\\r\\n]*${word}){3}[ \\t\\r]*(?:\\n|$)`,
  "u",
);
const wideGap = new RegExp(`${letter}(?:[ \\t]{2,}|\\t)(?=${letter})`, "gu");
const leastGaps = 2;

/** Whether a text may hold gaps that are worth closing; most do not. */
export const mayHaveGaps = (text: string): boolean => text.includes("  ") || text.includes("\t") || text.includes("\n");

/** One blank in place of wide gaps between words, or of all gaps where each word has its line; else the text. */
export function closeGaps(text: string): string {
  if (wordByLine.test(text)) return text.replace(/[ \t\r\n]+/g, " ");
  return (text.match(wideGap)?.length ?? 0) >= leastGaps ? text.replace(/[ \t]{2,}|\t/g, " ") : text;
}
