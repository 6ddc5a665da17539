import { loadAscii } from "./ascii-block";
import { planFilter } from "./filter-plan";
import { createHitTables } from "./hit-tables";
import { createHitReader } from "./read-hits";
import { readParts } from "./read-parts.suite";
import { scanLiterals } from "./scan-literals";
import { blockEnd } from "./scan-text";
import { createSecondLooks } from "./second-looks";
import type { PatternSource } from "./types";

/** What stands beside literals is asked for once they came to a pattern sixteen times. */
const passes = 20;

/** How often a pattern is looked for. */
export interface LookCount {
  /** How often it was looked for around its part. */
  looks: number;
  /** In how many texts that had to be read as a whole, since its part may stand anywhere. */
  wholes: number;
}

/** Returns what counts, by pattern, how often a set that has run for a while looks for it: times depend on machines, counts do not. */
export function createLookCounter(patterns: readonly PatternSource[]) {
  const read = patterns.map(readParts);
  const plan = planFilter(
    read.map(({ parts }) => parts),
    1 << 24,
  );
  if (plan === undefined) throw new Error("the literals take more than a set may");
  const handles = patterns.map((source) => ({ source, usesBytes: false }));
  const looks = createSecondLooks(
    handles,
    plan,
    1 << 26,
    () => 1 << 26,
    () => {},
  );
  let counts: LookCount[] = [];
  const lookedFor = new Set<number>();
  const reader = createHitReader(plan, createHitTables(plan), {
    ...looks,
    finds(text, pattern, place) {
      const isWhole = plan.leads[pattern]! < 0 && plan.trails[pattern]! < 0;
      if (!isWhole) counts[pattern]!.looks++;
      else if (!lookedFor.has(pattern)) counts[pattern]!.wholes++;
      lookedFor.add(pattern);
      return looks.finds(text, pattern, place);
    },
  });
  const scan = (text: string): void => {
    let state = 0;
    looks.begin();
    reader.begin();
    lookedFor.clear();
    for (let from = 0; from < text.length; ) {
      const to = blockEnd(text, from);
      const isLoaded = loadAscii(text, from, to);
      state = scanLiterals(plan.automaton, text, from, to, isLoaded, state);
      reader.readBlock(text, from, to, isLoaded, []);
      from = to;
    }
  };
  return (texts: readonly string[]): readonly LookCount[] => {
    counts = patterns.map(() => ({ looks: 0, wholes: 0 }));
    for (let pass = 0; pass < passes; pass++) {
      if (pass === passes - 1) counts = patterns.map(() => ({ looks: 0, wholes: 0 }));
      for (const text of texts) scan(text);
    }
    return counts;
  };
}
