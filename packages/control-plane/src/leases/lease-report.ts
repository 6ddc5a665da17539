import type { Counter } from "@holdpoint/core";

/** What a holder says of one counter. Amounts are whole micro-dollars, in all since the window began. */
export interface LeaseReport {
  /** Named by the server itself, out of scope, owner, window and start. */
  readonly counter: Counter;
  readonly spentMicros: number;
  /** How much the holder wants to hold beyond what it has spent; 0 only reports. */
  readonly wantMicros: number;
  /** The largest single step that waits for room. */
  readonly needMicros: number;
  /** Gives the rest back. */
  readonly release: boolean;
}

/** One call of a holder: a process. Calls are numbered, and one that comes after a later one changes nothing. */
export interface LeaseCall {
  readonly holderId: string;
  readonly sequence: number;
  readonly reports: readonly LeaseReport[];
}

export type LeaseStatus = "granted" | "unknown" | "closed" | "returned";

/** What a holder may spend of one counter, and what is known of the others. */
export interface LeaseAnswer {
  readonly key: string;
  readonly status: LeaseStatus;
  readonly kind?: "strict" | "lenient" | "watched";
  readonly capMicros?: number;
  /** All that the holder may spend, what it has spent included. */
  readonly grantedMicros: number;
  /** What the others have spent; when nothing is left, what they hold as well. */
  readonly othersMicros: number;
  /** What can still be drawn, by anybody. */
  readonly availableMicros: number;
}
