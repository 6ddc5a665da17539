import type { Charge, Counter, SessionEffect, SessionState, UsageReader } from "@holdpoint/core";

/**
 * Counters of what was used: whole micro-dollars, tokens, calls. Every method is synchronous; none may throw but
 * `session`. Reservations (all three methods) and sessions (both) are kept by the client where a store has none.
 */
export interface UsageStore extends UsageReader {
  /** What was counted so far; NaN when it cannot be read (the policy then fails closed). See `Counter.kind`. */
  read(counter: Counter): number;
  /** Adds to a counter; a negative amount gives back what was reserved too much. */
  add(counter: Counter, amount: number): void;
  /**
   * Adds all of these or none, and remembers them under an id (`into`, where one is given that is still open).
   * Undefined refuses: the call is then held. A store that leases budgets may refuse a charge that is `strict`.
   */
  reserve?(charges: readonly Charge[], into?: string): string | undefined;
  /** Replaces what was reserved of cost by what it really cost, in micro-dollars, and forgets the reservation. */
  settle?(reservationId: string, costMicros: number): void;
  /** Gives everything back that was reserved: the call never happened. */
  release?(reservationId: string): void;
  /** What a session has done; undefined for one that has not begun; throws when it cannot be read. */
  session?(sessionId: string): SessionState | undefined;
  /** Adds a step to a session, and its labels to the session that it was delegated from. */
  record?(effect: SessionEffect): void;
}

/** Slices of budgets that processes share. */
export interface LeaseStats {
  /** Budgets of which this process holds a slice, or wants one. */
  readonly held: number;
  /** Steps let pass without a slice, because the control plane cannot be reached and the fail mode is open. */
  readonly ungoverned: number;
  /** False when the last call failed. */
  readonly reachable: boolean;
}

/** A store that keeps everything itself. */
export type CompleteUsageStore = UsageStore &
  Required<Pick<UsageStore, "reserve" | "settle" | "release" | "session" | "record">>;
