import type { Charge, Clock, SessionEffect } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { CompleteUsageStore, UsageStore } from "../types";
import { createMemorySessions } from "./memory-sessions";
import { createReservationBook } from "./reservation-book";
import { findShortWays, type ShortWays } from "./short-ways";

const maxBroken = 10_000;

/** A store that is complete, with the short ways of its own: those of a store of ours, else by the long one. */
export type GuardedUsage = CompleteUsageStore & ShortWays;

/**
 * A usage store made complete, none of whose methods throws but `session`. A read that throws is NaN; a counter whose
 * addition was lost reads NaN from then on, for its count is too low: the policy that needs it fails closed. A session whose
 * step was lost cannot be read any more. What the store does not keep (reservations, sessions) is kept here.
 */
export function guardUsage(store: UsageStore, clock: Clock): GuardedUsage {
  const broken = new Set<string>();
  const breakKey = (key: string): void => {
    if (broken.size < maxBroken) broken.add(key);
  };
  const breakSession = ({ sessionId, parentSessionId }: SessionEffect): void => {
    breakKey(sessionKey(sessionId));
    if (parentSessionId !== "") breakKey(sessionKey(parentSessionId));
  };
  const isBroken = (key: string): boolean => broken.size > 0 && (broken.has(key) || broken.size >= maxBroken);
  const add: UsageStore["add"] = (counter, amount) => {
    try {
      const added: unknown = store.add(counter, amount);
      if (added !== undefined) catchLater(added, () => breakKey(counter.key));
    } catch {
      breakKey(counter.key);
    }
  };
  const own = createReservationBook(add, defaults.reservationCapacity);
  const reserves = store.reserve !== undefined && store.settle !== undefined && store.release !== undefined;
  const keepsSessions = store.session !== undefined && store.record !== undefined;
  const sessions = keepsSessions
    ? (store as Required<Pick<UsageStore, "session" | "record">>)
    : createMemorySessions(clock, defaults.sessionCapacity, defaults.sessionIdleMs);
  const ways = reserves ? findShortWays(store) : own;
  const reserve = (charges: readonly Charge[], into?: string): string | undefined => {
    if (!reserves) return own.reserve(charges, into);
    try {
      const reserved: unknown = store.reserve?.(charges, into);
      if (typeof reserved === "string") return reserved;
      // What is promised is no reservation: the step cannot wait for it.
      catchLater(reserved, () => undefined);
      return undefined;
    } catch {
      return undefined;
    }
  };
  return {
    read(counter) {
      if (isBroken(counter.key)) return Number.NaN;
      try {
        const amount: unknown = store.read(counter);
        if (typeof amount === "number") return amount;
        catchLater(amount, () => undefined);
        return Number.NaN;
      } catch {
        return Number.NaN;
      }
    },
    add,
    reserve,
    spend(charges) {
      if (!ways) return reserve(charges) !== undefined;
      try {
        return ways.spend(charges);
      } catch {
        return false;
      }
    },
    // What a program's store keeps of a reservation that nobody settles is its own affair.
    forget: (reservationId) => ways?.forget(reservationId),
    settle(reservationId, costMicros) {
      if (!reserves) own.settle(reservationId, costMicros);
      else quietly(() => store.settle?.(reservationId, costMicros));
    },
    release(reservationId) {
      if (!reserves) own.release(reservationId);
      else quietly(() => store.release?.(reservationId));
    },
    session(sessionId) {
      if (broken.size > 0 && isBroken(sessionKey(sessionId))) throw new RangeError("a step of the session was lost");
      const state = sessions.session(sessionId);
      if (!(state instanceof Promise)) return state;
      catchLater(state, () => undefined);
      throw new RangeError("the session is only promised");
    },
    record(effect) {
      try {
        const recorded: unknown = sessions.record(effect);
        if (recorded !== undefined) catchLater(recorded, () => breakSession(effect));
      } catch {
        breakSession(effect);
      }
    },
  };
}

const sessionKey = (sessionId: string): string => `session|${sessionId}`;

/** A store that writes in the background may fail there: nobody else would hear of it, and the process would end. */
function catchLater(promised: unknown, onFailure: () => void): void {
  if (promised instanceof Promise) promised.catch(onFailure);
}

/** A settlement that is lost leaves the estimate standing: too much, never too little. */
function quietly(act: () => unknown): void {
  try {
    catchLater(act(), () => undefined);
  } catch {
    // The estimate stands.
  }
}
