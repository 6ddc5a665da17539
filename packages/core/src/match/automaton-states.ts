import { charKind } from "./char-classes";
import { closeStarts, satisfied } from "./follow-threads";
import type { LazyAutomaton, ProgramNodes } from "./lazy-automaton";

const none = new Int32Array(0);

/** What stands in an automaton without states; never written to. */
const noRows = new Int32Array(0);
const noNarrowRows = new Int16Array(0);
const noNodes = new Uint16Array(0);
const noStarts = new Int32Array(2);
const noFlags = new Uint8Array(1);
const noSlots = new Uint16Array(16);
const noSparse = new Int32Array(8);

/** Programs of more nodes need 32 bits for each. */
const narrowNodes = 0xffff;
/** Tables of more cells need 32 bits for each. */
const narrowCells = 0x7fff;

/** Forgets every state. Rows held by a caller are void afterwards; it has to intern its kernel again. */
export function forgetStates(automaton: LazyAutomaton): void {
  automaton.table = automaton.isNarrow ? noNarrowRows : noRows;
  automaton.slots = noSlots;
  automaton.sparse = noSparse;
  automaton.sparseCount = 0;
  automaton.kernelNodes = automaton.program.size < narrowNodes ? noNodes : none;
  automaton.kernelStarts = noStarts;
  automaton.contexts = noFlags;
  automaton.dead = noFlags;
  automaton.reports = [none];
  automaton.stateCount = 1;
  automaton.bytes = 0;
  automaton.flushCount++;
}

/** Makes rows numbers of 32 bits for good, as loops expect them that shall know but one kind. */
export function widenTable(automaton: LazyAutomaton): void {
  if (!automaton.isNarrow) return;
  automaton.isNarrow = false;
  setTable(automaton, Int32Array.from(automaton.table));
}

/** Returns the list of transitions without a column, ready to be written to. */
export function ownSparse(automaton: LazyAutomaton): Int32Array {
  if (automaton.sparse === noSparse) {
    automaton.sparse = noSparse.slice();
    automaton.bytes += automaton.sparse.byteLength;
  }
  return automaton.sparse;
}

function setTable(automaton: LazyAutomaton, table: Int32Array | Int16Array): void {
  automaton.bytes += table.byteLength - automaton.table.byteLength;
  automaton.table = table;
}

/** Returns a copy of a state's kernel, which outlives a flush. */
export const kernelOf = ({ kernelNodes, kernelStarts }: LazyAutomaton, state: number): ProgramNodes =>
  kernelNodes.slice(kernelStarts[state]!, kernelStarts[state + 1]!);

export const kernelLength = ({ kernelStarts }: LazyAutomaton, state: number): number =>
  kernelStarts[state + 1]! - kernelStarts[state]!;

/** Returns the row of a state, built if need be; the caches are flushed first when the state does not fit. */
export const internState = (
  automaton: LazyAutomaton,
  kernel: ProgramNodes,
  context: number,
  reports: Int32Array,
): number => internKernel(automaton, kernel, kernel.length, context, reports);

/** The same for a kernel that is the first `length` nodes of a list; it is copied. */
export function internKernel(
  automaton: LazyAutomaton,
  kernel: ProgramNodes,
  length: number,
  context: number,
  reports: Int32Array,
): number {
  const hash = hashState(kernel, 0, length, context, reports);
  const { stride } = automaton.classes;
  let { slots } = automaton;
  let slot = hash & (slots.length - 1);
  for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
    const state = slots[slot]!;
    if (
      automaton.contexts[state] === context &&
      hasKernel(automaton, state, kernel, length) &&
      equalInts(automaton.reports[state]!, reports)
    ) {
      return state * stride;
    }
  }
  const cost = stateCost + (reports.length === 0 ? 0 : 4 * reports.length + arrayCost);
  const kernelEnd = automaton.kernelStarts[automaton.stateCount]! + length;
  const kernelGrowth = kernelEnd > automaton.kernelNodes.length ? 2 * kernelEnd + 64 : 0;
  const grows = (automaton.stateCount + 1) * stride > automaton.table.length;
  const larger = grows ? stride * Math.ceil((automaton.stateCount * 4) / 3 + 1) : 0;
  const isNarrow = automaton.isNarrow && larger <= narrowCells;
  const growth = (isNarrow ? 2 : 4) * larger + 4 * kernelGrowth;
  if (automaton.bytes + automaton.work.bytes + cost + growth > automaton.maxBytes && automaton.stateCount > 2) {
    forgetStates(automaton);
    slot = hash & (automaton.slots.length - 1);
    growTable(automaton, stride * firstRows);
  } else if (grows) growTable(automaton, larger);
  if (automaton.slots === noSlots) {
    automaton.slots = noSlots.slice();
    automaton.bytes += noSlots.byteLength;
  }
  slots = automaton.slots;
  const state = automaton.stateCount++;
  addKernel(automaton, state, kernel, length);
  automaton.contexts[state] = context;
  automaton.reports.push(reports);
  if (length === 0 && cannotBegin(automaton, context)) automaton.dead[state] = 1;
  automaton.bytes += cost;
  if (length === 0 && automaton.anywhere) automaton.table[state * stride + automaton.classes.restColumn] = 1;
  slots[slot] = state;
  if (automaton.stateCount * 2 > slots.length) rehash(automaton);
  return state * stride;
}

