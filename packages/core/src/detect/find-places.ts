import { injectionPatterns } from "../gen/detectors";
import type { PatternSet } from "../match/index";
import { anchoredSpansOf, type Places } from "./anchored-spans";

let sources: ReadonlyMap<string, string> | undefined;
/** Of shorter texts the set's own search for spans is done before automata for another one are made. */
const longText = 4096;

/** Beginnings and ends of a pattern's matches, by turns: of long texts, that match many times, `most` of them are looked for. */
export function findPlaces(text: string, set: PatternSet, pattern: number, most: number): Places {
  if (text.length >= longText) {
    sources ??= new Map(injectionPatterns.map(({ id, source }) => [id, `(?i)${source}`]));
    const source = sources.get(set.ids[pattern] ?? "");
    const places = source === undefined ? undefined : anchoredSpansOf(source)?.(text, most);
    if (places) return places;
  }
  return set.spans(text, pattern).flatMap(({ start, end }) => [start, end]);
}
