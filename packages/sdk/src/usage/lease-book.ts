import {
  type Counter,
  findSharedBudget,
  limits,
  listSharedCounters,
  type Plan,
  type SharedBudget,
} from "@holdpoint/core";
import { defaults } from "../gen/constants";

/** A slice of one shared budget, as this process holds it. Amounts are whole micro-dollars of one window. */
export interface Lease {
  readonly counter: Counter;
  /** Undefined once no policy caps the counter any more. */
  budget: SharedBudget | undefined;
  plan: Plan | undefined;
  /** All that may be spent here, what is spent included. */
  grantedMicros: number;
  /** What the others have spent, as last told. */
  othersMicros: number;
  /** What can still be drawn, as last told; NaN before the first answer. */
  availableMicros: number;
  /** What was free to spend after the last draw. */
  lastFreeMicros: number;
  /** The largest step that was refused since. */
  needMicros: number;
  /** Whether its owner is known from the policies, so that it is held without a step. */
  known: boolean;
}

/** One line of a call to the control plane. */
export interface LeaseReport {
  readonly scope: string;
  readonly scopeId: string;
  readonly window: string;
  readonly start: string;
  readonly spentMicros: number;
  readonly wantMicros: number;
  readonly needMicros: number;
  readonly release: boolean;
}

/** What the control plane answers for one line. */
export interface LeaseAnswer {
  readonly grantedMicros: number;
  readonly othersMicros: number;
  readonly availableMicros: number;
}

export interface LeaseBookOptions {
  /** The plan in force, and the policies in it that the control plane knows as well. */
  readonly plan: () => Plan | undefined;
  readonly policyIds: () => ReadonlySet<string> | undefined;
  /** What this process has spent of a counter; NaN when it cannot be read. */
  readonly spentHere: (counter: Counter) => number;
  readonly clock: () => number;
  /** Asks the control plane soon. */
  readonly hurry: () => void;
  /** True when a step that nobody can account for is let pass. */
  readonly isOpen: () => boolean;
  /** Is told of each such step. */
  readonly onUngoverned: () => void;
}

export interface LeaseBook {
  /** The lease of a counter; undefined for one that processes do not share. Makes one at first sight. */
  find(counter: Counter): Lease | undefined;
  /** Whether the slice that is held has room for so much. Never waits. */
  admits(lease: Lease, amountMicros: number): boolean;
  /** Whether a step may go on that a slice has no room for. */
  readonly isOpen: () => boolean;
  /** Such a step went on. */
  countUngoverned(): void;
  /** After a step has taken its part: asks for more in time. */
  touch(lease: Lease): void;
  /** Begins to hold what the policies name, now and in the next window. */
  foresee(): void;
  list(closing: boolean): readonly { readonly lease: Lease; readonly report: LeaseReport }[];
  take(lease: Lease, report: LeaseReport, answer: LeaseAnswer): void;
  readonly size: () => number;
  readonly ungoverned: () => number;
}

