import { isAsciiLetter, isMark, isStable, joinsBefore } from "./code-point-traits";
import { createTextEditor, type EditedText } from "./edit-text";

const noEdits: readonly number[] = [];
/** An ASCII letter before what may be a mark. */
const letterBeforeMark = /[A-Za-z][^\0-\u02ff]/;

/**
 * Returns the NFKC form, piece by piece so that offsets can be mapped, a piece being a character and what NFKC may join to it.
 * Code points later than Unicode 13.0 stay as they are: platforms disagree about them. Marks that still stand on an ASCII
 * letter (stacked to hide a word) are taken off.
 */
export function foldCompatible(text: string): EditedText {
  // Every piece of a text in normal form is in normal form.
  if (!letterBeforeMark.test(text) && text.normalize("NFKC") === text) return { text, edits: noEdits };
  const editor = createTextEditor(text);
  let start = 0;
  while (start < text.length) {
    const first = text.codePointAt(start)!;
    let end = start + (first > 0xffff ? 2 : 1);
    const firstIsStable = first < 0x300 || isStable(first);
    while (end < text.length) {
      const next = text.codePointAt(end)!;
      if (!firstIsStable || !joinsBefore(next) || !isStable(next)) break;
      end += next > 0xffff ? 2 : 1;
    }
    if (firstIsStable && (first >= 0x80 || end > start + 1)) {
      const piece = text.slice(start, end);
      const folded = takeOffMarks(piece.normalize("NFKC"));
      if (folded !== piece) editor.replace(start, end, folded);
    }
    start = end;
  }
  return editor.finish();
}

function takeOffMarks(piece: string): string {
  if (piece.length < 2 || !isAsciiLetter(piece.charCodeAt(0))) return piece;
  for (let i = 1; i < piece.length; ) {
    const code = piece.codePointAt(i)!;
    if (!isMark(code)) return piece;
    i += code > 0xffff ? 2 : 1;
  }
  return piece.charAt(0);
}
