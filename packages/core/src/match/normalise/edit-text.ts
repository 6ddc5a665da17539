/** A text derived from another by replacing stretches of it. */
export interface EditedText {
  readonly text: string;
  /** Flat, ascending, four numbers an edit: start and end in the text before, start and end in `text`. */
  readonly edits: readonly number[];
}

export interface TextEditor {
  /** Replaces the stretch `start` to `end`, which lies after every stretch replaced before. */
  replace(start: number, end: number, replacement: string): void;
  finish(): EditedText;
}

export function createTextEditor(source: string): TextEditor {
  const edits: number[] = [];
  const parts: string[] = [];
  let copiedTo = 0;
  let length = 0;
  return {
    replace(start, end, replacement) {
      parts.push(source.slice(copiedTo, start), replacement);
      length += start - copiedTo;
      edits.push(start, end, length, length + replacement.length);
      length += replacement.length;
      copiedTo = end;
    },
    finish() {
      if (edits.length === 0) return { text: source, edits };
      parts.push(source.slice(copiedTo));
      return { text: parts.join(""), edits };
    },
  };
}

/**
 * Returns the offset before the edits for an offset after them. Inside a replacement, and where a stretch was taken out, the
 * `start` of a span goes to where the stretch began or, taken out, to its end, and the `end` the other way round, so that a
 * span covers whole replaced stretches and no more.
 */
export function mapOffsetBack(edits: ArrayLike<number>, offset: number, side: "start" | "end"): number {
  let low = 0;
  let high = edits.length / 4;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = edits[4 * middle + 2]!;
    if (side === "start" ? at <= offset : at < offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return offset;
  const edit = 4 * (low - 1);
  if (offset >= edits[edit + 3]!) return edits[edit + 1]! + offset - edits[edit + 3]!;
  return side === "start" ? edits[edit]! : edits[edit + 1]!;
}
