import { matchLimits } from "../gen/match-limits";
import { createAutomatonPool } from "./automaton-pool";
import { internState, kernelLength, kernelOf } from "./automaton-states";
import { toByteText } from "./byte-tree";
import { charKind, classOf } from "./char-classes";
import { type PatternHandle, recompile } from "./compile-pattern";
import type { FilterPlan } from "./filter-plan";
import { freshRow, type LazyAutomaton, type ProgramNodes } from "./lazy-automaton";
import { lookAhead } from "./look-around";
import { createGroup, groupBytes, type SearchGroup } from "./native-engine";
import { scanText } from "./scan-text";
import { createFindings, type Findings, scanEnd } from "./scan-units";

/**
 * The automata of a set's streams, shared by all of them and kept under a cap of their own. A key names a group of patterns:
 * a single one by its index; after those come the groups that every text is run through, and then groups of all patterns that the
 * first pass over literals spares.
 */
export interface StreamSearch {
  /** Keys of the groups that every text is run through. */
  readonly always: readonly number[];
  /** Keys of the groups that hold every other pattern. */
  readonly filtered: readonly number[];
  createRun(key: number): GroupRun;
  /** Runs on over `text`; adds the patterns found for the first time in this run to `found`. */
  feed(run: GroupRun, text: string, last: boolean, found: number[]): void;
  /** Moves a run in which nothing is under way to a later place, behind the code point `before` (-1: the beginning of the text). */
  move(run: GroupRun, before: number): void;
  /** `lookAhead` with the automaton of a run, in a text that goes on; the run stays as it is. */
  look(run: GroupRun, text: string, from: number, begin: number): number;
  bytes(): number;
}

/** Where a group's automaton stands between two pieces; rows do not survive a flush, so it is the state itself. */
export interface GroupRun {
  readonly key: number;
  readonly findings: Findings;
  kernel: ProgramNodes;
  /** -1 at the beginning of the text. */
  context: number;
  finished: boolean;
  /** The row of that state, as long as the automaton is the same and was not flushed since. */
  row: number;
  automaton: LazyAutomaton | undefined;
  flushCount: number;
  /** Of that automaton: what `readKnown` needs to go on without asking for it. */
  group: StreamGroup | undefined;
  drops: number;
}

/** A group, and copies of the kernels that pieces ended with: runs share them, and most pieces end with one seen before. */
interface StreamGroup extends SearchGroup {
  /** By state, as long as the automaton is not flushed. */
  kernels: (ProgramNodes | undefined)[];
  kernelsFlush: number;
  kernelBytes: number;
}

/** Longer pieces gain nothing from being read without asking. */
const shortPiece = 256;
const alwaysSize = 12;
const groupSize = 8;
/** One group may take so much of what all have. */
const groupShare = 1 / 16;
const alwaysShare = 1 / 8;
const none = new Int32Array(0);
/** What a small typed array costs beside its numbers. */
const arrayCost = 160;

/** `plan` is absent for a set small enough to be searched by one automaton. */
export function createStreamSearch(
  patterns: readonly PatternHandle[],
  plan: FilterPlan | undefined,
  togetherSize: number,
): StreamSearch {
  const groups: number[][] = patterns.map((_, index) => [index]);
  const addGroups = (members: readonly number[], size: number): number[] => {
    const keys: number[] = [];
    for (const usesBytes of [false, true]) {
      const own = members.filter((member) => patterns[member]!.usesBytes === usesBytes);
      for (let i = 0; i < own.length; i += size) keys.push(groups.push(own.slice(i, i + size)) - 1);
    }
    return keys;
  };
  const indexes = patterns.map((_, index) => index);
  const isFiltered = (index: number) => plan !== undefined && plan.needs[index]! > 0;
  const always = addGroups(
    indexes.filter((index) => !isFiltered(index)),
    plan === undefined ? togetherSize : alwaysSize,
  );
  const filtered = addGroups(indexes.filter(isFiltered), groupSize);
  const pool = createAutomatonPool<StreamGroup>({
    make(key) {
      const members = groups[key]!;
      const trees = members.map((member) => recompile(patterns[member]!).searchTree);
      const usesBytes = patterns[members[0]!]!.usesBytes;
      const share = always.includes(key) ? alwaysShare : groupShare;
      const group = createGroup(trees, usesBytes, Math.floor(matchLimits.maxStreamBytes * share));
      return { ...group, kernels: [], kernelsFlush: group.automaton.flushCount, kernelBytes: 0 };
    },
    automataOf: ({ automaton }) => [automaton],
    bytesOf(group) {
      forgetOldKernels(group);
      return groupBytes(group) + group.kernelBytes;
    },
    maxBytes: () => matchLimits.maxStreamBytes,
  });

  return {
    always,
    filtered,
    createRun: (key) => ({
      key,
      findings: createFindings(groups[key]!.length),
      kernel: none,
      context: -1,
      finished: false,
      row: 0,
      automaton: undefined,
      flushCount: 0,
      group: undefined,
      drops: 0,
    }),
    feed(run, text, last, found) {
      if (run.finished) return;
      if (!last && text.length <= shortPiece && run.drops === pool.drops() && readKnown(run, text)) return;
      const { list } = run.findings;
      const before = list.length;
      pool.use(run.key, (group) => {
        feedGroup(group, run, text, last);
        run.group = group;
        // Before any is dropped because of this piece.
        run.drops = pool.drops();
      });
      for (let i = before; i < list.length; i++) found.push(groups[run.key]![list[i]!]!);
    },
    move(run, before) {
      if (run.group !== undefined && run.drops === pool.drops()) moveRun(run, run.group, before);
      else pool.use(run.key, (group) => moveRun(run, group, before));
    },
    look: (run, text, from, begin) =>
      pool.use(run.key, ({ automaton }) => lookAhead(automaton, text, from, begin, true)),
    bytes: pool.bytes,
  };
}

