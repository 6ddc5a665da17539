import type { FilterPlan } from "./filter-plan";
import type { HitTables } from "./hit-tables";
import type { CompletedPatterns, ReportFilters } from "./report-filters";
import type { SecondLooks } from "./second-looks";

/**
 * What is kept from hit to hit. It is handed to functions of the module, which read the lists that they want once a block: what a function closes over is
 * a constant to the compiler only as long as there is one set, and a process has several.
 */
export interface Reading extends Pick<HitTables, Exclude<keyof HitTables, "bytes" | "pairCount">> {
  readonly plan: FilterPlan;
  readonly looks: SecondLooks;
  readonly filters: ReportFilters;
  readonly completed: CompletedPatterns;
  /** By pair of a literal and a pattern: its gate, 0 for none made yet. */
  readonly pairGates: Uint16Array;
  /** By part: the stamp of the text that may hold it, so that nothing is wiped between texts. */
  readonly seen: Int32Array;
  /** By place of a pattern, in texts of several blocks: the stamp, and what is before the first literal of its anchor in that text. */
  readonly placedIn: Int32Array;
  readonly firstPlaces: Int32Array;
  /** By report: the last block that had it. */
  readonly cameIn: Uint16Array;
  /** The reports of a block, each once, and then those of them that are live. */
  readonly fresh: Uint16Array;
  /** By report of the block: 1 when some pattern is complete that is looked for around it. */
  readonly isLive: Uint8Array;
  /** By report: 1 when a run of one character holds it at its beginning alone. */
  readonly begins: Uint8Array;
  /** Parts that came with a block after the first. */
  readonly brought: number[];
  stamp: number;
  block: number;
}
