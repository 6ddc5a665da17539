/** Letters beyond ASCII and the halves of pairs count as well. */
const letter = "[A-Za-z\\u00c0-\\u{10ffff}]";
const line = `${letter}[^ \\t\\r\\n]{0,31}(?: [^ \\t\\r\\n]{1,32}){0,2}`;
/** Three lines in a row of at most three words each; empty lines may stand between. */
const shortLines = new RegExp(
  `(?:^|\\n)[ \\t\\r]*${line}(?:[ \\t\\r]*\\n[ \\t\\r\\n]*${line}){2}[ \\t\\r]*(?:\\n|$)`,
  "u",
);
const wideGap = new RegExp(`${letter}(?:[ \\t]{2,}|\\t)(?=${letter})`, "gu");
const leastGaps = 2;

/** Whether a text may hold gaps that are worth closing; most do not. */
export const mayHaveGaps = (text: string): boolean => text.includes("  ") || text.includes("\t") || text.includes("\n");

/** One blank in place of wide gaps between words, or of all gaps where lines hold few words; else the text. */
export function closeGaps(text: string): string {
  if (shortLines.test(text)) return text.replace(/[ \t\r\n]+/g, " ");
  return (text.match(wideGap)?.length ?? 0) >= leastGaps ? text.replace(/[ \t]{2,}|\t/g, " ") : text;
}
