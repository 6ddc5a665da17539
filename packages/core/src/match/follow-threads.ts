import { charKind, holdsClass } from "./char-classes";
import type { LazyAutomaton, ProgramNodes } from "./lazy-automaton";
import { kindMask, kindOf, linkShift, nextOf, nodeKind } from "./program";
import { assertion } from "./syntax-tree";

/** What the starts of a program lead to, under some conditions. */
export interface StartClosure {
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

export function reserveScratch(size: number): void {
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
/** `satisfied[left * 4 + right]`: the assertions that hold between characters of two kinds. */
export const satisfied = Uint8Array.from({ length: 16 }, (_, pair) => {
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

/** Moves the kernel that stands in `nodes` from `from` to `to` over one column: leaves the next kernel (unsorted) and the patterns that ended before it in `work`. */
export function advance(
  automaton: LazyAutomaton,
  nodes: ProgramNodes,
  from: number,
  to: number,
  context: number,
  column: number,
): void {
  const { program, classes, work } = automaton;
  const kind = classes.kinds[column]!;
  const have = satisfied[automaton.backward ? kind * 4 + context : context * 4 + kind]!;
  const mark = nextMark();
  work.nextLength = 0;
  if (work.reported.length > 0) work.reported = [];
  const { added, next, visited, stack } = scratch;
  const { links, values, edgeTargets, edgeConditions } = program;
  const { members, memberWords } = classes;
  const consumes = column < classes.count;
  const word = column >> 5;
  const bit = 1 << (column & 31);
  let nextLength = 0;
  // As `walk` does, without a call for each node.
  for (let i = from; i < to; i++) {
    const begin = nodes[i]!;
    if (visited[begin] === mark) continue;
    visited[begin] = mark;
    let depth = 0;
    stack[depth++] = begin;
    while (depth > 0) {
      const node = stack[--depth]!;
      const link = links[node]!;
      const kindOfNode = link & kindMask;
      if (kindOfNode === nodeKind.chars) {
        const then = link >> linkShift;
        if (!consumes || (members[values[node]! * memberWords + word]! & bit) === 0 || added[then] === mark) continue;
        added[then] = mark;
        next[nextLength++] = then;
      } else if (kindOfNode === nodeKind.match) {
        const pattern = values[node]!;
        if (!work.reported.includes(pattern)) work.reported.push(pattern);
      } else {
        for (let e = link >> linkShift, end = e + values[node]!; e < end; e++) {
          const target = edgeTargets[e]!;
          if ((edgeConditions[e]! & ~have) !== 0 || visited[target] === mark) continue;
          visited[target] = mark;
          stack[depth++] = target;
        }
      }
    }
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
  // What was entered anew in a gap is told like a pattern that was found (see `gapReport`).
  const { gaps } = program;
  for (let g = 0; g < gaps.length; g++)
    if (visited[gaps[g]!.enter] === mark && added[gaps[g]!.hold] === mark) work.reported.push(gapReport(g));
  work.nextLength = nextLength;
}

/** What stands among the reports of a state when a gap was entered before its last character; a program with gaps has one pattern, 0. */
export const gapReport = (gap: number): number => gap + 1;

/** Calls `found` once for each `chars` and `match` node that free edges reach from `node` under the conditions `have`. */
function walk(automaton: LazyAutomaton, from: number, have: number, mark: number, found: (node: number) => void): void {
  const { program } = automaton;
  const { values, edgeTargets, edgeConditions } = program;
  const { visited, stack } = scratch;
  if (visited[from] === mark) return;
  visited[from] = mark;
  let depth = 0;
  stack[depth++] = from;
  while (depth > 0) {
    const node = stack[--depth]!;
    if (kindOf(program, node) !== nodeKind.fork) {
      found(node);
      continue;
    }
    for (let e = nextOf(program, node), end = e + values[node]!; e < end; e++) {
      const target = edgeTargets[e]!;
      if ((edgeConditions[e]! & ~have) !== 0 || visited[target] === mark) continue;
      visited[target] = mark;
      stack[depth++] = target;
    }
  }
}

/** Returns what the starts lead to under the conditions `have`. */
export function closeStarts(automaton: LazyAutomaton, have: number): StartClosure {
  const { program, work } = automaton;
  const known = work.startClosures[have & program.conditions];
  if (known !== undefined) return known;
  const chars: number[] = [];
  const reported: number[] = [];
  const mark = nextMark();
  for (const start of program.starts) {
    walk(automaton, start, have, mark, (node) => {
      if (kindOf(program, node) === nodeKind.match) reported.push(program.values[node]!);
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
    if (holdsClass(classes, program.values[node]!, column)) reached.add(nextOf(program, node));
  }
  const begun = shareList(reached);
  // Kept beside the states for good, so they may take no more than half of what is allowed.
  if (work.bytes + begun.byteLength < automaton.maxBytes / 2) {
    work.bytes += begun.length > 1 ? begun.byteLength + arrayCost : pointerCost;
    closure.byColumn[column] = begun;
  }
  return begun;
}

const noNodes = new Int32Array(0);
/** By node: the list that holds it alone. Most characters begin nothing or one thing, and a list costs far more than its number. */
const singles: Int32Array[] = [];
const maxSingles = 4096;
/** What a small typed array costs beside its numbers, and what it costs to hold one. */
const arrayCost = 180;
const pointerCost = 4;

/** Returns the nodes as a list that nobody writes to. */
function shareList(nodes: ReadonlySet<number>): Int32Array {
  if (nodes.size > 1) return Int32Array.from(nodes);
  for (const node of nodes) return node < maxSingles ? (singles[node] ??= Int32Array.of(node)) : Int32Array.of(node);
  return noNodes;
}

/** Returns the `chars` nodes that a kernel offers between characters of two kinds. */
export function pendingNodes(automaton: LazyAutomaton, kernel: ProgramNodes, left: number, right: number): Int32Array {
  const { program } = automaton;
  const mark = nextMark();
  const pending: number[] = [];
  for (const node of kernel) {
    walk(automaton, node, satisfied[left * 4 + right]!, mark, (found) => {
      if (kindOf(program, found) === nodeKind.chars) pending.push(found);
    });
  }
  return Int32Array.from(pending);
}
