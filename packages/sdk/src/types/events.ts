import type {
  ApprovalOutcome,
  CertificateProblem,
  CompileProblem,
  Decision,
  Level,
  Receipt,
  UngovernedReason,
  Violation,
} from "@holdpoint/core";
import type { DropReason } from "../gen/constants";
import type { ApprovalProof } from "./approvals";

/** A decision was made. */
export interface DecisionEvent {
  readonly decision: Decision;
  readonly decisionId: string;
  /** RFC 3339. */
  readonly decidedAt: string;
  readonly durationUs: number;
  readonly traceId: string | undefined;
  /** Proof of the decision, chained to those before it in its session. Hashed when it is asked for. */
  receipt(): Receipt;
}

/** A step was stopped by a policy. */
export interface BlockedEvent {
  readonly decision: Decision;
  readonly violations: readonly Violation[];
}

/** A step of a paused agent was stopped. */
export interface PausedEvent {
  readonly agentId: string;
  readonly level: Level;
  readonly reason: string;
  readonly until: string | undefined;
}

/** The wait for an approval has ended. */
export interface ApprovalEvent {
  readonly agentId: string;
  /** SHA-256 of the canonical action, hex. */
  readonly actionHash: string;
  /** Undefined where the program's own callback was asked, or the request did not arrive. */
  readonly approvalId: string | undefined;
  readonly outcome: ApprovalOutcome;
  /** What was wrong with the certificate, for `refused`. */
  readonly problem: CertificateProblem | undefined;
  readonly reason: string | undefined;
  /** For `approved` by a control plane. */
  readonly proof: ApprovalProof | undefined;
}

export type SyncSource = "file" | "control-plane" | "cache" | "agents";

/**
 * Something tried to change the plan. With `ok: false` the last good plan is still in force; with `ok: true` problems are
 * of policies that are in force and cannot be decided, such as one that names a classifier that this client does not have.
 */
export interface SyncEvent {
  readonly ok: boolean;
  readonly source: SyncSource;
  /** Version of the bundle in force; 0 without one. */
  readonly version: number;
  /** Digest of the plan in force. */
  readonly planDigest: string | undefined;
  readonly problems: readonly CompileProblem[];
}

/** Events were lost on their way to the control plane. */
export interface DroppedEvent {
  readonly reason: DropReason;
  /** Since the last event of this reason. */
  readonly count: number;
  /** Since the start, of this reason. */
  readonly total: number;
}

/** Steps went by that were not judged as they should have been. */
export interface UngovernedEvent {
  readonly reason: UngovernedReason;
  /** Since the last event of this reason. */
  readonly count: number;
  /** Since the start, of this reason. */
  readonly total: number;
  /** Where the last of them happened, as the adapter calls it. */
  readonly hook: string | undefined;
}

/** What listeners are told, by the name of the event. */
export interface HoldpointEvents {
  decision: DecisionEvent;
  blocked: BlockedEvent;
  paused: PausedEvent;
  approval: ApprovalEvent;
  sync: SyncEvent;
  dropped: DroppedEvent;
  ungoverned: UngovernedEvent;
}
