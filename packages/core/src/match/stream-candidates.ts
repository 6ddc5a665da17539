import type { FilterPlan } from "./filter-plan.js";
import { scanLiterals } from "./scan-literals.js";

/** The first pass over a text that comes in pieces. */
export interface StreamCandidates {
  /** Returns the patterns whose last missing part ended in `text`, in no order; each comes once. */
  find(text: string): readonly number[];
}

/** What the candidates of a set's streams share. */
export interface CandidateScratch {
  readonly plan: FilterPlan;
  /** The states reported in the piece that carries the stamp. */
  readonly seenStates: Int32Array;
  stamp: number;
}

export const createCandidateScratch = (plan: FilterPlan): CandidateScratch => ({
  plan,
  seenStates: new Int32Array(plan.automaton.stateCount - plan.automaton.firstReport),
  stamp: 0,
});

/** Longer than any literal: so much of the text before is read again with each piece. */
const overlap = 32;

export function createStreamCandidates(scratch: CandidateScratch): StreamCandidates {
  const { automaton, partStarts, literalParts, neededBy, needs } = scratch.plan;
  const { firstReport, literals, shorter } = automaton;
  const seenLiterals = new Uint8Array(partStarts.length - 1);
  const seenParts = new Uint8Array(neededBy.length);
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  let tail = "";

  const report = (from: number): void => {
    for (let state = from; state !== 0; state = shorter[state - firstReport]!) {
      const literal = literals[state - firstReport]!;
      if (literal < 0) continue;
      // Its shorter states were reported with it.
      if (seenLiterals[literal] === 1) return;
      seenLiterals[literal] = 1;
      for (let i = partStarts[literal]!; i < partStarts[literal + 1]!; i++) {
        const part = literalParts[i]!;
        if (seenParts[part] === 1) continue;
        seenParts[part] = 1;
        for (const pattern of neededBy[part]!) if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
      }
    }
  };

  return {
    find(text) {
      candidates.length = 0;
      if (++scratch.stamp === 0x7fffffff) {
        scratch.stamp = 1;
        scratch.seenStates.fill(0);
      }
      const window = tail + text;
      scanLiterals(automaton, window, scratch.seenStates, scratch.stamp, report);
      tail = window.slice(-overlap);
      return candidates;
    },
  };
}
