import { forgetStates, internKernel, internState, ownSparse } from "./automaton-states";
import type { CharClasses } from "./char-classes";
import { charKind } from "./char-classes";
import { advance, reserveScratch, type StartClosure, scratch } from "./follow-threads";
import type { Program } from "./program";
import { assertion } from "./syntax-tree";

/**
 * A deterministic automaton, built one transition at a time as texts ask for it.
 *
 * A state is a kernel (the program nodes reached by the last character, before free edges are followed), the kind of the
 * last character, and the patterns found to end just before that character: a condition such as `\b` can only be judged
 * when both neighbours are known, so every match is reported one character late, and the end of the text is a column of its
 * own. Where a search may begin anywhere, the program's starts are not in the kernel; they are added from a table by class.
 *
 * `table[row + column]` is 0 when not yet built, the next row when positive; negative (minus the row) when that row needs a
 * look: it reports patterns or nothing can match any more.
 */
export interface LazyAutomaton {
  readonly program: Program;
  readonly classes: CharClasses;
  readonly anywhere: boolean;
  readonly backward: boolean;
  readonly maxBytes: number;
  /** Rows are numbers of 16 bits for as long as the table is small: see `widenTable`. */
  isNarrow: boolean;
  table: Int32Array | Int16Array;
  /** The kernel of state n is `kernelNodes` from `kernelStarts[n]` up to `kernelStarts[n + 1]`; n is row / stride. */
  kernelNodes: ProgramNodes;
  kernelStarts: Int32Array;
  /** By state number. */
  contexts: Uint8Array;
  reports: Int32Array[];
  /** 1 when nothing is under way and nothing can begin any more. */
  dead: Uint8Array;
  stateCount: number;
  bytes: number;
  flushCount: number;
  builtTransitions: number;
  /** Characters read in all, and how many of them before the last flush. */
  charCount: number;
  flushedAtChar: number;
  stamp: number;
  /** By context: the row of a search that begins there, 0 when not looked up since the flush counted beside it. */
  readonly freshRows: Int32Array;
  freshFlush: number;
  readonly contextOfKind: Uint8Array;
  readonly work: WorkArea;
  slots: Int32Array | Uint16Array;
  /** Transitions over classes without a column: `[state × classes + class + 1, value]`, open addressing. */
  sparse: Int32Array;
  sparseCount: number;
}

interface WorkArea {
  nextLength: number;
  reported: number[];
  /** Of what is kept in `startClosures`. */
  bytes: number;
  /** By satisfied conditions: what the starts lead to. */
  readonly startClosures: (StartClosure | undefined)[];
}

const none = new Int32Array(0);
const noFlags = new Uint8Array(0);
const wordConditions = assertion.wordBoundary | assertion.notWordBoundary;
const lineConditions = assertion.lineStart | assertion.lineEnd;

export interface LazyAutomatonOptions {
  /** A match may begin at every position, not only where the run begins. */
  readonly anywhere: boolean;
  /** The program is a reversed one and characters come from right to left. */
  readonly backward: boolean;
  readonly maxBytes: number;
  /** Rows of 16 bits as long as they suffice: half the memory, for automata that are no scan's inner loop. */
  readonly isNarrow?: boolean;
}

export function createLazyAutomaton(
  program: Program,
  classes: CharClasses,
  options: LazyAutomatonOptions,
): LazyAutomaton {
  reserveScratch(program.size);
  const { conditions } = program;
  const contextOfKind = new Uint8Array(4);
  if ((conditions & lineConditions) !== 0) contextOfKind[charKind.newline] = charKind.newline;
  if ((conditions & wordConditions) !== 0) contextOfKind[charKind.word] = charKind.word;
  if (conditions !== 0) contextOfKind[charKind.edge] = charKind.edge;
  const automaton: LazyAutomaton = {
    program,
    classes,
    anywhere: options.anywhere,
    backward: options.backward,
    maxBytes: options.maxBytes,
    isNarrow: options.isNarrow === true,
    table: none,
    kernelNodes: none,
    kernelStarts: none,
    contexts: noFlags,
    reports: [],
    dead: noFlags,
    stateCount: 1,
    bytes: 0,
    flushCount: 0,
    builtTransitions: 0,
    charCount: 0,
    flushedAtChar: 0,
    stamp: 0,
    freshRows: new Int32Array(4),
    freshFlush: 0,
    contextOfKind,
    work: {
      nextLength: 0,
      reported: [],
      bytes: 0,
      startClosures: [],
    },
    slots: none,
    sparse: none,
    sparseCount: 0,
  };
  forgetStates(automaton);
  return automaton;
}

