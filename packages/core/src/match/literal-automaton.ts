import { foldUnit } from "./fold-unit.js";

/**
 * Finds which of many literals a text holds, in one pass (Aho and Corasick 1975): a state is the longest beginning of a literal
 * that the text read so far ends with, so there are never more states than the literals have units, whatever the text. Both
 * are folded by `foldUnit`.
 *
 * States are numbered so that those where no literal ends come first, each group by depth. The first `denseCount` have a row
 * for ASCII; from other states, and over other units, a step is looked up in a hash table, and where that has none, tried
 * again from the longest shorter beginning.
 */
export interface LiteralAutomaton {
  readonly stateCount: number;
  readonly firstReport: number;
  readonly denseCount: number;
  readonly dense: Uint16Array;
  readonly rowShift: number;
  /** The column of each ASCII unit; 0 leads back to the beginning. */
  readonly columns: Uint8Array;
  /** `units[pages[unit >> 7] + (unit & 127)]`: the folded unit, 0 when no literal holds it. */
  readonly pages: Uint16Array;
  readonly units: Uint16Array;
  readonly fails: Uint16Array;
  /** Open addressing: `state << 16 | unit`, and where that leads. */
  readonly keys: Int32Array;
  readonly targets: Uint16Array;
  /** By state from `firstReport` on: the literal that ends there or -1, and the next shorter state that reports or 0. */
  readonly literals: Int32Array;
  readonly shorter: Uint16Array;
  readonly bytes: number;
}

/** States are kept in 16 bits. */
const maxStates = 0xffff;

/**
 * Returns an automaton for distinct, non-empty literals, or undefined when they need too many states. Rows for ASCII take at
 * most about `maxRowBytes`.
 */
export function createLiteralAutomaton(literals: readonly string[], maxRowBytes: number): LiteralAutomaton | undefined {
  const trie = buildTrie(literals);
  if (trie === undefined) return undefined;
  const { rank, firstReport, byDepth, falls } = orderStates(trie);
  const stateCount = trie.count;

  const columns = new Uint8Array(128);
  let columnCount = 1;
  const { pages, units } = buildPages(trie.held);
  const asciiUnits: number[] = [];
  for (let unit = 1; unit < 128; unit++) {
    if (trie.held[unit] === 0) continue;
    asciiUnits.push(unit);
    columns[unit] = columnCount++;
  }
  for (let unit = 0; unit < 128; unit++) columns[unit] = columns[foldUnit(unit)]!;
  const rowShift = Math.max(1, Math.ceil(Math.log2(columnCount)));
  const denseCount = Math.max(1, Math.min(stateCount, maxRowBytes >> (rowShift + 1)));
  const dense = new Uint16Array(denseCount << rowShift);

  const fails = new Uint16Array(stateCount);
  const shorter = new Uint16Array(stateCount - firstReport);
  const ends = new Int32Array(stateCount - firstReport).fill(-1);
  let size = 16;
  while (size < stateCount * 2) size *= 2;
  const keys = new Int32Array(size);
  const targets = new Uint16Array(size);
  for (let node = 1; node < stateCount; node++) {
    const key = (rank[trie.parents[node]!]! << 16) | trie.units[node]!;
    const slot = findSlot(keys, key);
    keys[slot] = key;
    targets[slot] = rank[node]!;
    fails[rank[node]!] = rank[falls[node]!]!;
    if (trie.ends[node]! >= 0) ends[rank[node]! - firstReport] = trie.ends[node]!;
  }
  const steps = { fails, keys, targets };
  for (const node of byDepth) {
    const state = rank[node]!;
    if (state >= firstReport) {
      let down = fails[state]!;
      // A state that only passes a report on has no literal of its own.
      while (down >= firstReport && ends[down - firstReport]! < 0) down = shorter[down - firstReport]!;
      shorter[state - firstReport] = down >= firstReport ? down : 0;
    }
    if (state >= denseCount) continue;
    // The row of the shorter state is finished: it is the same but for the units that lead deeper.
    const row = state << rowShift;
    const fail = fails[state]!;
    if (fail < denseCount) dense.copyWithin(row, fail << rowShift, (fail + 1) << rowShift);
    else for (const unit of asciiUnits) dense[row + columns[unit]!] = stepSlowly(steps, fail, unit);
    for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!) {
      const unit = trie.units[child]!;
      if (unit < 128) dense[row + columns[unit]!] = rank[child]!;
    }
  }
  const bytes = [dense, pages, units, fails, keys, targets, ends, shorter].reduce((sum, a) => sum + a.byteLength, 128);
  return {
    stateCount,
    firstReport,
    denseCount,
    dense,
    rowShift,
    columns,
    pages,
    units,
    fails,
    keys,
    targets,
    literals: ends,
    shorter,
    bytes,
  };
}

