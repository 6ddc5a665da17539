import { type AuditEvent, appendAuditEntry } from "../audit/append-audit-entry";
import { type AnnouncedPause, notifyChange } from "../publish/changes";
import type { Database } from "../store/database";
import { asTenant, lockOrganization, type TenantTransaction } from "../store/tenant";

/** Who asks: an API key, as found in the store. */
export interface Caller {
  readonly organizationId: string;
  /** As written in the log: `key:<id>`. */
  readonly actor: string;
  readonly now: Date;
}

/** One administrative write: what it changes, what the log says of it, and whether clients must hear of it. */
export interface Administration {
  readonly transaction: TenantTransaction;
  readonly actor: string;
  readonly now: Date;
  /** Adds a line to the log. */
  record(event: AuditEvent): void;
  /** Gives the bundle a new version when the write is committed. */
  changeBundle(): void;
  /** Tells the connected clients something when the write is committed. */
  announceApproval(id: string, status: string): void;
  /** Gives the bundle a new version and tells clients of a pause at once: it must not wait for the bundle. */
  announcePause(pause: AnnouncedPause): void;
}

/**
 * Runs an administrative write: the change, its lines in the log, the new bundle version and the push to clients are
 * one transaction. Writes of one organisation come one after the other.
 */
export async function administer<T>(
  database: Database,
  caller: Caller,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  return asTenant(database, caller.organizationId, (transaction) => administerWithin(transaction, caller, work));
}

/** The same within a transaction that has begun already. */
export async function administerWithin<T>(
  transaction: TenantTransaction,
  caller: Caller,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  await lockOrganization(transaction);
  const events: AuditEvent[] = [];
  const approvals: { id: string; status: string }[] = [];
  const pauses: AnnouncedPause[] = [];
  let bundleChanged = false;
  const result = await work({
    transaction,
    actor: caller.actor,
    now: caller.now,
    record: (event) => events.push(event),
    changeBundle: () => {
      bundleChanged = true;
    },
    announceApproval: (id, status) => approvals.push({ id, status }),
    announcePause: (pause) => {
      bundleChanged = true;
      pauses.push(pause);
    },
  });
  for (const event of events) await appendAuditEntry(transaction, caller.actor, caller.now, event);
  const { organizationId } = caller;
  if (bundleChanged) {
    const version = await bumpBundle(transaction, caller.now);
    for (const pause of pauses) await notifyChange(transaction, { organizationId, kind: "status", version, pause });
    await notifyChange(transaction, { organizationId, kind: "bundle", version });
  }
  for (const approval of approvals) await notifyChange(transaction, { organizationId, kind: "approval", ...approval });
  return result;
}

async function bumpBundle(transaction: TenantTransaction, now: Date): Promise<number> {
  const [row] = await transaction.query<{ bundle_version: number }>(
    `UPDATE holdpoint.organizations SET bundle_version = bundle_version + 1, bundle_changed_at = $1
     WHERE id = $2 RETURNING bundle_version`,
    [now, transaction.organizationId],
  );
  return row?.bundle_version ?? 0;
}
