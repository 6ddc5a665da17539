import { pairOdds } from "./pair-odds";

/** The beginnings of literals, as nodes; node 0 is the empty one. */
export interface LiteralTrie {
  readonly count: number;
  /** The code that leads to a node. */
  readonly codes: Uint8Array;
  /** 0: none. */
  readonly firstChild: Uint16Array;
  readonly nextSibling: Uint16Array;
  /** The longest shorter beginning that a node's own text ends with. */
  readonly fails: Uint16Array;
  /** 1 for nodes whose text is not ASCII alone. */
  readonly wide: Uint8Array;
  /** By node: how many units lead to it. */
  readonly depths: Uint8Array;
  readonly byDepth: Uint16Array;
  /** By literal: the node where it ends. */
  readonly ends: Uint16Array;
}

/** Nodes are kept in 16 bits. */
const maxNodes = 0xffff;
const firstWide = 64;

/** So many units are told however rare they are. */
const leastTold = 4;
/** How often a unit begins something: the same for all. */
const firstOdds = 0.05;

/**
 * Returns how many units of the literal from `from` to `to` are told: what ordinary text hardly ever holds is told no further, which would take states and
 * spare nothing. Chances are multiplied, so where one literal begins inside of another, what is told of that one ends no later: literals that do not hold
 * one another are reported in the order in which they begin.
 */
function unitsTold(units: Uint16Array, from: number, to: number, depth: number): number {
  const odds = 10 ** (1 - depth);
  const most = Math.min(to - from, depth);
  let chance = firstOdds;
  for (let told = 2; told < most; told++) {
    chance *= pairOdds(units[from + told - 2]!, units[from + told - 1]!);
    if (chance <= odds && told >= leastTold) return told;
  }
  return most;
}

/**
 * Returns the trie of at most the first `depth` units of literals, literal n being `units` from `starts[n]` on, or undefined when it has too many
 * nodes. No unit may have the code 0, nor one of 128 or more.
 */
export function buildLiteralTrie(
  units: Uint16Array,
  starts: Int32Array,
  depth: number,
  codeOf: (unit: number) => number,
): LiteralTrie | undefined {
  const most = Math.min(units.length + 1, maxNodes);
  const table = createChildTable(most);
  const parents = new Uint16Array(most);
  const codes = new Uint8Array(most);
  const depths = new Uint8Array(most);
  const wide = new Uint8Array(most);
  const firstChild = new Uint16Array(most);
  const nextSibling = new Uint16Array(most);
  const ends = new Uint16Array(starts.length - 1);
  let count = 1;

  // One loop a function: each runs once, and what follows a loop that was compiled on the way is not compiled yet.
  const addLiterals = (): boolean => {
    const codeCache = new Uint8Array(0x10000);
    /** The nodes of the literal before, which mostly begins as the next one does. */
    const path = new Uint16Array(depth + 1);
    let before = 0;
    let beforeTo = 0;
    for (let index = 0; index < ends.length; index++) {
      const from = starts[index]!;
      const to = from + unitsTold(units, from, starts[index + 1]!, depth);
      let shared = 0;
      while (from + shared < to && before + shared < beforeTo && units[before + shared] === units[from + shared])
        shared++;
      before = from;
      beforeTo = to;
      let node = path[shared]!;
      for (let i = from + shared; i < to; i++) {
        const unit = units[i]!;
        const code = codeCache[unit]! || (codeCache[unit] = codeOf(unit));
        const slot = findSlot(table, (node << 7) | code);
        if (table.keys[slot] === 0) {
          if (count === maxNodes) return false;
          table.keys[slot] = (node << 7) | code;
          table.children[slot] = count;
          parents[count] = node;
          codes[count] = code;
          depths[count] = i - from + 1;
          wide[count] = wide[node]! | (code >= firstWide ? 1 : 0);
          nextSibling[count] = firstChild[node]!;
          firstChild[node] = count;
          count++;
        }
        node = table.children[slot]!;
        path[i - from + 1] = node;
      }
      ends[index] = node;
    }
    return true;
  };
  if (!addLiterals()) return undefined;

  const byDepth = orderByDepth(depths, count);
  const fails = new Uint16Array(count);
  const linkFails = (): void => {
    for (let i = 1; i < count; i++) {
      const node = byDepth[i]!;
      if (depths[node]! < 2) continue;
      const code = codes[node]!;
      for (let shorter = fails[parents[node]!]!; ; shorter = fails[shorter]!) {
        const slot = findSlot(table, (shorter << 7) | code);
        if (table.keys[slot] !== 0) {
          fails[node] = table.children[slot]!;
          break;
        }
        if (shorter === 0) break;
      }
    }
  };
  linkFails();
  return { count, codes, firstChild, nextSibling, fails, wide, depths, byDepth, ends };
}

interface ChildTable {
  /** Open addressing: `node << 7 | code`, 0 for none. */
  readonly keys: Int32Array;
  readonly children: Uint16Array;
}

function createChildTable(nodes: number): ChildTable {
  let size = 16;
  while (size < nodes * 2) size *= 2;
  return { keys: new Int32Array(size), children: new Uint16Array(size) };
}

function findSlot({ keys }: ChildTable, key: number): number {
  const mask = keys.length - 1;
  let slot = (Math.imul(key, 0x9e3779b1) >>> 12) & mask;
  while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

function orderByDepth(depths: Uint8Array, count: number): Uint16Array {
  const starts = new Int32Array(257);
  for (let node = 0; node < count; node++) starts[depths[node]! + 1]!++;
  for (let depth = 0; depth < 256; depth++) starts[depth + 1]! += starts[depth]!;
  const order = new Uint16Array(count);
  for (let node = 0; node < count; node++) order[starts[depths[node]!]!++] = node;
  return order;
}
