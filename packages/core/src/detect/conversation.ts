import type { Evidence } from "../gen/messages";
import { scoring } from "../gen/text-tables";
import { combineWeights, raise } from "./combine-weights";
import { type InjectionJudge, type InjectionScore, locateSignals, scoreInjection } from "./injection";
import { countCodePoints, moveCodePoints } from "./offsets";
import { scanText, type TextScan } from "./text-scan";
import { readWordTable } from "./view-words";

/** One text of a conversation, with its own score. */
export interface Turn {
  readonly scan: TextScan;
  readonly score: InjectionScore;
}

export interface ConversationScore extends InjectionScore {
  /** The text that completes it. */
  readonly path: string;
  readonly evidence: readonly Evidence[];
}

/** Texts that are joined, the last ones, and the code points of their ends and of all together that count. */
const maxTurns = 8;
const maxTurnLength = 1024;
const maxJoinedLength = 4096;
/** The shortest word that counts as cut in two. */
const leastCutWord = 4;

/**
 * What several texts show together (SPECIFICATION T-44): phrases that only the joined text holds count in full, what each
 * text shows for itself with a part of its weight.
 */
export function scoreConversation(turns: readonly Turn[], judge: InjectionJudge): ConversationScore {
  const joined = joinTurns(turns);
  const last = joined.parts[joined.parts.length - 1]?.turn.scan.text.path ?? "";
  const text = { role: "history" as const, path: last, value: joined.value };
  const scan = scanText(text, judge.set);
  const whole = scoreInjection(scan, { ...judge, filter: { ...judge.filter, learned: false } });
  const known = new Set(joined.parts.flatMap(({ turn }) => turn.score.patterns));
  const patterns = whole.patterns.filter((pattern) => !known.has(pattern));

  const families = new Map<number, number>();
  for (const pattern of patterns) {
    const signal = judge.signals[pattern];
    if (signal) raise(families, signal.family, signal.weight);
  }
  for (const { turn } of joined.parts)
    for (const [family, weight] of turn.score.families)
      raise(families, family, Math.floor((weight * scoring.conversationPercent) / 100));
  const evidence = [
    ...joined.parts.flatMap(({ turn }) => locateSignals(turn.scan, turn.score, judge)),
    ...locateAcross(whole.reading ?? scan, patterns, joined, judge),
  ];
  return { score: combineWeights(families), patterns, stretches: [], families, path: last, evidence };
}

interface Part {
  readonly turn: Turn;
  /** Where the part begins in the joined text and in its own, in code points; where it ends in its own. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

interface Joined {
  readonly value: string;
  readonly parts: readonly Part[];
}

/** The ends of the last texts, in the order of the conversation, the newest input last. */
function joinTurns(turns: readonly Turn[]): Joined {
  const ordered = [
    ...turns.filter(({ scan }) => scan.text.role === "history"),
    ...turns.filter(({ scan }) => scan.text.role !== "history"),
  ].slice(-maxTurns);
  const kept: { turn: Turn; text: string; from: number; to: number }[] = [];
  let left = maxJoinedLength;
  for (const turn of ordered.reverse()) {
    const value = turn.scan.text.value;
    const start = moveCodePoints(value, value.length, -Math.min(maxTurnLength, left));
    const text = value.slice(start);
    const from = countCodePoints(value, 0, start);
    const length = countCodePoints(text, 0, text.length);
    if (length === 0) continue;
    left -= length;
    kept.unshift({ turn, text, from, to: from + length });
  }
  const parts: Part[] = [];
  let value = "";
  let at = 0;
  for (const [index, { turn, text, from, to }] of kept.entries()) {
    parts.push({ turn, at, from, to });
    const between = isCutWord(text, kept[index + 1]?.text ?? "") ? "" : " ";
    value += text + between;
    at += to - from + between.length;
  }
  return { value, parts };
}

/** Whether a listed word was cut in two: someone hides it, and it must be whole to be found. Words that are listed both stay two. */
function isCutWord(before: string, after: string): boolean {
  const head = /[A-Za-z]{0,16}$/.exec(before.slice(-16))?.[0].toLowerCase() ?? "";
  const tail = /^[A-Za-z]{0,16}/.exec(after)?.[0].toLowerCase() ?? "";
  const { plain } = readWordTable();
  return (
    head !== "" &&
    tail !== "" &&
    head.length + tail.length >= leastCutWord &&
    plain.has(head + tail) &&
    !(plain.has(head) && plain.has(tail))
  );
}

/** Matches that reach over several texts, as a piece in each. */
function locateAcross(
  scan: TextScan,
  patterns: readonly number[],
  { parts }: Joined,
  judge: InjectionJudge,
): Evidence[] {
  return locateSignals(scan, { patterns, stretches: [] }, judge).flatMap(({ start, end, category, score = 0 }) =>
    parts.flatMap(({ turn, at, from, to }) => {
      const first = Math.max(start, at) - at + from;
      const after = Math.min(end - at + from, to);
      if (first >= after) return [];
      return [
        {
          path: turn.scan.text.path,
          start: first,
          end: after,
          category,
          score,
        },
      ];
    }),
  );
}
