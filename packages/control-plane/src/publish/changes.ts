import type { Pause } from "@holdpoint/core";
import type { Database, Sql } from "../store/database";

/** What clients are told of a pause. */
export type AnnouncedPause = Pick<Pause, "level" | "targetId" | "reason" | "until">;

/** What clients are told of as it happens. */
export type Change =
  | { readonly organizationId: string; readonly kind: "bundle"; readonly version: number }
  | {
      readonly organizationId: string;
      readonly kind: "status";
      /** Of the bundle that carries it. */
      readonly version: number;
      readonly pause: AnnouncedPause;
    }
  | { readonly organizationId: string; readonly kind: "approval"; readonly id: string; readonly status: string };

const channel = "holdpoint_changes";

/** Says so to every server on this database once the transaction is committed, and not at all if it is not. */
export async function notifyChange(transaction: Sql, change: Change): Promise<void> {
  await transaction.query("SELECT pg_notify($1, $2)", [channel, JSON.stringify(change)]);
}

/** The changes of all organisations as they are committed, by whatever server. */
export interface ChangeFeed {
  /** Calls back for the changes of one organisation; `undefined` says that some may have been missed. */
  subscribe(organizationId: string, onChange: (change: Change | undefined) => void): () => void;
  close(): Promise<void>;
}

export async function openChangeFeed(database: Database): Promise<ChangeFeed> {
  const subscribers = new Map<string, Set<(change: Change | undefined) => void>>();
  const stop = await database.listen(channel, (payload) => {
    if (payload === "") {
      for (const set of subscribers.values()) for (const onChange of set) onChange(undefined);
      return;
    }
    const change = JSON.parse(payload) as Change;
    for (const onChange of subscribers.get(change.organizationId) ?? []) onChange(change);
  });
  return {
    subscribe(organizationId, onChange) {
      const set = subscribers.get(organizationId) ?? new Set();
      subscribers.set(organizationId, set.add(onChange));
      return () => {
        set.delete(onChange);
        if (set.size === 0 && subscribers.get(organizationId) === set) subscribers.delete(organizationId);
      };
    },
    async close() {
      subscribers.clear();
      await stop();
    },
  };
}
