import { loadAscii } from "./ascii-block";
import type { FilterPlan } from "./filter-plan";
import { partShift, reportOf } from "./literal-automaton";
import { hitLog, laneEnds, laneRoom, scanLiterals } from "./scan-literals";
import { blockEnd } from "./scan-text";

/** The first pass over a text that comes in pieces. */
export interface StreamCandidates {
  /** Returns the patterns whose last missing part was seen in `text`, in no order; each comes once. */
  find(text: string): readonly number[];
}

/** What the candidates of a set's streams share. */
export interface CandidateScratch {
  readonly plan: FilterPlan;
}

export const createCandidateScratch = (plan: FilterPlan): CandidateScratch => ({ plan });

export function createStreamCandidates({ plan }: CandidateScratch): StreamCandidates {
  const { automaton, anchors, neededBy, needs } = plan;
  const seenParts = new Uint8Array(anchors.length);
  /** By pattern: how many of its parts were seen. */
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  let state = automaton.root;

  const seePart = (part: number): void => {
    for (const patterns of [anchors[part]!, neededBy[part]!]) {
      for (const pattern of patterns) if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  const readBlock = (): void => {
    const { reportStarts, endings } = automaton;
    for (let lane = 0; lane < 4; lane++) {
      for (let at = lane * laneRoom; at < laneEnds[lane]!; at++) {
        const report = reportOf(automaton, hitLog[at]! >>> 16);
        for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++) {
          const part = endings[i]! >> partShift;
          if (seenParts[part] === 1) continue;
          seenParts[part] = 1;
          seePart(part);
        }
      }
    }
  };

  return {
    find(text) {
      candidates.length = 0;
      for (let from = 0; from < text.length; ) {
        const to = blockEnd(text, from);
        state = scanLiterals(automaton, text, from, to, loadAscii(text, from, to), state);
        readBlock();
        from = to;
      }
      return candidates;
    },
  };
}
