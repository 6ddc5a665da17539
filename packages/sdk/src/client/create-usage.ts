import type { Bundle, Clock } from "@holdpoint/core";
import type { Emitter } from "../events/emitter";
import type { Api } from "../transport/api";
import type { CompleteUsageStore, LeaseStats } from "../types";
import { type GuardedUsage, guardUsage } from "../usage/guard-usage";
import { createLeaseBook, type LeaseBook } from "../usage/lease-book";
import { createLeaseLane, type LeaseLane } from "../usage/lease-lane";
import { createLeasedUsageStore } from "../usage/leased-usage-store";
import { createMemoryUsageStore } from "../usage/memory-usage-store";
import type { PolicyBook } from "./policy-book";
import type { Settings } from "./settings";
import type { SnapshotHolder } from "./snapshot";

export interface ClientUsage {
  readonly store: GuardedUsage;
  /** Slices of budgets that processes share; undefined without a control plane, or with a store of the program's own. */
  readonly leases: Pick<LeaseLane, "ready" | "close"> | undefined;
  readonly stats: () => LeaseStats | undefined;
}

export interface ClientUsageParts {
  readonly settings: Settings;
  readonly api: Api | undefined;
  readonly snapshot: SnapshotHolder;
  readonly policies: Pick<PolicyBook, "parts">;
  readonly emitter: Emitter;
  readonly clock: Clock;
  /** Is told of each step that was let pass without a slice. */
  readonly onUngoverned: () => void;
}

/** Where a client counts: the program's own store, or memory, with slices of the control plane's budgets. */
export function createClientUsage(parts: ClientUsageParts): ClientUsage {
  const { settings, api, clock } = parts;
  if (!api || settings.usage) {
    const store = guardUsage(settings.usage ?? createMemoryUsageStore({ clock }), clock);
    return { store, leases: undefined, stats: () => undefined };
  }
  const memory = createMemoryUsageStore({ clock });
  const { lane, book } = createLeases(parts, api, guardUsage(memory, clock));
  // A defect of a lease holds the step too, it must not throw.
  const store = guardUsage(createLeasedUsageStore(memory, book), clock);
  const stats = () => ({ held: book.size(), ungoverned: book.ungoverned(), reachable: lane.isReachable() });
  return { store, leases: lane, stats };
}

function createLeases(
  { settings, snapshot, policies, emitter, clock, onUngoverned }: ClientUsageParts,
  api: Api,
  own: CompleteUsageStore,
): { readonly lane: LeaseLane; readonly book: LeaseBook } {
  const lane: LeaseLane = createLeaseLane({ api, platform: settings.platform, book: () => book });
  const book = createLeaseBook({
    plan: () => snapshot.current.plan,
    policyIds: rememberIds(() => policies.parts.bundle),
    spentHere: (counter) => own.read(counter),
    clock,
    hurry: lane.hurry,
    isOpen: () => settings.failMode === "open" && !lane.isReachable(),
    onUngoverned,
  });
  emitter.on("sync", ({ ok }) => {
    if (ok) lane.foresee();
  });
  return { lane, book };
}

/** The policies that the control plane knows as well: it has no budgets for those of the program. */
function rememberIds(read: () => Bundle | undefined): () => ReadonlySet<string> {
  let seen: Bundle | undefined;
  let ids: ReadonlySet<string> = new Set();
  return () => {
    const bundle = read();
    if (bundle !== seen) {
      seen = bundle;
      ids = new Set((bundle?.policies ?? []).map(({ id }) => id));
    }
    return ids;
  };
}
