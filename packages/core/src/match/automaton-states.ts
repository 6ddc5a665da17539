import { charKind } from "./char-classes";
import { closeStarts, satisfied } from "./follow-threads";
import type { LazyAutomaton } from "./lazy-automaton";

const none = new Int32Array(0);

/** Rows of an empty table; most patterns of a large set are looked at a few times and need no more. */
const firstRows = 3;

/** Forgets every state. Rows held by a caller are void afterwards; it has to intern its kernel again. */
export function forgetStates(automaton: LazyAutomaton): void {
  const { stride } = automaton.classes;
  automaton.table = new Int32Array(stride * firstRows);
  automaton.slots = new Int32Array(16);
  automaton.sparse = new Int32Array(8);
  automaton.sparseCount = 0;
  automaton.kernelNodes = new Int32Array(16);
  automaton.kernelStarts = new Int32Array(9);
  automaton.contexts = [0];
  automaton.reports = [none];
  automaton.dead = [false];
  automaton.stateCount = 1;
  automaton.bytes =
    automaton.table.byteLength +
    automaton.slots.byteLength +
    automaton.sparse.byteLength +
    automaton.kernelNodes.byteLength +
    automaton.kernelStarts.byteLength;
  automaton.flushCount++;
}

/** Returns a copy of a state's kernel, which outlives a flush. */
export const kernelOf = ({ kernelNodes, kernelStarts }: LazyAutomaton, state: number): Int32Array =>
  kernelNodes.slice(kernelStarts[state]!, kernelStarts[state + 1]!);

export const kernelLength = ({ kernelStarts }: LazyAutomaton, state: number): number =>
  kernelStarts[state + 1]! - kernelStarts[state]!;

/** Returns the row of a state, built if need be; the caches are flushed first when the state does not fit. */
export const internState = (
  automaton: LazyAutomaton,
  kernel: Int32Array,
  context: number,
  reports: Int32Array,
): number => internKernel(automaton, kernel, kernel.length, context, reports);

/** The same for a kernel that is the first `length` nodes of a list; it is copied. */
export function internKernel(
  automaton: LazyAutomaton,
  kernel: Int32Array,
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
  const growth = 4 * (larger + kernelGrowth);
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
  addKernel(automaton, state, kernel, length);
  automaton.contexts.push(context);
  automaton.reports.push(reports);
  automaton.dead.push(length === 0 && cannotBegin(automaton, context));
  automaton.bytes += cost;
  if (length === 0 && automaton.anywhere) automaton.table[state * stride + automaton.classes.restColumn] = 1;
  slots[slot] = state;
  if (automaton.stateCount * 2 > slots.length) rehash(automaton);
  return state * stride;
}

/** What a state costs beside its row and its kernel, and what a small typed array of its own does. */
const stateCost = 32;
const arrayCost = 160;

function addKernel(automaton: LazyAutomaton, state: number, kernel: Int32Array, length: number): void {
  const start = automaton.kernelStarts[state]!;
  const end = start + length;
  const before = automaton.kernelNodes.byteLength + automaton.kernelStarts.byteLength;
  if (end > automaton.kernelNodes.length) automaton.kernelNodes = enlarge(automaton.kernelNodes, end);
  if (state + 2 > automaton.kernelStarts.length) automaton.kernelStarts = enlarge(automaton.kernelStarts, state + 2);
  const { kernelNodes } = automaton;
  for (let i = 0; i < length; i++) kernelNodes[start + i] = kernel[i]!;
  automaton.kernelStarts[state + 1] = end;
  automaton.bytes += automaton.kernelNodes.byteLength + automaton.kernelStarts.byteLength - before;
}

function enlarge(list: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(least + (least >> 1) + 16);
  larger.set(list);
  return larger;
}

function hasKernel(
  { kernelNodes, kernelStarts }: LazyAutomaton,
  state: number,
  kernel: Int32Array,
  length: number,
): boolean {
  const start = kernelStarts[state]!;
  if (kernelStarts[state + 1]! - start !== length) return false;
  for (let i = 0; i < length; i++) if (kernelNodes[start + i] !== kernel[i]) return false;
  return true;
}

/** Of the kernel that stands in `nodes` from `from` to `to`. */
function hashState(nodes: Int32Array, from: number, to: number, context: number, reports: Int32Array): number {
  let hash = context + 1;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ nodes[i]!, 0x01000193) ^ (hash >>> 13);
  for (let i = 0; i < reports.length; i++) hash = Math.imul(hash ^ ~reports[i]!, 0x01000193) ^ (hash >>> 13);
  return hash ^ (hash >>> 15);
}

function rehash(automaton: LazyAutomaton): void {
  const old = automaton.slots;
  const slots = new Int32Array(old.length * 2);
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
