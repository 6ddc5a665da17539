import { findAsciiTwin, isAsciiLetter, isWordCodePoint } from "./code-point-traits";
import { createTextEditor, type EditedText } from "./edit-text";

/** `mixed`: only in words that also hold an ASCII letter, so that text in another script stays itself. */
export type HomoglyphFolding = "mixed" | "all" | "off";

/** Returns the text with characters that look like ASCII replaced by it (Unicode confusables); signs always, letters as asked. */
export function foldHomoglyphs(text: string, folding: Exclude<HomoglyphFolding, "off">): EditedText {
  const editor = createTextEditor(text);
  for (let start = 0; start < text.length; ) {
    const codePoint = text.codePointAt(start)!;
    const width = codePoint > 0xffff ? 2 : 1;
    if (isWordCodePoint(codePoint)) {
      start = foldWord(text, start, folding, editor.replace);
      continue;
    }
    const twin = codePoint >= 0x80 ? findAsciiTwin(codePoint) : undefined;
    if (twin !== undefined) editor.replace(start, start + width, twin);
    start += width;
  }
  return editor.finish();
}

function foldWord(
  text: string,
  start: number,
  folding: string,
  replace: (s: number, e: number, r: string) => void,
): number {
  const found: [number, number, string][] = [];
  let hasAsciiLetter = false;
  let end = start;
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!;
    if (!isWordCodePoint(codePoint)) break;
    const next = end + (codePoint > 0xffff ? 2 : 1);
    hasAsciiLetter ||= isAsciiLetter(codePoint);
    const twin = codePoint >= 0x80 ? findAsciiTwin(codePoint) : undefined;
    if (twin !== undefined) found.push([end, next, twin]);
    end = next;
  }
  if (hasAsciiLetter || folding === "all") for (const [from, to, twin] of found) replace(from, to, twin);
  return end;
}
