import { scoring } from "../gen/text-tables";
import { type ContextSearch, digitOrPart } from "./context-words";
import type { PiiSignal } from "./pii";
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
  if (pattern.lane === "token") {
    const isHere = named.has(context);
    const isFar = !isHere && !search.isNear(context, start);
    const needsWord = pattern.contextRequired || pattern.confidence < minConfidence;
    const isDate = pattern.validator === "date";
    if (isNamed && isFar && needsWord && !search.hasOwn(context, start, end, before, after, isDate)) return 0;
    const isDoubtful = pattern.confidence <= scoring.otherNumberConfidence;
    const isWeak = isDoubtful || (isNamed && pattern.contextRequired);
    if (isWeak && !isHere && namesOther(start) && !search.isNear(context, start, digitOrPart)) return 0;
  }
  return isNamed ? pattern.contextConfidence : pattern.confidence;
}
