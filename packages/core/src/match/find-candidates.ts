import type { FilterPlan } from "./filter-plan.js";
import { scanLiterals } from "./scan-literals.js";

/** The first pass over a text. */
export interface CandidateFinder {
  /** Returns the patterns all of whose parts the text holds, in no order; the list is used again by the next call. */
  find(text: string): readonly number[];
  readonly bytes: number;
}

export function createCandidateFinder(plan: FilterPlan): CandidateFinder {
  const { automaton, partStarts, literalParts, neededBy, needs } = plan;
  const { firstReport, literals, shorter } = automaton;
  // What was seen in this text carries its stamp, so nothing is wiped between texts.
  let stamp = 0;
  const seenStates = new Int32Array(automaton.stateCount - firstReport);
  const seenLiterals = new Int32Array(partStarts.length - 1);
  const seenParts = new Int32Array(neededBy.length);
  const countedFor = new Int32Array(needs.length);
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];

  const seePart = (part: number): void => {
    seenParts[part] = stamp;
    const patterns = neededBy[part]!;
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i]!;
      if (countedFor[pattern] !== stamp) {
        countedFor[pattern] = stamp;
        counts[pattern] = 0;
      }
      if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  const report = (from: number): void => {
    for (let state = from; state !== 0; state = shorter[state - firstReport]!) {
      const literal = literals[state - firstReport]!;
      if (literal < 0) continue;
      // Its shorter states were reported with it.
      if (seenLiterals[literal] === stamp) return;
      seenLiterals[literal] = stamp;
      for (let i = partStarts[literal]!; i < partStarts[literal + 1]!; i++) {
        if (seenParts[literalParts[i]!] !== stamp) seePart(literalParts[i]!);
      }
    }
  };

  return {
    find(text) {
      candidates.length = 0;
      if (++stamp === 0x7fffffff) {
        stamp = 1;
        for (const list of [seenStates, seenLiterals, seenParts, countedFor]) list.fill(0);
      }
      scanLiterals(automaton, text, seenStates, stamp, report);
      return candidates;
    },
    bytes:
      plan.bytes +
      seenStates.byteLength +
      seenLiterals.byteLength +
      seenParts.byteLength +
      countedFor.byteLength +
      counts.byteLength,
  };
}
