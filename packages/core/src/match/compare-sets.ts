import { matchLimits } from "../gen/match-limits";
import { kernelLength } from "./automaton-states";
import { type CharClasses, charKind, classOf } from "./char-classes";
import { type PatternHandle, recompile } from "./compile-pattern";
import { type LazyAutomaton, startRow, takeTransition } from "./lazy-automaton";
import { createGroup } from "./native-engine";
import type { PatternSet } from "./types";

/**
 * `no` comes with the shortest text (in code points) that shows it; `unknown` when the bound on states was reached first, or
 * when a pattern has to run over bytes (`\C`, `\B`).
 */
export type SetComparison =
  | { readonly answer: "yes" }
  | { readonly answer: "no"; readonly counterExample: string }
  | { readonly answer: "unknown"; readonly reason: string };

const compiledOf = new WeakMap<PatternSet, readonly PatternHandle[]>();

/** Remembers what a set was made of, so that sets can be compared. */
export function rememberPatterns(set: PatternSet, patterns: readonly PatternHandle[]): void {
  compiledOf.set(set, patterns);
}

/** What a comparison may still do: for each step of the automata one, and one for each thread it carried. */
interface Budget {
  work: number;
}

const tooMuch: SetComparison = {
  answer: "unknown",
  reason: `more than ${matchLimits.maxProductWork} steps to compare`,
};
const tooMany: SetComparison = {
  answer: "unknown",
  reason: `more than ${matchLimits.maxProductStates} states to compare`,
};
const overBytes: SetComparison = { answer: "unknown", reason: "a pattern with `\\C` or `\\B` runs over bytes" };

/**
 * Tells whether some pattern of `wide` matches in every text in which some pattern of `narrow` does. Each narrow pattern is
 * compared with as few wide ones as it takes: a text that shows the difference to those is searched for by all of `wide`, and
 * what finds it takes part from then on.
 */
export function includes(wide: PatternSet, narrow: PatternSet): SetComparison {
  const wideHandles = compiledOf.get(wide);
  const narrowHandles = compiledOf.get(narrow);
  if (wideHandles === undefined || narrowHandles === undefined)
    return { answer: "unknown", reason: "a set was not made by `compileSet`" };
  const known = new Set(wideHandles.map(keyOf));
  const budget: Budget = { work: matchLimits.maxProductWork };
  let answer: SetComparison = { answer: "yes" };
  for (const pattern of narrowHandles) {
    if (known.has(keyOf(pattern))) continue;
    const result = covers(wide, wideHandles, pattern, budget);
    if (isStronger(result, answer)) answer = result;
  }
  return answer;
}

/** Tells whether the two sets find something in the same texts. */
export function equivalent(a: PatternSet, b: PatternSet): SetComparison {
  const first = includes(a, b);
  return first.answer === "yes" ? includes(b, a) : first;
}

const keyOf = ({ source }: PatternHandle): string => `${source.flags ?? ""}/${source.source}`;

/** `no` says more than `unknown`, a shorter text more than a longer one. */
function isStronger(result: SetComparison, before: SetComparison): boolean {
  if (result.answer === "no")
    return before.answer !== "no" || [...result.counterExample].length < [...before.counterExample].length;
  return result.answer === "unknown" && before.answer === "yes";
}

function covers(
  wide: PatternSet,
  wideHandles: readonly PatternHandle[],
  pattern: PatternHandle,
  budget: Budget,
): SetComparison {
  if (pattern.usesBytes) return overBytes;
  const chosen: number[] = [];
  for (;;) {
    const trees = [...chosen.map((index) => wideHandles[index]!), pattern].map(
      (handle) => recompile(handle).searchTree,
    );
    const group = createGroup(trees, false, 4 * matchLimits.maxSetBytes);
    const result = explore(group.automaton, chosen.length, budget);
    if (result.answer !== "no") return result;
    const finders = wide.scan(result.counterExample);
    if (finders.length === 0) return result;
    const next = finders.find((index) => !wideHandles[index]!.usesBytes);
    if (next === undefined) return overBytes;
    chosen.push(next);
  }
}

/** A text read so far in which no wide pattern matched: where it leads, and the last step of it. */
interface Place {
  readonly row: number;
  readonly narrowMatched: boolean;
  readonly from: Place | undefined;
  readonly codePoint: number;
}

/** Goes through the states both searches can be in together, breadth first; patterns below `wideCount` are the wide ones. */
function explore(a: LazyAutomaton, wideCount: number, budget: Budget): SetComparison {
  const { classes } = a;
  const samples = sampleClasses(classes);
  const flushes = a.flushCount;
  const start: Place = { row: startRow(a, charKind.edge), narrowMatched: false, from: undefined, codePoint: -1 };
  const seen = new Set<number>([start.row * 2]);
  const queue = [start];
  for (let next = 0; next < queue.length; next++) {
    const place = queue[next]!;
    budget.work -= (samples.length + 1) * (1 + kernelLength(a, place.row / classes.stride));
    if (budget.work < 0) return tooMuch;
    const ended = reportsAfter(a, place, classes.endClass, wideCount);
    if (!ended.wide && (place.narrowMatched || ended.narrow)) return { answer: "no", counterExample: spell(place) };
    for (const [charClass, codePoint] of samples) {
      const { row, wide, narrow } = reportsAfter(a, place, charClass, wideCount);
      // Rows are void after a flush.
      if (a.flushCount !== flushes) return tooMany;
      if (wide) continue;
      const narrowMatched = place.narrowMatched || narrow;
      const key = row * 2 + (narrowMatched ? 1 : 0);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ row, narrowMatched, from: place, codePoint });
    }
    if (queue.length > matchLimits.maxProductStates) return tooMany;
  }
  return { answer: "yes" };
}

function reportsAfter(a: LazyAutomaton, place: Place, charClass: number, wideCount: number) {
  const row = Math.abs(takeTransition(a, place.row, charClass));
  const reports = a.reports[row / a.classes.stride]!;
  return {
    row,
    wide: reports.some((pattern) => pattern < wideCount),
    narrow: reports.some((pattern) => pattern >= wideCount),
  };
}

/** Returns a readable code point for each class that has one outside the surrogates. */
function sampleClasses(classes: CharClasses): [number, number][] {
  const samples = new Map<number, number>();
  const offer = (codePoint: number) => {
    const charClass = classOf(classes, codePoint);
    if (!samples.has(charClass)) samples.set(charClass, codePoint);
  };
  for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") offer(char.charCodeAt(0));
  for (let code = 33; code < 127; code++) offer(code);
  for (const code of classes.intervalStarts) if (code < 0xd800 || code > 0xdfff) offer(code);
  return [...samples];
}

function spell(place: Place): string {
  const codePoints: number[] = [];
  for (let at: Place | undefined = place; at?.from !== undefined; at = at.from) codePoints.push(at.codePoint);
  return String.fromCodePoint(...codePoints.reverse());
}
