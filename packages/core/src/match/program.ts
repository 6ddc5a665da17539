import type { CodeRanges } from "./code-ranges";
import { refuse } from "./parse-error";
import type { SyntaxTree, TextTree } from "./syntax-tree";

export const nodeKind = { fork: 0, chars: 1, match: 2 } as const;

/** As small as the numbers allow: a large set keeps hundreds of programs. */
type NodeNumbers = Uint8Array | Uint16Array | Int32Array;

/**
 * A nondeterministic automaton. A `fork` node leads on for free along its edges, each under a condition (a mask of
 * assertions, 0 for none); a `chars` node leads to `value`'s set's `next` over one character; a `match` node names a pattern.
 */
export interface Program {
  readonly size: number;
  /** By node: its kind, and above it (`linkShift`) the next node of a `chars` node, the first edge of a `fork`. */
  readonly links: NodeNumbers;
  /** The set of a `chars` node, the pattern of a `match` node, how many edges a `fork` has. */
  readonly values: NodeNumbers;
  readonly edgeTargets: NodeNumbers;
  readonly edgeConditions: Uint8Array;
  /** Where each pattern begins. */
  readonly starts: Int32Array;
  /** Every assertion that occurs. */
  readonly conditions: number;
  /** Repetitions that are one node whatever their most; none unless the builder counts gaps. */
  readonly gaps: readonly Gap[];
  readonly bytes: number;
}

/**
 * A repetition of one set up to `most` times. It is entered through `enter`, after each character stands in `hold`, and after the last one
 * that it may read only what `exit` leads to is left: whoever follows the program counts, and puts `exit` in the place of `hold`. Of several
 * threads in a gap the one that entered last may do all that the others may, so its count is enough.
 */
export interface Gap {
  readonly enter: number;
  readonly hold: number;
  readonly exit: number;
  readonly most: number;
}

export const linkShift = 2;
export const kindMask = 3;
export const kindOf = ({ links }: Program, node: number): number => links[node]! & kindMask;
export const nextOf = ({ links }: Program, node: number): number => links[node]! >> linkShift;

/** Gives equal sets one number. */
export interface CharSets {
  readonly list: CodeRanges[];
  readonly ids: Map<string, number>;
  /** The same by identity: trees share their ranges. */
  readonly known: Map<CodeRanges, number>;
}

export const createCharSets = (): CharSets => ({ list: [], ids: new Map(), known: new Map() });

function internSet(sets: CharSets, ranges: CodeRanges): number {
  const known = sets.known.get(ranges);
  if (known !== undefined) return known;
  const key = ranges.join();
  let id = sets.ids.get(key);
  sets.known.set(ranges, id ?? sets.list.length);
  if (id === undefined) {
    id = sets.list.push(ranges) - 1;
    sets.ids.set(key, id);
  }
  return id;
}

export interface ProgramBuilder {
  readonly sets: CharSets;
  readonly kinds: number[];
  readonly values: number[];
  readonly nexts: number[];
  readonly edges: number[][];
  readonly starts: number[];
  /** Undefined when repetitions are written out. */
  readonly gaps: Gap[] | undefined;
  conditions: number;
}

export const createProgramBuilder = (sets: CharSets, countsGaps = false): ProgramBuilder => ({
  sets,
  kinds: [],
  values: [],
  nexts: [],
  edges: [],
  starts: [],
  gaps: countsGaps ? [] : undefined,
  conditions: 0,
});

/** Shorter repetitions are written out, so that they need no counting. */
const minGap = 16;

const noGaps: readonly Gap[] = Object.freeze([]);
/** What the description of one gap costs. */
const gapBytes = 64;
const anyByte: CodeRanges = [0, 255];
const noEdges: number[] = [];

function addNode(builder: ProgramBuilder, kind: number, value: number, next: number, edges = noEdges): number {
  builder.kinds.push(kind);
  builder.values.push(value);
  builder.nexts.push(next);
  return builder.edges.push(edges) - 1;
}

/** Adds a pattern; its number is the count of patterns added before. */
export function addPattern(builder: ProgramBuilder, tree: SyntaxTree): void {
  const match = addNode(builder, nodeKind.match, builder.starts.length, -1);
  builder.starts.push(addTree(builder, tree, match));
}

/** Adds the nodes of a tree that leads on to `next`; returns where it is entered. */
function addTree(builder: ProgramBuilder, tree: SyntaxTree, next: number): number {
  switch (tree.kind) {
    case "empty":
      return next;
    case "chars":
      return addNode(builder, nodeKind.chars, internSet(builder.sets, tree.ranges), next);
    case "byte":
      return addNode(builder, nodeKind.chars, internSet(builder.sets, anyByte), next);
    case "assert":
      builder.conditions |= tree.condition;
      return addNode(builder, nodeKind.fork, 0, -1, [next, tree.condition]);
    case "sequence": {
      let entry = next;
      for (let i = tree.items.length - 1; i >= 0; i--) entry = addTree(builder, tree.items[i]!, entry);
      return entry;
    }
    case "choice": {
      const edges: number[] = [];
      for (const item of tree.items) edges.push(addTree(builder, item, next), 0);
      return addNode(builder, nodeKind.fork, 0, -1, edges);
    }
    case "repeat":
      return addRepeat(builder, tree, next);
  }
}