/** Rows of a first table; most patterns of a large set are looked at a few times and need no more. */
const firstRows = 3;

function growTable(automaton: LazyAutomaton, cells: number): void {
  const table = automaton.isNarrow && cells <= narrowCells ? new Int16Array(cells) : new Int32Array(cells);
  table.set(automaton.table);
  setTable(automaton, table);
}

/** What a state costs beside its row, its kernel and its flags, and what a small typed array of its own does. */
const stateCost = 12;
const arrayCost = 160;

function addKernel(automaton: LazyAutomaton, state: number, kernel: ProgramNodes, length: number): void {
  const start = automaton.kernelStarts[state]!;
  const end = start + length;
  const before = automaton.kernelNodes.byteLength + automaton.kernelStarts.byteLength;
  if (end > automaton.kernelNodes.length) {
    const larger = automaton.program.size < narrowNodes ? new Uint16Array(roomFor(end)) : new Int32Array(roomFor(end));
    larger.set(automaton.kernelNodes);
    automaton.kernelNodes = larger;
  }
  if (state + 2 > automaton.kernelStarts.length) {
    const room = roomFor(state + 2);
    const starts = new Int32Array(room);
    starts.set(automaton.kernelStarts);
    automaton.kernelStarts = starts;
    automaton.contexts = enlargeFlags(automaton, automaton.contexts, room);
    automaton.dead = enlargeFlags(automaton, automaton.dead, room);
  }
  const { kernelNodes } = automaton;
  for (let i = 0; i < length; i++) kernelNodes[start + i] = kernel[i]!;
  automaton.kernelStarts[state + 1] = end;
  automaton.bytes += automaton.kernelNodes.byteLength + automaton.kernelStarts.byteLength - before;
}

const roomFor = (least: number): number => least + (least >> 1) + 8;

function enlargeFlags(automaton: LazyAutomaton, flags: Uint8Array, room: number): Uint8Array {
  const larger = new Uint8Array(room);
  larger.set(flags);
  automaton.bytes += room - (flags === noFlags ? 0 : flags.length);
  return larger;
}

function hasKernel(
  { kernelNodes, kernelStarts }: LazyAutomaton,
  state: number,
  kernel: ProgramNodes,
  length: number,
): boolean {
  const start = kernelStarts[state]!;
  if (kernelStarts[state + 1]! - start !== length) return false;
  for (let i = 0; i < length; i++) if (kernelNodes[start + i] !== kernel[i]) return false;
  return true;
}

/** Of the kernel that stands in `nodes` from `from` to `to`. */
function hashState(nodes: ProgramNodes, from: number, to: number, context: number, reports: Int32Array): number {
  let hash = context + 1;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ nodes[i]!, 0x01000193) ^ (hash >>> 13);
  for (let i = 0; i < reports.length; i++) hash = Math.imul(hash ^ ~reports[i]!, 0x01000193) ^ (hash >>> 13);
  return hash ^ (hash >>> 15);
}

function rehash(automaton: LazyAutomaton): void {
  const old = automaton.slots;
  // Half of the slots stay free: their numbers are larger than those of the states.
  const length = old.length * 2;
  const slots = length <= 0x10000 ? new Uint16Array(length) : new Int32Array(length);
  automaton.slots = slots;
  for (let state = 1; state < automaton.stateCount; state++) {
    const hash = hashState(
      automaton.kernelNodes,
      automaton.kernelStarts[state]!,
      automaton.kernelStarts[state + 1]!,
      automaton.contexts[state]!,
      automaton.reports[state]!,
    );
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = state;
  }
  automaton.bytes += slots.byteLength - old.byteLength;
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
