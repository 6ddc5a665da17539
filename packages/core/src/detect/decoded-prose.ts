import { normaliseText, type Span } from "../match/index";
import type { TextScan } from "./text-scan";

const maxRuns = 8;
/** Base64 and hex, and letters in percent codes, which no address needs. */
const codedRun = /[A-Za-z0-9+/_-]{24,}={0,2}|(?:%[0-9A-Fa-f]{2}){12,}/g;
/** Four words of letters at least: neither the claims of a token nor a path. Begins with a whole word, so that a long one is read once. */
const prose = /(?<![A-Za-z\u00c0-\uffff])[A-Za-z\u00c0-\uffff]{2,}(?: [A-Za-z\u00c0-\uffff]+){3}/;

export const holdsProse = (text: string): boolean => prose.test(text);

/**
 * The first run of base64, hex or percent codes of a text that normalisation has read as a sentence (SPECIFICATION T-3), where
 * it stands in the normalised text; undefined where there is none.
 */
export function findDecodedProse({ text, normalised }: TextScan): Span | undefined {
  if (!normalised.changed) return undefined;
  let left = maxRuns;
  for (const [run] of text.value.matchAll(codedRun)) {
    if (left-- === 0) return undefined;
    const { text: decoded, changed } = normaliseText(run);
    if (!changed || !holdsProse(decoded)) continue;
    const start = normalised.text.indexOf(decoded);
    if (start >= 0) return { start, end: start + decoded.length };
  }
  return undefined;
}
