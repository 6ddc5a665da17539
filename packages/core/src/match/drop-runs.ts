import type { FilterPlan } from "./filter-plan";
import { beginsAtBoundary, type LiteralAutomaton, partShift, unitsMask } from "./literal-automaton";
import { hitLog, laneBorder, lanes } from "./scan-literals";

/**
 * Which reports have only anchors that begin at a boundary: in a run of one character none stands but at its beginning. That is of ASCII alone, where what
 * is folded to the same is a letter, or a digit, or neither; `é` is no letter to a boundary.
 */
export function listRunless({ automaton, anchors }: FilterPlan): Uint8Array {
  const { reportStarts, reported, endings } = automaton;
  const reportCount = reportStarts.length - 1;
  const begins = new Uint8Array(reportCount).fill(1);
  for (let report = 0; report < reportCount; report++)
    for (let k = reportStarts[report]!; k < reportStarts[report + 1]!; k++) {
      const ending = endings[reported[k]!]!;
      if ((ending & beginsAtBoundary) === 0 && anchors[ending >> partShift]!.length > 0) begins[report] = 0;
    }
  return begins;
}

const lastUnits = new Int32Array(lanes);
const lastReports = new Int32Array(lanes);

/**
 * In a run of one character no anchor that begins at a boundary stands but at the run's beginning: leaves those hits of an ASCII block in the log that do not
 * go on with a run; returns how many they are.
 */
export function dropRuns({ reports }: LiteralAutomaton, begins: Uint8Array, hits: number): number {
  const log = hitLog;
  const second = laneBorder(1);
  const third = laneBorder(2);
  const fourth = laneBorder(3);
  lastReports.fill(-1);
  let kept = 0;
  for (let hit = 0; hit < hits; hit++) {
    const entry = log[hit]!;
    const unit = entry & 0xffff;
    const report = (entry >>> 16) - reports;
    const lane = unit < third ? (unit < second ? 0 : 1) : unit < fourth ? 2 : 3;
    const isRun = lastReports[lane] === report && lastUnits[lane] === unit - 1;
    lastReports[lane] = report;
    lastUnits[lane] = unit;
    if (!isRun || begins[report] === 0 || unit <= unitsMask) log[kept++] = entry;
  }
  return kept;
}
