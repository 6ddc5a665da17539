/** Walks a pattern's source by code points; `at` is a UTF-16 offset. */
export interface SourceReader {
  readonly text: string;
  at: number;
}

export const atEnd = (reader: SourceReader): boolean => reader.at >= reader.text.length;

/** Returns the character at the reader plus `ahead` UTF-16 units, or "" at the end; for ASCII look-ahead only. */
export function peek({ text, at }: SourceReader, ahead = 0): string {
  // To ask past the end makes the compiler begin anew.
  return at + ahead < text.length ? text.charAt(at + ahead) : "";
}

/** Returns the code point under the reader and moves past it. */
export function take(reader: SourceReader): number {
  const codePoint = reader.text.codePointAt(reader.at)!;
  reader.at += codePoint > 0xffff ? 2 : 1;
  return codePoint;
}

export function takeIf(reader: SourceReader, expected: string): boolean {
  if (!reader.text.startsWith(expected, reader.at)) return false;
  reader.at += expected.length;
  return true;
}