/** When the row of a search that begins there is known, the run need not ask for its group to go on. */
function moveRun(run: GroupRun, { automaton, classes }: StreamGroup, before: number): void {
  const { contextOfKind, flushCount, freshRows, freshFlush } = automaton;
  run.context = contextOfKind[before < 0 ? charKind.edge : classes.kinds[classOf(classes, before)]!]!;
  run.row = freshFlush === flushCount ? freshRows[run.context]! : 0;
  run.automaton = run.row === 0 ? undefined : automaton;
  run.flushCount = flushCount;
}

/**
 * Reads a piece with nothing but transitions that were built before and report nothing; false, and nothing is changed, where it
 * takes more. Most short pieces take no more, and then a run need not ask for its group.
 */
function readKnown(run: GroupRun, text: string): boolean {
  const { automaton, group } = run;
  if (automaton === undefined || group === undefined || group.overBytes) return false;
  if (run.flushCount !== automaton.flushCount || group.automaton !== automaton) return false;
  const { table, classes } = automaton;
  const { pages, unitColumns } = classes;
  let { row } = run;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const next = table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
    if (next <= 0) return false;
    row = next;
  }
  if (row === run.row) return true;
  const state = row / classes.stride;
  const isAtRest = table[row + classes.restColumn] === 1;
  const kernel = isAtRest ? none : group.kernelsFlush === run.flushCount ? group.kernels[state] : undefined;
  if (kernel === undefined) return false;
  run.kernel = kernel;
  run.context = automaton.contexts[state]!;
  run.row = row;
  return true;
}

function feedGroup(group: StreamGroup, run: GroupRun, text: string, last: boolean): void {
  const { automaton, overBytes, classes } = group;
  if (run.context < 0) run.context = automaton.contextOfKind[charKind.edge]!;
  automaton.stamp++;
  const isKnown = run.automaton === automaton && run.flushCount === automaton.flushCount;
  const isFresh = run.kernel.length === 0;
  const begin = isKnown
    ? run.row
    : isFresh
      ? freshRow(automaton, run.context)
      : internState(automaton, run.kernel, run.context, none);
  const row = scanText(automaton, overBytes ? toByteText(text).text : text, begin, run.findings);
  if (row === 0) {
    run.finished = true;
    return;
  }
  if (last) scanEnd(automaton, row, run.findings);
  if (isKnown && row === begin && run.flushCount === automaton.flushCount) return;
  const state = row / classes.stride;
  run.kernel = keepKernel(group, state);
  run.context = automaton.contexts[state]!;
  run.automaton = automaton;
  run.flushCount = automaton.flushCount;
  run.row = row;
}

/** Returns a copy of a state's kernel, which outlives a flush. */
function keepKernel(group: StreamGroup, state: number): ProgramNodes {
  const { automaton } = group;
  if (kernelLength(automaton, state) === 0) return none;
  forgetOldKernels(group);
  let kernel = group.kernels[state];
  if (kernel === undefined) {
    while (group.kernels.length <= state) group.kernels.push(undefined);
    group.kernels[state] = kernel = kernelOf(automaton, state);
    group.kernelBytes += kernel.byteLength + arrayCost;
  }
  return kernel;
}

function forgetOldKernels(group: StreamGroup): void {
  if (group.kernelsFlush === group.automaton.flushCount) return;
  group.kernelsFlush = group.automaton.flushCount;
  group.kernels = [];
  group.kernelBytes = 0;
}
