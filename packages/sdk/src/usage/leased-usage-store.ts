import type { Charge } from "@holdpoint/core";
import type { CompleteUsageStore } from "../types";
import type { LeaseBook } from "./lease-book";
import { findShortWays, withShortWays } from "./short-ways";

/**
 * A store of this process whose shared budgets are bounded by slices of the control plane's count (clauses L-3 to L-5).
 * All is kept in `own`; a lease only says what the others have spent and how much may be spent here. Never waits.
 */
export function createLeasedUsageStore(own: CompleteUsageStore, book: LeaseBook): CompleteUsageStore {
  /** All are asked before any is taken: what one refuses, no other keeps. */
  const take = <Taken>(charges: readonly Charge[], refused: Taken, take: () => Taken): Taken => {
    let isHeld = true;
    for (const { counter, amount } of charges) {
      const lease = book.find(counter);
      if (!lease || book.admits(lease, amount)) continue;
      if (!book.isOpen()) return refused;
      isHeld = false;
    }
    const taken = take();
    // The step counts, once, and only if it goes ahead.
    if (!isHeld && taken !== refused) book.countUngoverned();
    for (const { counter } of charges) {
      const lease = book.find(counter);
      if (lease) book.touch(lease);
    }
    return taken;
  };
  const ways = findShortWays(own);
  const store: CompleteUsageStore = {
    ...own,
    read(counter) {
      const lease = book.find(counter);
      const spent = own.read(counter);
      return lease ? lease.othersMicros + spent : spent;
    },
    add(counter, amount) {
      own.add(counter, amount);
      const lease = book.find(counter);
      if (lease) book.touch(lease);
    },
    reserve: (charges, into) => take(charges, undefined, () => own.reserve(charges, into)),
  };
  if (!ways) return store;
  return withShortWays(store, {
    spend: (charges) => take(charges, false, () => ways.spend(charges)),
    forget: ways.forget,
  });
}
