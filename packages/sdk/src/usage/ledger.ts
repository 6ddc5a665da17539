import { type Charge, type Clock, chargesFor, type Effects, limits, type Plan } from "@holdpoint/core";
import type { GuardedUsage } from "./guard-usage";

/** What was reserved and not yet settled, for one trace. */
export interface Reservations {
  id: string | undefined;
  /** Series of counters that the reservation holds. */
  readonly series: Set<string>;
}

/** Whose spend it is. */
export interface Spender {
  readonly agentId: string;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

export interface Ledger {
  /** Applies what a step that goes ahead leaves behind; false when its budget could not be reserved. Never throws. */
  apply(effects: Effects, reservations: Reservations | undefined): boolean;
  /**
   * Replaces what was reserved by what it really cost. With nothing reserved the cost is simply added. A cost that is
   * no number, or negative, settles nothing: the estimate stands.
   */
  settle(plan: Plan, spender: Spender, costUsd: number, reservations: Reservations): void;
  /** A trace has ended: nobody settles what it has left, so the estimate stands as spent. */
  forget(reservations: Reservations): void;
}

export const createReservations = (): Reservations => ({ id: undefined, series: new Set() });

export function createLedger(usage: GuardedUsage, clock: Clock): Ledger {
  return {
    apply({ charges, session }, reservations) {
      if (charges.length > 0) {
        // No trace, so nobody who could settle it.
        if (!reservations) {
          if (!usage.spend(charges)) return false;
        } else {
          const id = usage.reserve(charges, reservations.id);
          if (id === undefined) return false;
          reservations.id = id;
          for (const charge of charges) if (isCost(charge)) reservations.series.add(seriesOf(charge));
        }
      }
      if (session) usage.record(session);
      return true;
    },
    settle(plan, { agentId, userId, sessionId }, costUsd, reservations) {
      if (!(costUsd >= 0)) return;
      const spentUsd = Math.min(costUsd, limits.maxCostUsd);
      const spent = { agentId, userId: userId ?? null, sessionId: sessionId ?? null, estimatedCost: spentUsd };
      const actual = chargesFor(plan, spent, clock).filter(isCost);
      // A window may have ended since: the cost belongs to the one it was reserved in.
      if (reservations.id !== undefined) usage.settle(reservations.id, Math.round(spentUsd * 1_000_000));
      for (const charge of actual)
        if (!reservations.series.has(seriesOf(charge))) usage.add(charge.counter, charge.amount);
      reservations.id = undefined;
      reservations.series.clear();
    },
    forget(reservations) {
      if (reservations.id === undefined) return;
      usage.forget(reservations.id);
      reservations.id = undefined;
    },
  };
}

const isCost = ({ counter }: Charge): boolean => counter.metric === "cost";
const seriesOf = ({ counter }: Charge): string => counter.key.slice(0, counter.key.lastIndexOf("|"));
