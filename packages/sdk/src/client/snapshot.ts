import type { Pause, Plan } from "@holdpoint/core";

/** All that one decision reads. Immutable: a change makes a new one. */
export interface Snapshot {
  /** Undefined until policies have been compiled once. */
  readonly plan: Plan | undefined;
  readonly pauses: readonly Pause[];
  /** Version of the bundle in force; 0 without one. */
  readonly version: number;
  /** The bundle in force: whose it is, and the SHA-256 of its payload. Undefined without one. */
  readonly bundle: { readonly organizationId: string; readonly digest: string } | undefined;
  /** Monotonic time from which on the plan may not be relied on any more; Infinity without a limit. */
  readonly staleAtMs: number;
}

export interface SnapshotHolder {
  current: Snapshot;
}

export const createSnapshotHolder = (): SnapshotHolder => ({
  current: Object.freeze({
    plan: undefined,
    pauses: Object.freeze([]),
    version: 0,
    bundle: undefined,
    staleAtMs: Number.POSITIVE_INFINITY,
  }),
});

/** INVARIANT: the only place where the snapshot changes; readers see the old one or the new one whole. */
export function changeSnapshot(holder: SnapshotHolder, change: Partial<Snapshot>): void {
  holder.current = Object.freeze({ ...holder.current, ...change });
}
