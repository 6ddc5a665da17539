import { createLiteralAutomaton, type LiteralAutomaton } from "./literal-automaton";
import { isSameList } from "./literal-list";
import { type LiteralPart, maxTrail } from "./pick-parts";

/**
 * How a large set is searched. In one automaton the states of many patterns such as `ignore\W+(?:\w+\W+){0,5}rules` multiply
 * until every character of ordinary text leads to a new one. So the first pass looks for literals only: for each pattern up
 * to three parts (`ignore`, `rules`), each a choice of literals of which every match holds one. Around each place where the
 * first of them stands the pattern itself is searched, once the text was seen to hold the others.
 */
export interface FilterPlan {
  readonly automaton: LiteralAutomaton;
  /** By part: the patterns that are looked for around it, and those that only need it somewhere. */
  readonly anchors: readonly (readonly number[])[];
  readonly neededBy: readonly (readonly number[])[];
  /** By part: its first literal. */
  readonly literalStarts: Int32Array;
  /** By pattern: how many parts it has; 0 when it is searched in every text. */
  readonly needs: Uint8Array;
  /** By pattern: the most units from where a match begins to its part, and from there to its end; -1: no most that helps. */
  readonly leads: Int32Array;
  readonly trails: Int32Array;
  readonly bytes: number;
}

/** No more patterns than this are searched by one automaton, without a first pass. */
export const maxTogether = 16;

/** The states of the first pass tell fewer units of the literals until it fits; the others are compared with the text. */
const depths = [8, 6, 5, 4, 3, 2, 1];
const maxLead = 1 << 20;
/** What an array takes beside its numbers; most have one, and a typed one would take three times as much. */
const listBytes = 48;
const nothing: readonly number[] = [];

/**
 * Returns the plan for a large set, by the parts of each pattern (none: it is searched in every text), or undefined when its first
 * pass does not fit into `maxBytes`.
 */
export function planFilter(parts: readonly (readonly LiteralPart[])[], maxBytes: number): FilterPlan | undefined {
  for (const depth of depths) {
    const plan = planDepth(parts, depth, maxBytes);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

function planDepth(
  chosen: readonly (readonly LiteralPart[])[],
  depth: number,
  maxBytes: number,
): FilterPlan | undefined {
  /** Literals of one part after the other, and the part of each. */
  const literals: string[] = [];
  const partOf: number[] = [];
  /** By what tells most parts apart. */
  const parts = new Map<string, { readonly list: readonly string[]; readonly id: number }[]>();
  const anchors: number[][] = [];
  const neededBy: number[][] = [];
  const literalStarts: number[] = [];
  const partId = ({ literals: list }: LiteralPart): number => {
    const key = `${list.length}|${list[0]!}|${list[list.length - 1]!}`;
    let alike = parts.get(key);
    if (alike === undefined) parts.set(key, (alike = []));
    for (const other of alike) if (isSameList(other.list, list)) return other.id;
    const id = anchors.push([]) - 1;
    neededBy.push([]);
    literalStarts.push(literals.length);
    alike.push({ list, id });
    for (let i = 0; i < list.length; i++) {
      literals.push(list[i]!);
      partOf.push(id);
    }
    return id;
  };
  const needs = new Uint8Array(chosen.length);
  const leads = new Int32Array(chosen.length);
  const trails = new Int32Array(chosen.length);
  for (const [pattern, [first, ...further]] of chosen.entries()) {
    if (first === undefined) continue;
    const anchor = partId(first);
    anchors[anchor]!.push(pattern);
    const others = new Set(further.map(partId));
    others.delete(anchor);
    for (const id of others) neededBy[id]!.push(pattern);
    needs[pattern] = 1 + others.size;
    leads[pattern] = first.lead <= maxLead ? first.lead : -1;
    trails[pattern] = first.trail <= maxTrail ? first.trail : -1;
  }
  let bytes = 9 * chosen.length + 20 * anchors.length;
  const pack = (list: readonly number[]): readonly number[] => {
    if (list.length === 0) return nothing;
    bytes += 8 * list.length + listBytes;
    return list.slice();
  };
  const packedAnchors = anchors.map(pack);
  const packedNeeds = neededBy.map(pack);
  const isAnchor = Uint8Array.from(anchors, ({ length }) => Math.min(1, length));
  const automaton = createLiteralAutomaton(literals, partOf, depth, maxBytes - bytes, isAnchor);
  if (automaton === undefined || automaton.bytes + bytes > maxBytes) return undefined;
  return {
    automaton,
    anchors: packedAnchors,
    neededBy: packedNeeds,
    literalStarts: Int32Array.from([...literalStarts, literals.length]),
    needs,
    leads,
    trails,
    bytes: automaton.bytes + bytes,
  };
}
