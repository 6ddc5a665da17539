import { keepText, type NormalisedText, normaliseText, type PatternSet } from "../match/index";
import { isAscii } from "../match/normalise/is-ascii";
import { readTraits, type TextTraits } from "./view-traits";

/** One text of a request: what it is, where it stands, and its value. */
export interface Text {
  readonly role: "input" | "history" | "tool_arg" | "tool_result" | "output";
  /** JSON pointer into the request; where it ends in `#` the text is a member's name (SPECIFICATION D-55). */
  readonly path: string;
  readonly value: string;
  /** The name under which it stands, where the path does not say it. */
  readonly name?: string | undefined;
}

/** A text, normalised and scanned once for every pattern of a plan. */
export interface TextScan {
  readonly text: Text;
  readonly normalised: NormalisedText;
  /** Indexes of the patterns that match, ascending. */
  readonly hits: readonly number[];
  /** What one pass over the normalised text says of it, once somebody has asked (`readScan`). */
  traits: TextTraits | undefined;
  /** The same with its escapes read, once somebody has asked (`readUnescaped`); null when it holds none. */
  unescaped: TextScan | null | undefined;
}

/** `wantsTraits` says that somebody will ask for them: read first, they tell of most texts that nothing is to be normalised. */
export function scanText(text: Text, patterns: PatternSet, wantsTraits = false): TextScan {
  const { value } = text;
  const traits = wantsTraits && isAscii(value) ? readTraits(value) : undefined;
  const normalised = traits && !traits.coded ? keepText(value) : normaliseText(value);
  return {
    text,
    normalised,
    hits: patterns.scan(normalised.text),
    traits: normalised.text === value ? traits : undefined,
    // What holds no backslash holds no escape.
    unescaped: traits && !normalised.changed && traits.escapes === 0 ? null : undefined,
  };
}

/** The traits of a scanned text, read once. */
export const readScan = (scan: TextScan): TextTraits => (scan.traits ??= readTraits(scan.normalised.text));