/** Leases of a process, without the network: what is held, what a step may take, what to ask for. */
export function createLeaseBook(options: LeaseBookOptions): LeaseBook {
  const { spentHere, clock, hurry } = options;
  const leases = new Map<string, Lease>();
  const unshared = new Set<string>();
  let seenPlan: Plan | undefined;
  let ungoverned = 0;

  const look = (counter: Counter): Lease | undefined => {
    const plan = seenPlan;
    const held = leases.get(counter.key);
    const budget = plan && findSharedBudget(plan, counter, options.policyIds());
    if (held) {
      held.plan = plan;
      held.budget = budget;
      return budget && held;
    }
    if (!budget) {
      if (unshared.size >= limits.maxHeldLeases) unshared.clear();
      unshared.add(counter.key);
      return undefined;
    }
    const lease: Lease = {
      counter,
      budget,
      plan,
      grantedMicros: 0,
      othersMicros: 0,
      availableMicros: Number.NaN,
      lastFreeMicros: 0,
      needMicros: 0,
      known: false,
    };
    // Beyond the bound a budget has no slice: strict ones hold, lenient ones spend ahead.
    if (leases.size < limits.maxHeldLeases) {
      leases.set(counter.key, lease);
      hurry();
    }
    return lease;
  };

  const find = (counter: Counter): Lease | undefined => {
    // What no process ever shares need not be looked up.
    if (counter.metric !== "cost" || counter.kind !== undefined || counter.window === "session") return undefined;
    const plan = options.plan();
    if (plan !== seenPlan) {
      seenPlan = plan;
      unshared.clear();
    }
    const held = leases.get(counter.key);
    if (held !== undefined && held.plan === plan) return held.budget && held;
    return held === undefined && unshared.has(counter.key) ? undefined : look(counter);
  };

  const refuse = (lease: Lease, amountMicros: number): boolean => {
    lease.needMicros = Math.max(lease.needMicros, amountMicros);
    // That nothing is left is asked again with the next report.
    if (lease.availableMicros !== 0) hurry();
    return false;
  };

  const describe = (lease: Lease, closing: boolean, nowMs: number): LeaseReport | undefined => {
    const { counter, budget, grantedMicros, lastFreeMicros, needMicros } = lease;
    const spentMicros = spentHere(counter);
    if (!(spentMicros >= 0)) return undefined;
    const over = budget === undefined || budget.endMs + defaults.leaseTtlMs < nowMs;
    const low = 2 * (grantedMicros - spentMicros) <= lastFreeMicros || needMicros > 0;
    const { scope, scopeId, window, start } = counter;
    const wantMicros = budget && low ? budget.capMicros : 0;
    // What is given back must not be spent while the answer is on its way.
    if (closing || over) lease.grantedMicros = Math.min(grantedMicros, spentMicros);
    return { scope, scopeId, window, start, spentMicros, wantMicros, needMicros, release: closing || over };
  };

  return {
    find,
    admits(lease, amountMicros) {
      const { budget, counter, grantedMicros } = lease;
      if (budget === undefined || budget.kind === "watched") return true;
      const freeMicros = grantedMicros - spentHere(counter);
      if (amountMicros <= freeMicros) return true;
      const aheadMicros = (budget.capMicros * defaults.leaseAheadPct) / 100;
      if (budget.kind === "lenient" && -freeMicros < aheadMicros) {
        if (lease.availableMicros !== 0) hurry();
        return true;
      }
      return refuse(lease, amountMicros);
    },
    isOpen: options.isOpen,
    countUngoverned() {
      ungoverned++;
      options.onUngoverned();
    },
    touch(lease) {
      if (lease.availableMicros === 0 || lease.budget?.kind === "watched") return;
      if (2 * (lease.grantedMicros - spentHere(lease.counter)) < lease.lastFreeMicros) hurry();
    },
    foresee() {
      const plan = options.plan();
      const nowMs = clock();
      for (const counter of plan ? listSharedCounters(plan, nowMs, options.policyIds()) : []) {
        const lease = find(counter);
        if (lease) lease.known = true;
      }
      for (const lease of [...leases.values()]) {
        const { budget, counter, known } = lease;
        if (!budget || budget.endMs - nowMs > 3 * defaults.leaseRenewMs || budget.next.key === counter.key) continue;
        if (!known && !(spentHere(counter) > 0)) continue;
        const next = find(budget.next);
        if (next) next.known ||= known;
      }
    },
    list(closing) {
      const nowMs = clock();
      for (const lease of leases.values()) find(lease.counter);
      return [...leases.values()].flatMap((lease) => {
        const report = describe(lease, closing, nowMs);
        return report ? [{ lease, report }] : [];
      });
    },
    take(lease, report, answer) {
      lease.grantedMicros = answer.grantedMicros;
      lease.othersMicros = answer.othersMicros;
      lease.availableMicros = answer.availableMicros;
      if (report.wantMicros > 0) lease.lastFreeMicros = Math.max(0, answer.grantedMicros - report.spentMicros);
      if (answer.grantedMicros - spentHere(lease.counter) >= lease.needMicros) lease.needMicros = 0;
      if (report.release) leases.delete(lease.counter.key);
    },
    size: () => leases.size,
    ungoverned: () => ungoverned,
  };
}
