import type { Decision, SignedBundle, Violation } from "@holdpoint/core";

/** What is asked of a human. */
export interface ApprovalContext {
  readonly agentId: string;
  readonly decision: Decision;
  readonly violations: readonly Violation[];
  /** The exact step, as plain JSON. */
  readonly action: Readonly<Record<string, unknown>>;
  /** SHA-256 of the canonical JSON of the action, hex. */
  readonly actionHash: string;
  /** Aborted when the answer no longer matters. */
  readonly signal: AbortSignal;
}

/** What a checked certificate says, with the certificate, for whoever wants to check it again. */
export interface ApprovalProof {
  /** The human, as named by who decided. */
  readonly approver: string;
  /** The key that decided, `key:<id>`. */
  readonly approverKey: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** The DSSE envelope (SPECIFICATION A-9). */
  readonly certificate: SignedBundle;
}

export type ApprovalAnswer = boolean | { readonly approved: boolean; readonly reason?: string };
