import type { FilterPlan } from "./filter-plan";
import { partShift } from "./literal-automaton";

/** By report: a list of numbers, most of which hold two at most. */
export interface ReportLists {
  /** By report: its two numbers (`firstOf`, `secondOf`); below zero, the complement of where its list begins in `more`, which says how many they are first. */
  readonly pairs: Int32Array;
  readonly more: Uint16Array;
}

/** A set has at most 10,000 patterns of three parts: two numbers of parts or patterns are one number. */
export const firstOf = (pair: number): number => pair & 0x7fff;
export const secondOf = (pair: number): number => pair >> 15;
const pairOf = (first: number, second: number): number => first | (second << 15);

/** How many numbers a report has, those that stand for none among them, and the n-th of them. */
export const listLength = ({ pairs, more }: ReportLists, report: number): number =>
  pairs[report]! < 0 ? more[~pairs[report]!]! : 2;
export function numberAt({ pairs, more }: ReportLists, report: number, n: number): number {
  const pair = pairs[report]!;
  return pair < 0 ? more[~pair + 1 + n]! : n === 0 ? firstOf(pair) : secondOf(pair);
}

/** What a reader of hits asks a plan for, in the order in which it does. */
export interface HitTables {
  /** By report: the parts that some pattern needs beside its anchor, each once. */
  readonly needed: ReportLists;
  /** By report: those places in `patterns` that are looked for around one of its parts, each once. */
  readonly looked: ReportLists;
  /** By part: where the patterns begin that are looked for around it. */
  readonly patternStarts: Int32Array;
  readonly patterns: Int32Array;
  /**
   * By part: what, with a literal's number times the part's patterns, makes the number of the first pair of that literal and a pattern that is looked
   * for around it.
   */
  readonly pairStarts: Int32Array;
  readonly pairCount: number;
  /** By place in `patterns`, and for none: the two other parts that the pattern has, as a pair; what it lacks is the part that every text has. */
  readonly needs: Int32Array;
  /** By pattern: its place in `patterns`; -1 for what is searched in every text. */
  readonly placeOf: Int32Array;
  readonly bytes: number;
}

/** Past the parts of a plan: one that every text has, one that nobody asks for, and one that no text has. */
export const everyText = 0;
const unasked = 1;
const noText = 2;
export const partsBeside = 3;

export function createHitTables(plan: FilterPlan): HitTables {
  const { automaton, anchors, neededBy, literalStarts, needs } = plan;
  const { reportStarts, reported, endings } = automaton;
  const reports = reportStarts.length - 1;
  const partCount = anchors.length;
  const patternStarts = new Int32Array(partCount + 1);
  const pairStarts = new Int32Array(partCount);
  let pairCount = 0;
  const patterns: number[] = [];
  const placeOf = new Int32Array(needs.length).fill(-1);
  for (let part = 0; part < partCount; part++) {
    for (const pattern of anchors[part]!) placeOf[pattern] = patterns.push(pattern) - 1;
    pairStarts[part] = pairCount - literalStarts[part]! * anchors[part]!.length;
    pairCount += (literalStarts[part + 1]! - literalStarts[part]!) * anchors[part]!.length;
    patternStarts[part + 1] = patterns.length;
  }
  const needed = createLists(reports);
  const looked = createLists(reports);
  /** By part: one more than the report it was last listed for. */
  const listedFor = new Int32Array(partCount);
  for (let report = 0; report < reports; report++) {
    for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++) {
      const part = endings[reported[i]!]! >> partShift;
      if (listedFor[part] === report + 1) continue;
      listedFor[part] = report + 1;
      for (let place = patternStarts[part]!; place < patternStarts[part + 1]!; place++) looked.list.push(place);
      if (neededBy[part]!.length > 0) needed.list.push(part);
    }
    endList(needed, report, partCount + unasked);
    endList(looked, report, patterns.length);
  }
  const every = partCount + everyText;
  const needPairs = new Int32Array(patterns.length + 1).fill(pairOf(every, every));
  needPairs[patterns.length] = pairOf(partCount + noText, every);
  for (let part = 0; part < partCount; part++)
    for (const pattern of neededBy[part]!) {
      const place = placeOf[pattern]!;
      needPairs[place] = pairOf(part, firstOf(needPairs[place]!));
    }
  const lists = { needed: packLists(needed), looked: packLists(looked) };
  const tables = { patternStarts, patterns: Int32Array.from(patterns), pairStarts, needs: needPairs, placeOf };
  const numbers = 2 * reports + 2 * partCount + 3 * patterns.length + placeOf.length;
  const bytes = 4 * numbers + 2 * (needed.more.length + looked.more.length);
  return { ...lists, ...tables, pairCount, bytes };
}

interface OpenLists {
  readonly pairs: Int32Array;
  readonly more: number[];
  /** What the report of now has. */
  readonly list: number[];
}

const createLists = (reports: number): OpenLists => ({ pairs: new Int32Array(reports), more: [], list: [] });

/** Takes what is in `list` for the report's; `none` stands for no number. */
function endList({ pairs, more, list }: OpenLists, report: number, none: number): void {
  const { length } = list;
  if (length > 2) {
    pairs[report] = ~more.length;
    more.push(length);
    for (let i = 0; i < length; i++) more.push(list[i]!);
  } else pairs[report] = pairOf(length > 0 ? list[0]! : none, length > 1 ? list[1]! : none);
  list.length = 0;
}

const packLists = ({ pairs, more }: OpenLists): ReportLists => ({ pairs, more: Uint16Array.from(more) });
