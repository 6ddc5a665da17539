import type { Charge } from "@holdpoint/core";

/** What stores of ours can do beside what a program's must: nothing is remembered that nobody will settle. */
export interface ShortWays {
  /** Reserves for good; false when the store refuses. */
  spend(charges: readonly Charge[]): boolean;
  /** What was reserved stands as spent: it is neither settled nor released any more. */
  forget(reservationId: string): void;
}

// Kept beside the stores, so that a program's store that is made of one of ours is not taken for it.
const known = new WeakMap<object, ShortWays>();

/** The store itself, whose short ways are known from now on. */
export function withShortWays<Store extends object>(store: Store, ways: ShortWays): Store {
  known.set(store, ways);
  return store;
}

export const findShortWays = (store: object): ShortWays | undefined => known.get(store);
