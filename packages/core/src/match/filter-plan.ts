import type { CompiledPattern } from "./compile-pattern.js";
import { createLiteralAutomaton, type LiteralAutomaton } from "./literal-automaton.js";
import { createLiteralReader, type LiteralPart } from "./literal-parts.js";

/**
 * How a large set is searched. In one automaton the states of many patterns such as `ignore\W+(?:\w+\W+){0,5}rules` multiply
 * until every character of ordinary text leads to a new one. So the first pass looks for literals only: parts (`ignore`,
 * `rules`), each a choice of literals of which every match holds one. A pattern is searched itself when all its parts were seen.
 */
export interface FilterPlan {
  readonly automaton: LiteralAutomaton;
  /** The parts of literal n are `literalParts[partStarts[n]]` up to, not including, `literalParts[partStarts[n + 1]]`. */
  readonly partStarts: Int32Array;
  readonly literalParts: Int32Array;
  /** By part: the patterns that need it. */
  readonly neededBy: readonly Int32Array[];
  /** By pattern: how many parts it needs; 0 for those that are searched in every text. */
  readonly needs: Uint8Array;
  readonly bytes: number;
}

/** No more patterns than this are searched by one automaton, without a first pass. */
export const maxTogether = 16;

/** What rows for ASCII may take of the first pass. */
const rowShare = 0.8;
/** Literals are cut shorter until the first pass fits. */
const lengths = [8, 6, 5, 4, 3, 2, 1];

/** Returns the plan for a large set, or undefined when its first pass does not fit into `maxBytes`. */
export function planFilter(patterns: readonly CompiledPattern[], maxBytes: number): FilterPlan | undefined {
  const reader = createLiteralReader();
  const parts = patterns.map(({ usesBytes, searchTree }) => (usesBytes ? [] : reader.chooseParts(searchTree)));
  for (const length of lengths) {
    const plan = planCut(parts, length, maxBytes);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

function planCut(
  chosen: readonly (readonly LiteralPart[])[],
  length: number,
  maxBytes: number,
): FilterPlan | undefined {
  const literals = new Map<string, number[]>();
  const parts = new Map<string, number>();
  const neededBy: number[][] = [];
  const needs = new Uint8Array(chosen.length);
  for (const [pattern, own] of chosen.entries()) {
    const ids = new Set<number>();
    for (const part of own) {
      const cut = length < lengths[0]! ? [...new Set(part.map((literal) => literal.slice(0, length)))] : part;
      const key = cut.join("\0");
      let id = parts.get(key);
      if (id === undefined) {
        id = neededBy.push([]) - 1;
        parts.set(key, id);
        for (const literal of cut) {
          const known = literals.get(literal);
          if (known === undefined) literals.set(literal, [id]);
          else known.push(id);
        }
      }
      ids.add(id);
    }
    for (const id of ids) neededBy[id]!.push(pattern);
    needs[pattern] = ids.size;
  }
  const automaton = createLiteralAutomaton([...literals.keys()], Math.floor(maxBytes * rowShare));
  if (automaton === undefined) return undefined;
  const partStarts = new Int32Array(literals.size + 1);
  const literalParts: number[] = [];
  for (const [index, ids] of [...literals.values()].entries()) {
    for (const id of ids) literalParts.push(id);
    partStarts[index + 1] = literalParts.length;
  }
  let bytes = automaton.bytes + 4 * (literalParts.length + literals.size) + needs.length;
  for (const list of neededBy) bytes += 4 * list.length + 80;
  if (bytes > maxBytes) return undefined;
  return {
    automaton,
    partStarts,
    literalParts: Int32Array.from(literalParts),
    neededBy: neededBy.map((list) => Int32Array.from(list)),
    needs,
    bytes,
  };
}
