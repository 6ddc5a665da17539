import { type CharClasses, charKind } from "./char-classes.js";
import { nodeKind, type Program } from "./program.js";
import { assertion } from "./syntax-tree.js";

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
  table: Int32Array;
  /** By state number, which is row / stride. */
  kernels: Int32Array[];
  contexts: number[];
  reports: Int32Array[];
  dead: boolean[];
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
  slots: Int32Array;
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

interface StartClosure {
  readonly chars: Int32Array;
  readonly reported: readonly number[];
  readonly byColumn: (Int32Array | undefined)[];
}

const none = new Int32Array(0);

/** One for all automata: nothing in it outlives a step. `mark` tells one step's entries from another's. */
export const scratch = {
  mark: 0,
  visited: none,
  added: none,
  stack: none,
  current: none,
  next: none,
};

function reserveScratch(size: number): void {
  if (scratch.visited.length >= size) return;
  for (const name of ["visited", "added", "stack", "current", "next"] as const) scratch[name] = new Int32Array(size);
}

/** Returns a mark no entry carries; when the numbers run out, all entries are wiped. */
function nextMark(): number {
  if (scratch.mark >= 0x7ffffff0) {
    scratch.mark = 0;
    scratch.visited.fill(0);
    scratch.added.fill(0);
  }
  return ++scratch.mark;
}
const wordConditions = assertion.wordBoundary | assertion.notWordBoundary;
const lineConditions = assertion.lineStart | assertion.lineEnd;

/** `satisfied[left * 4 + right]`: the assertions that hold between characters of two kinds. */
const satisfied = Uint8Array.from({ length: 16 }, (_, pair) => {
  const left = pair >> 2;
  const right = pair & 3;
  const boundary = (left === charKind.word) !== (right === charKind.word);
  return (
    (left === charKind.edge ? assertion.textStart : 0) |
    (right === charKind.edge ? assertion.textEnd : 0) |
    (left === charKind.edge || left === charKind.newline ? assertion.lineStart : 0) |
    (right === charKind.edge || right === charKind.newline ? assertion.lineEnd : 0) |
    (boundary ? assertion.wordBoundary : assertion.notWordBoundary)
  );
});

export interface LazyAutomatonOptions {
  /** A match may begin at every position, not only where the run begins. */
  readonly anywhere: boolean;
  /** The program is a reversed one and characters come from right to left. */
  readonly backward: boolean;
  readonly maxBytes: number;
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
    table: none,
    kernels: [],
    contexts: [],
    reports: [],
    dead: [],
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

/** Rows of an empty table; most patterns of a large set are looked at a few times and need no more. */
const firstRows = 4;

/** Forgets every state. Rows held by a caller are void afterwards; it has to intern its kernel again. */
export function forgetStates(automaton: LazyAutomaton): void {
  const { stride } = automaton.classes;
  automaton.table = new Int32Array(stride * firstRows);
  automaton.slots = new Int32Array(64);
  automaton.sparse = new Int32Array(64);
  automaton.sparseCount = 0;
  automaton.kernels = [none];
  automaton.contexts = [0];
  automaton.reports = [none];
  automaton.dead = [false];
  automaton.stateCount = 1;
  automaton.bytes = automaton.table.byteLength + automaton.slots.byteLength;
  automaton.flushCount++;
}

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

/** Returns the row of a state, built if need be; the caches are flushed first when the state does not fit. */
export function internState(
  automaton: LazyAutomaton,
  kernel: Int32Array,
  context: number,
  reports: Int32Array,
): number {
  const hash = hashState(kernel, context, reports);
  const { stride } = automaton.classes;
  let { slots } = automaton;
  let slot = hash & (slots.length - 1);
  for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
    const state = slots[slot]!;
    if (
      automaton.contexts[state] === context &&
      equalInts(automaton.kernels[state]!, kernel) &&
      equalInts(automaton.reports[state]!, reports)
    ) {
      return state * stride;
    }
  }
  const cost = 4 * (kernel.length + reports.length) + 160;
  const grows = (automaton.stateCount + 1) * stride > automaton.table.length;
  const larger = grows ? stride * Math.ceil((automaton.stateCount * 4) / 3 + 1) : 0;
  const growth = 4 * larger;
  if (automaton.bytes + automaton.work.bytes + cost + growth > automaton.maxBytes && automaton.stateCount > 2) {
    forgetStates(automaton);
    slots = automaton.slots;
    slot = hash & (slots.length - 1);
  } else if (grows) {
    const table = new Int32Array(larger);
    table.set(automaton.table);
    automaton.bytes += table.byteLength - automaton.table.byteLength;
    automaton.table = table;
  }
  const state = automaton.stateCount++;
  automaton.kernels.push(kernel);
  automaton.contexts.push(context);
  automaton.reports.push(reports);
  automaton.dead.push(kernel.length === 0 && cannotBegin(automaton, context));
  automaton.bytes += cost;
  if (kernel.length === 0 && automaton.anywhere) automaton.table[state * stride + automaton.classes.restColumn] = 1;
  slots[slot] = state;
  if (automaton.stateCount * 2 > slots.length) rehash(automaton);
  return state * stride;
}

