import { createTextEditor, type EditedText, type TextEditor } from "./edit-text";

/**
 * What shows nothing: soft hyphen, joiners, zero-width and bidi controls, invisible operators, Hangul fillers, variation
 * selectors, interlinear and musical controls, and the tag block with all default-ignorable code points after it.
 */
const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each member is meant as a single code point
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]+/gu;

/** Whether one of them is the UTF-16 unit, or begins with it. */
export const mayBeInvisible = (unit: number): boolean =>
  unit === 0xd834 || (unit >= 0xdb40 && unit <= 0xdb43) || String.fromCharCode(unit).search(invisible) === 0;

/** Two of them would become a character that nobody wrote, once what stood between them is taken out. */
const loneHalf = /\p{Surrogate}/gu;

const blackFlag = 0x1f3f4;
const flagTags = /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}$/u;

/**
 * Returns the text without invisible characters. Tag characters spell ASCII nobody sees but a model reads, so they become
 * that ASCII; in the emoji flag of a region they only are taken out.
 */
export function stripInvisible(text: string): EditedText {
  let editor: TextEditor | undefined;
  for (const match of text.matchAll(invisible)) {
    editor ??= createTextEditor(text.replace(loneHalf, "\ufffd"));
    const start = match.index;
    const run = match[0];
    const inFlag = start >= 2 && text.codePointAt(start - 2) === blackFlag && flagTags.test(run);
    editor.replace(start, start + run.length, inFlag ? "" : readTags(run));
  }
  return editor?.finish() ?? { text, edits: [] };
}

function readTags(run: string): string {
  let hidden = "";
  for (const char of run) {
    const code = char.codePointAt(0)! - 0xe0000;
    if (code >= 0x20 && code < 0x7f) hidden += String.fromCharCode(code);
  }
  return hidden;
}
