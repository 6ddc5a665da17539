import { matchLimits } from "../../gen/match-limits";
import type { Span } from "../find-spans";
import { type DecodeBudget, decodeRuns, mayHoldRuns } from "./decode-runs";
import { type EditedText, mapOffsetBack } from "./edit-text";
import { foldCompatible } from "./fold-compatible";
import { foldHomoglyphs, type HomoglyphFolding } from "./fold-homoglyphs";
import { foldLeetspeak } from "./fold-leetspeak";
import { isAscii } from "./is-ascii";
import { stripInvisible } from "./strip-invisible";
import { mayCompose, mayLookAlike, mayStrip, surveyText } from "./survey-text";

export interface NormaliseOptions {
  /** Fold characters that look like ASCII; default `mixed`: only in words that also hold an ASCII letter. */
  readonly homoglyphs?: HomoglyphFolding;
  /** Decode percent, HTML-entity, hex and base64 runs in place; `signs`: only the first two. Default true. */
  readonly decode?: boolean | "signs";
  /** Spell out leetspeak, for phrase patterns; default false. */
  readonly leetspeak?: boolean;
}

export interface NormalisedText {
  readonly text: string;
  /** False when `text` is the original itself. */
  readonly changed: boolean;
  /** True when percent, HTML-entity, hex or base64 runs were decoded; `decode: false` would give another text. */
  readonly decoded: boolean;
  /** Returns the UTF-16 offset in the original for the start of a span at `offset` in `text`. */
  toOriginal(offset: number): number;
  /** Returns the span of the original that a span of `text` came from; it covers whole replaced stretches. */
  toOriginalSpan(span: Span): Span;
}

const identity = (offset: number): number => offset;
const sameSpan = (span: Span): Span => ({ start: span.start, end: span.end });

/**
 * Returns the text as a reader sees it: without invisible characters, in NFKC, look-alikes folded, encoded runs decoded (in
 * turn, up to `maxDecodeDepth` layers), with a map back. The same in every language and on every platform. Plain ASCII with
 * nothing to decode comes back as it is, without a map.
 */
export function normaliseText(original: string, options: NormaliseOptions = {}): NormalisedText {
  const decode = options.decode ?? true;
  const decodes = decode !== false;
  // Most texts stay as they are.
  if (options.leetspeak !== true && isAscii(original) && !(decodes && mayHoldRuns(original)))
    return unmapped(original, false);
  const layers: (readonly number[])[] = [];
  let text = original;
  const apply = (edited: EditedText): boolean => {
    if (edited.edits.length === 0) return false;
    layers.push(edited.edits);
    text = edited.text;
    return true;
  };
  const homoglyphs = options.homoglyphs ?? "mixed";
  const foldCharacters = () => {
    if (isAscii(text)) return;
    const needs = surveyText(text);
    const stripped = (needs & mayStrip) !== 0 && apply(stripInvisible(text));
    const changed = ((needs & mayCompose) !== 0 || stripped) && apply(foldCompatible(text));
    const isDoubtful = (needs & mayLookAlike) !== 0 || stripped || changed || homoglyphs === "all";
    if (homoglyphs !== "off" && isDoubtful) apply(foldHomoglyphs(text, homoglyphs));
  };
  foldCharacters();
  let decoded = false;
  if (decodes) {
    const budget: DecodeBudget = { runs: matchLimits.maxDecodedRuns, length: matchLimits.maxDecodedLength };
    const which = decode === "signs" ? "signs" : "all";
    for (let depth = 0; depth < matchLimits.maxDecodeDepth && apply(decodeRuns(text, budget, which)); depth++) {
      decoded = true;
      foldCharacters();
    }
  }
  if (options.leetspeak === true) text = foldLeetspeak(text);
  return layers.length === 0 ? unmapped(text, text !== original) : mapped(text, layers, decoded);
}

/** The text as it is, for one of which it is known that `normaliseText` changes nothing. */
export const keepText = (original: string): NormalisedText => unmapped(original, false);

const unmapped = (text: string, changed: boolean): NormalisedText => ({
  text,
  changed,
  decoded: false,
  toOriginal: identity,
  toOriginalSpan: sameSpan,
});

function mapped(text: string, layers: readonly (readonly number[])[], decoded: boolean): NormalisedText {
  const back = (offset: number, side: "start" | "end"): number =>
    layers.reduceRight((at, edits) => mapOffsetBack(edits, at, side), offset);
  return {
    text,
    changed: true,
    decoded,
    toOriginal: (offset) => back(offset, "start"),
    toOriginalSpan: ({ start, end }) => {
      const from = back(start, "start");
      return { start: from, end: Math.max(from, back(end, "end")) };
    },
  };
}
