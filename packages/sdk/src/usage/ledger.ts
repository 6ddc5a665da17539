import { type Charge, type Clock, chargesFor, limits, type Plan } from "@holdpoint/core";
import type { UsageStore } from "../types";

/** What was reserved and not yet settled, for one trace. */
export interface Reservations {
  readonly charges: Map<string, Charge>;
}

export interface Ledger {
  /** Reserves what a call that goes ahead is estimated to cost; never throws. */
  reserve(plan: Plan, request: unknown, reservations: Reservations | undefined): void;
  /**
   * Replaces what was reserved by what it really cost. With nothing reserved the cost is simply added. A cost that is
   * no number, or negative, settles nothing: the estimate stands.
   */
  settle(plan: Plan, agentId: string, costUsd: number, reservations: Reservations): void;
}

export const createReservations = (): Reservations => ({ charges: new Map() });

export function createLedger(usage: UsageStore, clock: Clock): Ledger {
  return {
    reserve(plan, request, reservations) {
      for (const charge of chargesFor(plan, request, clock)) {
        usage.add(charge.counter, charge.amount);
        if (!reservations) continue;
        const held = reservations.charges.get(charge.counter.key)?.amount ?? 0;
        reservations.charges.set(charge.counter.key, { counter: charge.counter, amount: held + charge.amount });
      }
    },
    settle(plan, agentId, costUsd, { charges }) {
      if (!(costUsd >= 0)) return;
      const spentUsd = Math.min(costUsd, limits.maxCostUsd);
      const actual = chargesFor(plan, { agentId, estimatedCost: spentUsd }, clock);
      // A window may have ended since: the cost belongs to the one it was reserved in.
      const reservedSeries = new Set([...charges.values()].map(seriesOf));
      const micros = Math.round(spentUsd * 1_000_000);
      for (const { counter, amount } of charges.values()) usage.add(counter, micros - amount);
      for (const charge of actual) if (!reservedSeries.has(seriesOf(charge))) usage.add(charge.counter, charge.amount);
      charges.clear();
    },
  };
}

const seriesOf = ({ counter }: Charge): string => counter.key.slice(0, counter.key.lastIndexOf("|"));