/** Nodes of a program; small programs need but 16 bits for each. */
export type ProgramNodes = Int32Array | Uint16Array;

/** Returns the row of the state at the beginning of a run, `kind` being the kind of the character before it. */
export function startRow(automaton: LazyAutomaton, kind: number): number {
  return internState(
    automaton,
    automaton.anywhere ? none : automaton.program.starts,
    automaton.contextOfKind[kind]!,
    none,
  );
}

/** Returns the row of a search that begins anywhere, after a character of a kind. */
export function freshRow(automaton: LazyAutomaton, kind: number): number {
  const { freshRows } = automaton;
  const context = automaton.contextOfKind[kind]!;
  if (automaton.freshFlush === automaton.flushCount && freshRows[context] !== 0) return freshRows[context]!;
  const row = internState(automaton, none, context, none);
  if (automaton.freshFlush !== automaton.flushCount) freshRows.fill(0);
  automaton.freshFlush = automaton.flushCount;
  freshRows[context] = row;
  return row;
}

/** Returns the transition over any class, built if need be: the next row, negative when that row needs a look. */
export function takeTransition(automaton: LazyAutomaton, row: number, charClass: number): number {
  const { columnCount, endClass, stride } = automaton.classes;
  if (charClass < columnCount) return automaton.table[row + charClass]! || buildTransition(automaton, row, charClass);
  const key = (row / stride) * (endClass + 1) + charClass + 1;
  let { sparse } = automaton;
  let slot = sparseSlot(sparse, key);
  if (sparse[slot] === key) return sparse[slot + 1]!;
  const { flushCount } = automaton;
  const value = buildTransition(automaton, row, charClass);
  if (automaton.flushCount !== flushCount) return value;
  if (automaton.sparseCount === 0) sparse = ownSparse(automaton);
  sparse[slot] = key;
  sparse[slot + 1] = value;
  if (++automaton.sparseCount * 4 > sparse.length) {
    automaton.bytes += sparse.byteLength;
    const larger = new Int32Array(sparse.length * 2);
    for (let i = 0; i < sparse.length; i += 2) {
      if (sparse[i] === 0) continue;
      slot = sparseSlot(larger, sparse[i]!);
      larger[slot] = sparse[i]!;
      larger[slot + 1] = sparse[i + 1]!;
    }
    automaton.sparse = larger;
  }
  return value;
}

/** Where the key is, or where it would go. */
function sparseSlot(sparse: Int32Array, key: number): number {
  const mask = sparse.length - 2;
  let slot = (Math.imul(key, 0x9e3779b1) >>> 8) & mask & ~1;
  while (sparse[slot] !== 0 && sparse[slot] !== key) slot = (slot + 2) & mask;
  return slot;
}

/** Builds one transition; returns the next row, negative when that row needs a look. Only classes with a column are kept. */
function buildTransition(automaton: LazyAutomaton, row: number, column: number): number {
  const { stride } = automaton.classes;
  const state = row / stride;
  const flushes = automaton.flushCount;
  const { kernelNodes, kernelStarts } = automaton;
  advance(automaton, kernelNodes, kernelStarts[state]!, kernelStarts[state + 1]!, automaton.contexts[state]!, column);
  const { work } = automaton;
  sortFirst(scratch.next, work.nextLength);
  const reports = work.reported.length === 0 ? none : Int32Array.from(work.reported).sort();
  const context = automaton.contextOfKind[automaton.classes.kinds[column]!]!;
  const next = internKernel(automaton, scratch.next, work.nextLength, context, reports);
  const nextState = next / stride;
  const value = reports.length > 0 || automaton.dead[nextState] === 1 ? -next : next;
  automaton.builtTransitions++;
  if (automaton.flushCount === flushes && column < automaton.classes.columnCount) automaton.table[row + column] = value;
  return value;
}

/** Longer lists are sorted sooner by what the language brings. */
const shortList = 24;

/** Sorts the first `length` numbers of a list. */
function sortFirst(list: Int32Array, length: number): void {
  if (length > shortList) {
    list.subarray(0, length).sort();
    return;
  }
  for (let i = 1; i < length; i++) {
    const value = list[i]!;
    let at = i;
    for (; at > 0 && list[at - 1]! > value; at--) list[at] = list[at - 1]!;
    list[at] = value;
  }
}
