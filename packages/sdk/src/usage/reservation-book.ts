import type { Charge, Counter } from "@holdpoint/core";

export interface ReservationBook {
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
  const held = new Map<string, Map<string, Charge>>();
  let next = 0;
  return {
    size: () => held.size,
    reserve(charges, into) {
      const id = into !== undefined && held.has(into) ? into : `r${next++}`;
      const reserved = held.get(id) ?? new Map<string, Charge>();
      for (const charge of charges) {
        add(charge.counter, charge.amount);
        const amount = charge.amount + (reserved.get(charge.counter.key)?.amount ?? 0);
        reserved.set(charge.counter.key, { ...charge, amount });
      }
      held.set(id, reserved);
      if (held.size > capacity) held.delete(held.keys().next().value as string);
      return id;
    },
    settle(reservationId, costMicros) {
      const reserved = held.get(reservationId);
      held.delete(reservationId);
      for (const { counter, amount } of reserved?.values() ?? []) {
        if (counter.metric === "cost") add(counter, costMicros - amount);
      }
    },
    release(reservationId) {
      const reserved = held.get(reservationId);
      held.delete(reservationId);
      for (const { counter, amount } of reserved?.values() ?? []) add(counter, -amount);
    },
  };
}
