import type { NormalisedText } from "./text-scan";

/** Stands in until the matcher's own normalisation lands: texts are scanned as they are. */
export function normaliseText(text: string): NormalisedText {
  return { text, toOriginal: (offset) => offset };
}
