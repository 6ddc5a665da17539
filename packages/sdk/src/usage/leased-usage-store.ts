import type { CompleteUsageStore } from "../types";
import type { LeaseBook } from "./lease-book";

/**
 * A store of this process whose shared budgets are bounded by slices of the control plane's count (clauses L-3 to L-5).
 * All is kept in `own`; a lease only says what the others have spent and how much may be spent here. Never waits.
 */
export function createLeasedUsageStore(own: CompleteUsageStore, book: LeaseBook): CompleteUsageStore {
  return {
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
    reserve(charges, into) {
      // All are asked before any is taken: what one refuses, no other keeps.
      for (const { counter, amount } of charges) {
        const lease = book.find(counter);
        if (lease && !book.admits(lease, amount)) return undefined;
      }
      const id = own.reserve(charges, into);
      for (const { counter } of charges) {
        const lease = book.find(counter);
        if (lease) book.touch(lease);
      }
      return id;
    },
  };
}
