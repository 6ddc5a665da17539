import { scoring } from "../gen/text-tables";
import type { ContextSearch } from "./context-words";
import type { PiiSignal } from "./pii";
import { mostFieldConfidence } from "./pii-fields";
import type { CheckValue } from "./remember-checks";

/** Whether the argument's name or a word near a match is one of its context. */
export function hasContext(
  { context, pattern }: PiiSignal,
  start: number,
  end: number,
  search: ContextSearch,
  named: ReadonlySet<number>,
): boolean {
  const { contextCharsBefore: before, contextCharsAfter: after } = scoring;
  return (
    named.has(context) ||
    (pattern.context.length > 0 && search.has(context, start, end, before, after, pattern.gate !== ""))
  );
}

/** Confidence of one match, 0 when its surroundings, its check digits or what `namesOther` it speak against it. */
export function judgeMatch(
  text: string,
  start: number,
  end: number,
  signal: PiiSignal,
  minConfidence: number,
  search: ContextSearch,
  named: ReadonlySet<number>,
  check: CheckValue,
  namesOther: (start: number) => boolean,
): number {
  const { contextCharsBefore: before, contextCharsAfter: after } = scoring;
  const { pattern, context, unless } = signal;
  const isNamed = hasContext(signal, start, end, search, named);
  if (!isNamed) {
    if (pattern.contextRequired || pattern.confidence < minConfidence) return 0;
    if (named.has(unless) || (pattern.unless.length > 0 && search.has(unless, start, end, before, after))) return 0;
  }
  if (pattern.validator !== "" && !check(pattern.validator, text.slice(start, end))) return 0;
  if (pattern.lane === "token" && pattern.unless.length === 0) {
    const isFar = !named.has(context) && !search.isNear(context, start);
    const isWeak = isNamed ? pattern.contextRequired && isFar : pattern.confidence <= mostFieldConfidence;
    if (isWeak && namesOther(start)) return 0;
  }
  return isNamed ? pattern.contextConfidence : pattern.confidence;
}
