import { describe, expect, it } from "vitest";
import { blockBytes, loadAscii } from "./ascii-block";

const loaded = (length: number): string => String.fromCharCode(...blockBytes.subarray(0, length));

describe("the block of ASCII", () => {
  const first = "one text of so many characters";
  const second = "two texts of so many characters".slice(0, first.length);
  const other = `${first.slice(0, -1)}\u00e9`;

  it("holds the text that was asked for last, whatever stood there before", () => {
    for (const text of [first, second, first, first]) {
      expect(loadAscii(text, 0, text.length)).toBe(true);
      expect(loaded(text.length)).toBe(text);
    }
  });

  it("forgets a text once another one was written over it in part", () => {
    expect(loadAscii(first, 0, first.length)).toBe(true);
    expect(loadAscii(other, 0, other.length)).toBe(false);
    expect(loadAscii(second, 4, 9)).toBe(true);
    expect(loaded(5)).toBe(second.slice(4, 9));
    expect(loadAscii(first, 0, first.length)).toBe(true);
    expect(loaded(first.length)).toBe(first);
  });

  it("takes the empty text", () => {
    expect(loadAscii("", 0, 0)).toBe(true);
  });
});
