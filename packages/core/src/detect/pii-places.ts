import type { PiiPattern } from "../gen/detectors";
import { compileSet, type PatternSet, type PatternSource, type Span } from "../match/index";
import { anchoredSpansOf, type Places } from "./anchored-spans";

export const toSource = ({ id, source, flags }: PiiPattern): PatternSource => ({ id, source, flags });

/** Sets of one pattern each, for those that stand in a plan's set by their words only. */
const gated = new Map<string, PatternSet>();

/** What every match of a gated pattern holds, and most texts do not. */
export const gatedSigns: Readonly<Record<string, string>> = {
  "pii.ip.v6_unspecified": "::",
  "pii.mac.hyphen_letters": "-",
};

/** What every match of a pattern holds, with no blank before it: the pattern may begin anywhere in a word, and is looked for where that is. */
export const tokenSigns: Readonly<Record<string, string>> = {
  "pii.email": "@",
  "pii.email.ip_host": "@[",
  "pii.url_credentials": "://",
};

function findGated(text: string, pattern: PiiPattern): readonly Span[] {
  if (!text.includes(gatedSigns[pattern.id] ?? "")) return [];
  let set = gated.get(pattern.id);
  if (!set) {
    const compiled = compileSet([toSource(pattern)]);
    if (!compiled.ok) return [];
    set = compiled.set;
    gated.set(pattern.id, set);
  }
  return set.spans(text, 0);
}

/** Of shorter texts the set's own search for spans is done before automata for another one are made. */
export const longText = 1024;

/** Beginnings and ends of a pattern's matches, by turns: leftmost-longest, apart. */
export function findPlaces(text: string, set: PatternSet, hit: number, pattern: PiiPattern): Places {
  const sign = tokenSigns[pattern.id];
  if (text.length >= longText || sign !== undefined) {
    const find = anchoredSpansOf(pattern.flags === "" ? pattern.source : `(?${pattern.flags})${pattern.source}`);
    const places = find?.(text, text.length, sign);
    if (places) return places;
  }
  const spans = pattern.gate === "" ? set.spans(text, hit) : findGated(text, pattern);
  return spans.flatMap(({ start, end }) => [start, end]);
}
