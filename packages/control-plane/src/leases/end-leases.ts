import { appendAuditEntry } from "../audit/append-audit-entry";
import { defaults } from "../gen/constants";
import type { TenantTransaction } from "../store/tenant";

interface Ended {
  readonly key: string;
  readonly holder_id: string;
  readonly kind: string;
  readonly granted: number;
  readonly spent: number;
}

/** Longer than any clock is wrong: reports of a window that is over are still taken. */
const keepMs = 86_400_000;

/** One budget of an organisation after the other: leases and thin clients see what the one before has left. */
export async function lockUsage(transaction: TenantTransaction): Promise<void> {
  await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `usage/${transaction.organizationId}`,
  ]);
}

/**
 * Ends leases that were not renewed. Of a strict one all that was granted stands as spent; of any other what was not
 * reported as spent goes back. Call it with the usage locked.
 */
export async function endExpiredLeases(transaction: TenantTransaction, now: Date): Promise<void> {
  const before = new Date(now.getTime() - defaults.leaseTtlMs);
  const ended = await transaction.query<Ended>(
    `SELECT key, holder_id, kind, granted, spent FROM holdpoint.usage_leases
     WHERE state = 'open' AND renewed_at < $1 ORDER BY key, holder_id`,
    [before],
  );
  for (const { key, holder_id, kind, granted, spent } of ended) {
    const returned = kind === "strict" ? 0 : granted - spent;
    await transaction.query(
      "UPDATE holdpoint.usage_leases SET state = 'ended', granted = granted - $3 WHERE key = $1 AND holder_id = $2",
      [key, holder_id, returned],
    );
    await giveBack(transaction, key, returned);
    await appendAuditEntry(transaction, "server", now, {
      action: "lease.ended",
      targetType: "lease",
      targetId: key,
      details: { holderId: holder_id, kind, grantedMicros: granted, spentMicros: spent, returnedMicros: returned },
    });
  }
}

/** Forgets leases of windows that are long over. */
export async function forgetOldLeases(transaction: TenantTransaction, now: Date): Promise<void> {
  await transaction.query("DELETE FROM holdpoint.usage_leases WHERE window_end < $1 AND state <> 'open'", [
    new Date(now.getTime() - keepMs),
  ]);
}

export async function giveBack(transaction: TenantTransaction, key: string, amount: number): Promise<void> {
  if (amount === 0) return;
  await transaction.query("UPDATE holdpoint.usage_counters SET amount = greatest(0, amount - $2) WHERE key = $1", [
    key,
    amount,
  ]);
}