function addRepeat(builder: ProgramBuilder, tree: Extract<SyntaxTree, { kind: "repeat" }>, next: number): number {
  const { item, min, max } = tree;
  let entry = next;
  let copies = min;
  if (max < 0) {
    const loop = addNode(builder, nodeKind.fork, 0, -1, []);
    const body = addTree(builder, item, loop);
    builder.edges[loop]!.push(body, 0, next, 0);
    entry = min > 0 ? body : loop;
    copies = Math.max(0, min - 1);
  } else if (builder.gaps !== undefined && item.kind === "chars" && max - min >= minGap) {
    entry = addGap(builder, item, max - min, next);
  } else {
    for (let i = min; i < max; i++) {
      entry = addNode(builder, nodeKind.fork, 0, -1, [addTree(builder, item, entry), 0, next, 0]);
    }
  }
  for (let i = 0; i < copies; i++) entry = addTree(builder, item, entry);
  return entry;
}

function addGap(builder: ProgramBuilder, item: SyntaxTree, most: number, next: number): number {
  const exit = addNode(builder, nodeKind.fork, 0, -1, [next, 0]);
  const hold = addNode(builder, nodeKind.fork, 0, -1, []);
  const chars = addTree(builder, item, hold);
  builder.edges[hold]!.push(chars, 0, exit, 0);
  const enter = addNode(builder, nodeKind.fork, 0, -1, [chars, 0, exit, 0]);
  builder.gaps!.push({ enter, hold, exit, most });
  return enter;
}

/**
 * Returns how many nodes `addTree` would add. Throws a PatternSyntaxError at the repetition (or the beginning) where the
 * count passes `maxNodes`.
 */
export function measureTree(tree: TextTree, maxNodes: number, at = 0): number {
  let nodes = 1;
  if (tree.kind === "sequence" || tree.kind === "choice") {
    const { items, kind } = tree;
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      // In a sequence its characters stand for themselves.
      if (item.kind === "text" && kind === "sequence") nodes += item.text.length;
      else if (item.kind === "words" && kind === "choice") nodes += item.text.length + 1;
      else nodes += item.kind === "chars" ? 1 : measureTree(item, maxNodes, at);
    }
  } else if (tree.kind === "text") nodes += tree.text.length;
  else if (tree.kind === "words") nodes += tree.text.length + 1;
  else if (tree.kind === "repeat") {
    const item = measureTree(tree.item, maxNodes, tree.at);
    nodes = tree.max < 0 ? item * Math.max(1, tree.min) + 1 : item * tree.max + (tree.max - tree.min);
    at = tree.at;
  }
  if (nodes > maxNodes) refuse(at, "the program of the pattern is too large; lower its repetition counts or split it");
  return nodes;
}

export function finishProgram({ kinds, values, nexts, edges, starts, conditions, gaps }: ProgramBuilder): Program {
  const size = kinds.length;
  const edgeTargets: number[] = [];
  const edgeConditions: number[] = [];
  for (let n = 0; n < size; n++) {
    const own = edges[n]!;
    if (kinds[n] === nodeKind.fork) {
      nexts[n] = edgeTargets.length;
      values[n] = own.length / 2;
    }
    for (let i = 0; i < own.length; i += 2) {
      edgeTargets.push(own[i]!);
      edgeConditions.push(own[i + 1]!);
    }
  }
  const program = {
    // A `match` leads nowhere.
    links: narrow(kinds.map((kind, n) => (Math.max(0, nexts[n]!) << linkShift) | kind)),
    values: narrow(values),
    edgeTargets: narrow(edgeTargets),
    edgeConditions: Uint8Array.from(edgeConditions),
    starts: Int32Array.from(starts),
  };
  const bytes = Object.values(program).reduce((total, numbers) => total + numbers.byteLength, 0);
  return { ...program, size, conditions, gaps: gaps ?? noGaps, bytes: bytes + gapBytes * (gaps?.length ?? 0) };
}

function narrow(numbers: readonly number[]): NodeNumbers {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i]!);
  return (most < 0x100 ? Uint8Array : most < 0x10000 ? Uint16Array : Int32Array).from(numbers);
}

/**
 * Returns the program read from right to left: it begins where `program` matches and matches (pattern 0) where `program`'s
 * first pattern begins. Node n of `program` keeps its number; reading the character of a `chars` node n leads to n.
 */
export function reverseProgram(program: Program): Program {
  const { size } = program;
  const edges: number[][] = Array.from({ length: size }, () => []);
  const kinds = new Array<number>(size).fill(nodeKind.fork);
  const values = new Array<number>(size).fill(0);
  const nexts = new Array<number>(size).fill(-1);
  const starts: number[] = [];
  for (let n = 0; n < size; n++) {
    if (kindOf(program, n) === nodeKind.fork)
      for (let e = nextOf(program, n), end = e + program.values[n]!; e < end; e++)
        edges[program.edgeTargets[e]!]!.push(n, program.edgeConditions[e]!);
    if (kindOf(program, n) === nodeKind.match) starts.push(n);
    if (kindOf(program, n) !== nodeKind.chars) continue;
    edges[nextOf(program, n)]!.push(kinds.length, 0);
    kinds.push(nodeKind.chars);
    values.push(program.values[n]!);
    nexts.push(n);
    edges.push([]);
  }
  const begin = program.starts[0]!;
  edges[begin]!.push(kinds.length, 0);
  kinds.push(nodeKind.match);
  values.push(0);
  nexts.push(-1);
  edges.push([]);
  const { conditions } = program;
  // Backward a gap is entered where it was left, and after each character stands before the node that read it.
  const gaps = program.gaps.map(({ enter, hold, exit, most }) => {
    const chars = program.edgeTargets[nextOf(program, hold)]!;
    return { enter: exit, hold: chars, exit: enter, most };
  });
  return finishProgram({ sets: createCharSets(), kinds, values, nexts, edges, starts, gaps, conditions });
}
