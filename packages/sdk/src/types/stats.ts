import type { Decision, Pause, UngovernedReason } from "@holdpoint/core";
import type { SpoolStats } from "../events/event-store";
import type { DropReason } from "../gen/constants";
import type { SyncEvent } from "./events";
import type { EnforceInput } from "./inputs";
import type { LeaseStats } from "./usage";

/** What a self test is to send besides, and to ask for. */
export interface SelfTestOptions {
  /** True where policies are meant to record alone; otherwise there must be one that can stop a step. */
  readonly monitorOnly?: boolean;
  /** Requests that the policies in force must stop. They are decided, and nothing else happens. */
  readonly canaries?: readonly EnforceInput[];
}

/** What a self test has shown; one that fails rejects instead. */
export interface SelfTestReport {
  /** The verbs that stopped a paused agent: all of them. */
  readonly stopped: readonly string[];
  /** Active policies that can block or hold. */
  readonly holdingPolicies: number;
  /** Canaries that were stopped: all of them. */
  readonly canaries: number;
}

/** Where a client stands: its plan, its connection, what waits, was lost or went by unjudged. */
export interface HoldpointStats {
  /** True when there is a plan to decide with. */
  readonly ready: boolean;
  readonly bundleVersion: number;
  readonly planDigest: string | undefined;
  /** Time since the control plane last confirmed the bundle in force, ms; undefined before the first. */
  readonly bundleAgeMs: number | undefined;
  /** True when that is longer than `maxStalenessMs`. */
  readonly stale: boolean;
  readonly policyCount: number;
  readonly pauses: readonly Pause[];
  readonly decisions: Readonly<Record<Decision["verdict"], number>>;
  /** Calls let pass without a plan, or under a stale one, because the fail mode is open. */
  readonly ungovernedCalls: number;
  /** All that went by without being judged as it should have been, by reason. */
  readonly ungoverned: Readonly<Record<UngovernedReason, number>>;
  readonly queuedTraces: number;
  readonly sentTraces: number;
  readonly droppedTraces: Readonly<Record<DropReason, number>>;
  /** The spool on disk; undefined without one. */
  readonly spool: SpoolStats | undefined;
  /** Undefined without a control plane, or with a usage store of the program's own. */
  readonly leases: LeaseStats | undefined;
  /** Classifiers that policies in force name and this client does not have: those policies are undecided. */
  readonly missingClassifiers: readonly string[];
  readonly lastSync: SyncEvent | undefined;
}