interface Trie {
  readonly count: number;
  readonly parents: Uint16Array;
  readonly units: Uint16Array;
  readonly depths: Uint8Array;
  /** 0: none. */
  readonly firstChild: Uint16Array;
  readonly nextSibling: Uint16Array;
  /** Open addressing: `node << 16 | unit`, and the child. */
  readonly keys: Int32Array;
  readonly children: Uint16Array;
  /** The literal that ends at a node, or -1. */
  readonly ends: Int32Array;
  /** 1 for each unit of a literal. */
  readonly held: Uint8Array;
}

function buildTrie(literals: readonly string[]): Trie | undefined {
  let most = 1;
  for (const literal of literals) most += literal.length;
  most = Math.min(most, maxStates);
  let size = 16;
  while (size < most * 2) size *= 2;
  const keys = new Int32Array(size);
  const children = new Uint16Array(size);
  const parents = new Uint16Array(most);
  const units = new Uint16Array(most);
  const depths = new Uint8Array(most);
  const firstChild = new Uint16Array(most);
  const nextSibling = new Uint16Array(most);
  const ends = new Int32Array(most).fill(-1);
  const held = new Uint8Array(0x10000);
  let count = 1;
  for (const [index, literal] of literals.entries()) {
    let node = 0;
    for (let i = 0; i < literal.length; i++) {
      const unit = literal.charCodeAt(i);
      held[unit] = 1;
      const key = (node << 16) | unit;
      const slot = findSlot(keys, key);
      if (keys[slot] === 0) {
        if (count === maxStates) return undefined;
        keys[slot] = key;
        children[slot] = count;
        parents[count] = node;
        units[count] = unit;
        depths[count] = i + 1;
        nextSibling[count] = firstChild[node]!;
        firstChild[node] = count;
        count++;
      }
      node = children[slot]!;
    }
    ends[node] = index;
  }
  return { count, parents, units, depths, firstChild, nextSibling, keys, children, ends, held };
}

interface StateOrder {
  /** The number of each node's state. */
  readonly rank: Uint16Array;
  readonly firstReport: number;
  readonly byDepth: Uint16Array;
  /** By node: the longest shorter beginning its own text ends with. */
  readonly falls: Uint16Array;
}

/** Numbers the states. A state reports when a literal ends there or at one of the shorter states it falls back to. */
function orderStates(trie: Trie): StateOrder {
  const { count, depths, ends, parents, units, keys, children } = trie;
  const byDepth = new Uint16Array(count);
  let placed = 0;
  for (let depth = 0; placed < count; depth++) {
    for (let node = 0; node < count; node++) if (depths[node] === depth) byDepth[placed++] = node;
  }
  const falls = new Uint16Array(count);
  const reports = new Uint8Array(count);
  const steps = { fails: falls, keys, targets: children };
  for (const node of byDepth) {
    if (depths[node]! > 1) falls[node] = stepSlowly(steps, falls[parents[node]!]!, units[node]!);
    if (ends[node]! >= 0 || reports[falls[node]!] === 1) reports[node] = 1;
  }
  const rank = new Uint16Array(count);
  let next = 0;
  for (const node of byDepth) if (reports[node] === 0) rank[node] = next++;
  const firstReport = next;
  for (const node of byDepth) if (reports[node] === 1) rank[node] = next++;
  return { rank, firstReport, byDepth, falls };
}

/** Where the key is, or where it would go. No key is 0, since no literal holds NUL. */
function findSlot(keys: Int32Array, key: number): number {
  const mask = keys.length - 1;
  let slot = (Math.imul(key, 0x9e3779b1) >>> 12) & mask;
  while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

/** Returns the state after a folded unit, by the hash table. */
export function stepSlowly(
  automaton: Pick<LiteralAutomaton, "fails" | "keys" | "targets">,
  from: number,
  unit: number,
): number {
  const { fails, keys, targets } = automaton;
  for (let state = from; ; state = fails[state]!) {
    const slot = findSlot(keys, (state << 16) | unit);
    if (keys[slot] !== 0) return targets[slot]!;
    if (state === 0) return 0;
  }
}

/** Pages of 128 units; all that hold nothing share the first. */
function buildPages(held: Uint8Array): { pages: Uint16Array; units: Uint16Array } {
  const pages = new Uint16Array(512);
  const filled: Uint16Array[] = [new Uint16Array(128)];
  for (let page = 0; page < 512; page++) {
    let own: Uint16Array | undefined;
    for (let low = 0; low < 128; low++) {
      const unit = foldUnit((page << 7) | low);
      if (held[unit] === 0) continue;
      own ??= new Uint16Array(128);
      own[low] = unit;
    }
    if (own !== undefined) pages[page] = 128 * (filled.push(own) - 1);
  }
  const units = new Uint16Array(filled.length * 128);
  for (const [index, page] of filled.entries()) units.set(page, index * 128);
  return { pages, units };
}