function hashState(kernel: Int32Array, context: number, reports: Int32Array): number {
  let hash = context + 1;
  for (let i = 0; i < kernel.length; i++) hash = Math.imul(hash ^ kernel[i]!, 0x01000193) ^ (hash >>> 13);
  for (let i = 0; i < reports.length; i++) hash = Math.imul(hash ^ ~reports[i]!, 0x01000193) ^ (hash >>> 13);
  return hash ^ (hash >>> 15);
}

function rehash(automaton: LazyAutomaton): void {
  const old = automaton.slots;
  const slots = new Int32Array(old.length * 2);
  automaton.slots = slots;
  for (let state = 1; state < automaton.stateCount; state++) {
    const hash = hashState(automaton.kernels[state]!, automaton.contexts[state]!, automaton.reports[state]!);
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = state;
  }
  automaton.bytes += old.byteLength;
}

function equalInts(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** True when nothing is under way and no match can begin later, whatever follows. */
function cannotBegin(automaton: LazyAutomaton, context: number): boolean {
  if (!automaton.anywhere) return true;
  if (context === charKind.edge || automaton.backward) return false;
  for (let left = 0; left < 3; left++) {
    for (let right = 0; right < 4; right++) {
      const closure = closeStarts(automaton, satisfied[left * 4 + right]!);
      if (closure.chars.length > 0 || closure.reported.length > 0) return false;
    }
  }
  return true;
}

/** Returns the transition over any class, built if need be: the next row, negative when that row needs a look. */
export function takeTransition(automaton: LazyAutomaton, row: number, charClass: number): number {
  const { columnCount, endClass, stride } = automaton.classes;
  if (charClass < columnCount) return automaton.table[row + charClass]! || buildTransition(automaton, row, charClass);
  const key = (row / stride) * (endClass + 1) + charClass + 1;
  const { sparse } = automaton;
  let slot = sparseSlot(sparse, key);
  if (sparse[slot] === key) return sparse[slot + 1]!;
  const { flushCount } = automaton;
  const value = buildTransition(automaton, row, charClass);
  if (automaton.flushCount !== flushCount) return value;
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
  advance(automaton, automaton.kernels[state]!, automaton.kernels[state]!.length, automaton.contexts[state]!, column);
  const { work } = automaton;
  const kernel = scratch.next.slice(0, work.nextLength).sort();
  const reports = work.reported.length === 0 ? none : Int32Array.from(work.reported).sort();
  const context = automaton.contextOfKind[automaton.classes.kinds[column]!]!;
  const next = internState(automaton, kernel, context, reports);
  const nextState = next / stride;
  const value = reports.length > 0 || automaton.dead[nextState] ? -next : next;
  automaton.builtTransitions++;
  if (automaton.flushCount === flushes && column < automaton.classes.columnCount) automaton.table[row + column] = value;
  return value;
}

/** Moves a kernel over one column: leaves the next kernel (unsorted) and the patterns that ended before it in `work`. */
export function advance(
  automaton: LazyAutomaton,
  kernel: Int32Array,
  length: number,
  context: number,
  column: number,
): void {
  const { program, classes, work } = automaton;
  const kind = classes.kinds[column]!;
  const have = satisfied[automaton.backward ? kind * 4 + context : context * 4 + kind]!;
  const mark = nextMark();
  work.nextLength = 0;
  work.reported = [];
  const { added, next } = scratch;
  const { kinds, values, nexts } = program;
  const { count, members } = classes;
  const consumes = column < count;
  let nextLength = 0;
  for (let i = 0; i < kernel.length && i < length; i++) {
    walk(automaton, kernel[i]!, have, mark, (node) => {
      if (kinds[node] === nodeKind.match) {
        const pattern = values[node]!;
        if (!work.reported.includes(pattern)) work.reported.push(pattern);
      } else if (consumes && members[values[node]! * count + column] === 1 && added[nexts[node]!] !== mark) {
        added[nexts[node]!] = mark;
        next[nextLength++] = nexts[node]!;
      }
    });
  }
  if (automaton.anywhere) {
    const closure = closeStarts(automaton, have);
    for (const pattern of closure.reported) {
      if (!work.reported.includes(pattern)) work.reported.push(pattern);
    }
    if (consumes) {
      const begun = closure.byColumn[column] ?? beginOver(automaton, closure, column);
      for (let i = 0; i < begun.length; i++) {
        if (added[begun[i]!] === mark) continue;
        added[begun[i]!] = mark;
        next[nextLength++] = begun[i]!;
      }
    }
  }
  work.nextLength = nextLength;
}

/** Calls `found` once for each `chars` and `match` node that free edges reach from `node` under the conditions `have`. */
function walk(automaton: LazyAutomaton, from: number, have: number, mark: number, found: (node: number) => void): void {
  const { program } = automaton;
  const { kinds, edgeStarts, edgeTargets, edgeConditions } = program;
  const { visited, stack } = scratch;
  if (visited[from] === mark) return;
  visited[from] = mark;
  let depth = 0;
  stack[depth++] = from;
  while (depth > 0) {
    const node = stack[--depth]!;
    if (kinds[node] !== nodeKind.fork) {
      found(node);
      continue;
    }
    for (let e = edgeStarts[node]!; e < edgeStarts[node + 1]!; e++) {
      const target = edgeTargets[e]!;
      if ((edgeConditions[e]! & ~have) !== 0 || visited[target] === mark) continue;
      visited[target] = mark;
      stack[depth++] = target;
    }
  }
}

function closeStarts(automaton: LazyAutomaton, have: number): StartClosure {
  const { program, work } = automaton;
  const known = work.startClosures[have & program.conditions];
  if (known !== undefined) return known;
  const chars: number[] = [];
  const reported: number[] = [];
  const mark = nextMark();
  for (const start of program.starts) {
    walk(automaton, start, have, mark, (node) => {
      if (program.kinds[node] === nodeKind.match) reported.push(program.values[node]!);
      else chars.push(node);
    });
  }
  const closure: StartClosure = { chars: Int32Array.from(chars), reported, byColumn: [] };
  work.startClosures[have & program.conditions] = closure;
  return closure;
}

function beginOver(automaton: LazyAutomaton, closure: StartClosure, column: number): Int32Array {
  const { program, classes, work } = automaton;
  const reached = new Set<number>();
  for (const node of closure.chars) {
    if (classes.members[program.values[node]! * classes.count + column] === 1) reached.add(program.nexts[node]!);
  }
  const begun = Int32Array.from(reached);
  // Kept beside the states for good, so they may take no more than half of what is allowed.
  if (work.bytes + begun.byteLength < automaton.maxBytes / 2) {
    work.bytes += begun.byteLength;
    closure.byColumn[column] = begun;
  }
  return begun;
}

/** Returns the `chars` nodes that a kernel offers between characters of two kinds. */
export function pendingNodes(automaton: LazyAutomaton, kernel: Int32Array, left: number, right: number): Int32Array {
  const { program } = automaton;
  const mark = nextMark();
  const pending: number[] = [];
  for (const node of kernel) {
    walk(automaton, node, satisfied[left * 4 + right]!, mark, (found) => {
      if (program.kinds[found] === nodeKind.chars) pending.push(found);
    });
  }
  return Int32Array.from(pending);
}
