import { kindOf, nextOf, nodeKind, type Program } from "./program";
import { assertion } from "./syntax-tree";

/** A walk through a program, node by node, in so many steps at most. */
export interface ProgramWalk {
  readonly program: Program;
  /** Steps that may still be taken; nothing that was found counts when there are none. */
  left: number;
  /** By node: the walk that came to it. */
  readonly stamps: Int32Array;
  stamp: number;
  readonly stack: number[];
}

export const createProgramWalk = (program: Program, maxSteps: number): ProgramWalk => ({
  program,
  left: maxSteps,
  stamps: new Int32Array(program.size),
  stamp: 0,
  stack: [],
});

/** Returns 1 for each node that is reached in at most so many characters from the beginning. */
export function markNear({ program }: ProgramWalk, most: number): Uint8Array {
  const { values, edgeTargets, size } = program;
  const marks = new Uint8Array(size);
  let level = Array.from(program.starts);
  for (let chars = 0; chars <= most && level.length > 0; chars++) {
    const next: number[] = [];
    while (level.length > 0) {
      const node = level.pop()!;
      if (marks[node] === 1) continue;
      marks[node] = 1;
      if (kindOf(program, node) === nodeKind.chars) next.push(nextOf(program, node));
      else if (kindOf(program, node) === nodeKind.fork)
        for (let e = nextOf(program, node), end = e + values[node]!; e < end; e++) level.push(edgeTargets[e]!);
    }
    level = next;
  }
  return marks;
}

/** Returns 1 for each node from which the end is reached in at most so many characters. */
export function markLate({ program }: ProgramWalk, { starts, sources }: BackwardEdges, most: number): Uint8Array {
  const { size } = program;
  const marks = new Uint8Array(size);
  let level: number[] = [];
  for (let node = 0; node < size; node++) if (kindOf(program, node) === nodeKind.match) level.push(node);
  for (let chars = 0; chars <= most && level.length > 0; chars++) {
    const next: number[] = [];
    while (level.length > 0) {
      const node = level.pop()!;
      if (marks[node] === 1) continue;
      marks[node] = 1;
      for (let i = starts[node]!; i < starts[node + 1]!; i++) {
        const source = sources[i]!;
        (kindOf(program, source) === nodeKind.chars ? next : level).push(source);
      }
    }
    level = next;
  }
  return marks;
}

/** Calls `visit` with every node that reads a character or matches and is reached from `node` for free. */
export function walkForward(walk: ProgramWalk, node: number, visit: (node: number) => void, isNew = true): void {
  const { program, stamps, stack } = walk;
  const { values, edgeTargets } = program;
  if (isNew) walk.stamp++;
  stack.push(node);
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (stamps[at] === walk.stamp || walk.left-- <= 0) continue;
    stamps[at] = walk.stamp;
    if (kindOf(program, at) !== nodeKind.fork) visit(at);
    else for (let e = nextOf(program, at), end = e + values[at]!; e < end; e++) stack.push(edgeTargets[e]!);
  }
}

/** Returns the nodes that read what comes after; undefined when the match may end here. */
export function followNodes(walk: ProgramWalk, nodes: readonly number[]): number[] | undefined {
  const { program } = walk;
  const after: number[] = [];
  let mayEnd = false;
  walk.stamp++;
  for (const node of nodes)
    walkForward(
      walk,
      nextOf(program, node),
      (target) => (kindOf(program, target) === nodeKind.chars ? after.push(target) : (mayEnd = true)),
      false,
    );
  return mayEnd || walk.left <= 0 ? undefined : after;
}

/** The edges of a program backward: those of node n are `sources[starts[n]]` up to `sources[starts[n + 1]]`. */
export interface BackwardEdges {
  readonly starts: Int32Array;
  readonly sources: Int32Array;
  readonly conditions: Uint8Array;
}

export function reverseEdges(program: Program): BackwardEdges {
  const { size, values, edgeTargets, edgeConditions } = program;
  const starts = new Int32Array(size + 2);
  for (let n = 0; n < size; n++) {
    if (kindOf(program, n) === nodeKind.chars) starts[nextOf(program, n) + 2]!++;
    else if (kindOf(program, n) === nodeKind.fork)
      for (let e = nextOf(program, n), end = e + values[n]!; e < end; e++) starts[edgeTargets[e]! + 2]!++;
  }
  for (let n = 0; n < size; n++) starts[n + 2]! += starts[n + 1]!;
  const sources = new Int32Array(starts[size + 1]!);
  const conditions = new Uint8Array(sources.length);
  for (let n = 0; n < size; n++) {
    if (kindOf(program, n) === nodeKind.chars) sources[starts[nextOf(program, n) + 1]!++] = n;
    if (kindOf(program, n) !== nodeKind.fork) continue;
    for (let e = nextOf(program, n), end = e + values[n]!; e < end; e++) {
      const at = starts[edgeTargets[e]! + 1]!++;
      sources[at] = n;
      conditions[at] = edgeConditions[e]!;
    }
  }
  return { starts, sources, conditions };
}

const atEdge = assertion.textStart;
const atLine = assertion.textStart | assertion.lineStart;

/**
 * Returns what comes before: the nodes that read it, and with `onlyAfter` where the match may begin there too; undefined when it may
 * begin there after anything.
 */
export function precedeNodes(walk: ProgramWalk, backward: BackwardEdges, nodes: readonly number[]): Before | undefined {
  if (walkBack(walk, backward, nodes, atLine).begins) return undefined;
  const { before, begins } = walkBack(walk, backward, nodes, 0);
  if (walk.left <= 0) return undefined;
  const hasLines = (walk.program.conditions & assertion.lineStart) !== 0;
  return { nodes: before, onlyAfter: begins ? (hasLines ? atLine : atEdge) : 0 };
}

export interface Before {
  readonly nodes: readonly number[];
  readonly onlyAfter: number;
}

/** Goes back for free from the nodes, over no edge with one of the conditions. */
function walkBack(walk: ProgramWalk, backward: BackwardEdges, nodes: readonly number[], conditions: number) {
  const { program, stamps, stack } = walk;
  const before = new Set<number>();
  let begins = false;
  walk.stamp++;
  stack.push(...nodes);
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (stamps[at] === walk.stamp || walk.left-- <= 0) continue;
    stamps[at] = walk.stamp;
    if (program.starts.includes(at)) begins = true;
    for (let i = backward.starts[at]!; i < backward.starts[at + 1]!; i++) {
      if ((backward.conditions[i]! & conditions) !== 0) continue;
      const source = backward.sources[i]!;
      if (kindOf(program, source) === nodeKind.chars) before.add(source);
      else stack.push(source);
    }
  }
  return { before: [...before], begins };
}
