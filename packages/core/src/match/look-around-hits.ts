import { foldUnit } from "./fold-unit";
import type { Reading } from "./hit-reading";
import { firstOf, secondOf } from "./hit-tables";
import {
  beginsAtBoundary,
  endsAtBoundary,
  hintMask,
  hintOf,
  isSpelled,
  type LiteralAutomaton,
  literalEnd,
  literalLength,
  mustCompare,
  nextShift,
  partShift,
  spelledUnit,
  unitsMask,
} from "./literal-automaton";
import { lastCount, noGate } from "./literal-gates";
import { isWordBoundary } from "./read-code-point";
import { hitLog, laneBorder, lanes } from "./scan-literals";

/** What no literal goes on with. */
const noHint = hintMask + 1;

const conditions = beginsAtBoundary | endsAtBoundary | mustCompare;

/** Looks for the complete patterns around the hits that are left, in the order in which they end. */
export function lookAroundHits(reading: Reading, text: string, from: number, kept: number, found: number[]) {
  const { patternStarts, patterns, needs, pairStarts } = reading;
  const { pairGates, seen, stamp, looks } = reading;
  const { automaton } = reading.plan;
  const { reportStarts, reported, endings, reports } = automaton;
  const log = hitLog;
  for (let lane = 0; lane < lanes; lane++) {
    const firstUnit = laneBorder(lane);
    const lastUnit = laneBorder(lane + 1);
    for (let hit = 0; hit < kept; hit++) {
      const unit = log[hit]! & 0xffff;
      if (unit < firstUnit || unit >= lastUnit) continue;
      const report = (log[hit]! >>> 16) - reports;
      const endPlace = from + unit + 1;
      const last = reportStarts[report + 1]!;
      const next =
        endPlace + 1 < text.length
          ? hintOf(foldUnit(text.charCodeAt(endPlace)), foldUnit(text.charCodeAt(endPlace + 1)))
          : noHint;
      for (let k = reportStarts[report]!; k < last; k++) {
        const literal = reported[k]!;
        const ending = endings[literal]!;
        const part = ending >> partShift;
        const firstPattern = patternStarts[part]!;
        const lastPattern = patternStarts[part + 1]!;
        // What comes now is only needed beside something else.
        if (firstPattern === lastPattern) break;
        const expected = (ending >> nextShift) & hintMask;
        if (expected !== 0 && expected !== next) continue;
        const place = endPlace - (ending & unitsMask);
        const pairStart = pairStarts[part]! + literal * (lastPattern - firstPattern) - firstPattern;
        let stands = (ending & conditions) === 0;
        for (let at = firstPattern; at < lastPattern; at++) {
          const need = needs[at]!;
          if (seen[firstOf(need)] !== stamp || seen[secondOf(need)] !== stamp) continue;
          stands ||= standsAt(automaton, text, ending, literal, place, endPlace);
          if (!stands) break;
          const pattern = patterns[at]!;
          let gate = pairGates[pairStart + at]!;
          if (gate <= lastCount && gate !== noGate) gate = makeGate(reading, pattern, pairStart + at, literal, report);
          if (gate > lastCount && !looks.gates.passes(gate, text, place, literalEnd(automaton, literal, place)))
            continue;
          if (looks.finds(text, pattern, place)) found.push(pattern);
        }
      }
    }
  }
}

/** True when the literal of an ending stands in the text, of which the state says so much that it may. */
function standsAt(
  automaton: LiteralAutomaton,
  text: string,
  ending: number,
  literal: number,
  place: number,
  end: number,
): boolean {
  if ((ending & beginsAtBoundary) !== 0 && !isWordBoundary(text, place)) return false;
  let stop = end;
  if ((ending & mustCompare) !== 0) {
    stop = literalEnd(automaton, literal, place);
    if (!isSpelled(automaton, literal, text, place)) return false;
  }
  return (ending & endsAtBoundary) === 0 || isWordBoundary(text, stop);
}

/** Makes the gate of a pair that came often enough; what it tells is asked of all hits of the report from the next block on. */
function makeGate(
  { pairGates, looks, filters, plan }: Reading,
  pattern: number,
  pair: number,
  literal: number,
  report: number,
): number {
  const times = pairGates[pair]!;
  if (times < lastCount) return (pairGates[pair] = Math.max(times, noGate) + 1);
  const { automaton } = plan;
  const units = Array.from({ length: literalLength(automaton, literal) }, (_, i) => spelledUnit(automaton, literal, i));
  const gate = looks.makeGate(pattern, units);
  pairGates[pair] = gate;
  if (gate !== noGate) filters.renew(report);
  return gate;
}
