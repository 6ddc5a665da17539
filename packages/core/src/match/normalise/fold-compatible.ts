import { matchLimits } from "../../gen/match-limits";
import { isAsciiLetter, isMark, isOrdered, isStable, joinsBefore } from "./code-point-traits";
import { createTextEditor, type EditedText } from "./edit-text";

const noEdits: readonly number[] = [];
/** An ASCII letter before what may be a mark. */
const letterBeforeMark = /[A-Za-z][^\0-\u02ff]/;

const { maxMarks } = matchLimits;
/** By the platform's own tables, since its normalisation is asked about them. */
const platformMark = /[\p{M}\ud800-\udfff\uff9e\uff9f]/u;
const manyMarks = new RegExp(`[\\p{M}\\uff9e\\uff9f]{${maxMarks + 1}}`, "u");

/** Whether so many marks stand in a row that to put them in order takes long: one of them is met by looks so far apart. */
function hasManyMarks(text: string): boolean {
  for (let at = maxMarks; at < text.length; at += maxMarks + 1)
    if (text.charCodeAt(at) >= 0x300 && platformMark.test(text.charAt(at))) return manyMarks.test(text);
  return false;
}

/**
 * Returns the NFKC form, piece by piece so that offsets can be mapped, a piece being a character and what NFKC may join to it.
 * Code points later than Unicode 13.0 stay as they are: platforms disagree about them. Marks that still stand on an ASCII
 * letter (stacked to hide a word) are taken off. Of very many marks in a row each `maxMarks` are a piece: the time to put them in order grows
 * with the square of their number.
 */
export function foldCompatible(text: string): EditedText {
  // Every piece of a text in normal form is in normal form.
  if (!letterBeforeMark.test(text) && !hasManyMarks(text) && text.normalize("NFKC") === text)
    return { text, edits: noEdits };
  const editor = createTextEditor(text);
  let start = 0;
  /** The marks of the piece before were taken off their letter. */
  let tookOff = false;
  while (start < text.length) {
    const first = text.codePointAt(start)!;
    let end = start + (first > 0xffff ? 2 : 1);
    const firstIsStable = first < 0x300 || isStable(first);
    let marks = isOrdered(first) ? 1 : 0;
    while (end < text.length && marks < maxMarks) {
      const next = text.codePointAt(end)!;
      if (!firstIsStable || !joinsBefore(next) || !isStable(next)) break;
      marks = isOrdered(next) ? marks + 1 : 0;
      end += next > 0xffff ? 2 : 1;
    }
    if (firstIsStable && (first >= 0x80 || end > start + 1)) {
      const piece = text.slice(start, end);
      const normal = piece.normalize("NFKC");
      const folded: string = tookOff && holdsMarks(normal, 0) ? "" : takeOffMarks(normal);
      if (folded !== piece) editor.replace(start, end, folded);
      tookOff = folded.length < normal.length;
    } else tookOff = false;
    start = end;
  }
  return editor.finish();
}

function takeOffMarks(piece: string): string {
  return piece.length > 1 && isAsciiLetter(piece.charCodeAt(0)) && holdsMarks(piece, 1) ? piece.charAt(0) : piece;
}

/** True when marks are all there is from a place on. */
function holdsMarks(piece: string, from: number): boolean {
  for (let i = from; i < piece.length; ) {
    const code = piece.codePointAt(i)!;
    if (!isMark(code)) return false;
    i += code > 0xffff ? 2 : 1;
  }
  return true;
}
