import type { Charge, Counter } from "@holdpoint/core";
import type { ShortWays } from "./short-ways";

export interface ReservationBook extends ShortWays {
  reserve(charges: readonly Charge[], into?: string): string;
  settle(reservationId: string, costMicros: number): void;
  release(reservationId: string): void;
  readonly size: () => number;
}

/**
 * Reservations over any store that adds: what is reserved is added at once, so that the next call sees it. Beyond
 * `capacity` the oldest are forgotten: their estimates stand as spent.
 */
export function createReservationBook(
  add: (counter: Counter, amount: number) => void,
  capacity: number,
): ReservationBook {
  const held = new Map<string, readonly Charge[]>();
  let next = 0;
  return {
    size: () => held.size,
    reserve(charges, into) {
      const known = into === undefined ? undefined : held.get(into);
      const id = known === undefined ? `r${next++}` : (into as string);
      for (const { counter, amount } of charges) add(counter, amount);
      const isPlain = known === undefined && areApart(charges);
      held.set(id, isPlain ? charges.slice() : mergeCharges(known ?? [], charges));
      if (held.size > capacity) held.delete(held.keys().next().value as string);
      return id;
    },
    spend(charges) {
      for (const { counter, amount } of charges) add(counter, amount);
      return true;
    },
    forget(reservationId) {
      held.delete(reservationId);
    },
    settle(reservationId, costMicros) {
      const reserved = held.get(reservationId);
      held.delete(reservationId);
      for (const { counter, amount } of reserved ?? []) {
        if (counter.metric === "cost") add(counter, costMicros - amount);
      }
    },
    release(reservationId) {
      const reserved = held.get(reservationId);
      held.delete(reservationId);
      for (const { counter, amount } of reserved ?? []) add(counter, -amount);
    },
  };
}

/** True when no two are of one counter, as those of a step are. */
function areApart(charges: readonly Charge[]): boolean {
  if (charges.length > 8) return false;
  for (let first = 1; first < charges.length; first++)
    for (let other = 0; other < first; other++)
      if (charges[first]?.counter.key === charges[other]?.counter.key) return false;
  return true;
}

/** One entry for each counter. */
function mergeCharges(known: readonly Charge[], further: readonly Charge[]): readonly Charge[] {
  const merged = new Map(known.map((charge) => [charge.counter.key, charge]));
  for (const charge of further) {
    const before = merged.get(charge.counter.key)?.amount ?? 0;
    merged.set(charge.counter.key, { ...charge, amount: charge.amount + before });
  }
  return [...merged.values()];
}
