import type { Counter } from "@holdpoint/core";
import type { TenantTransaction } from "./tenant";

/** Micro-dollars counted so far, by the key of the counter; a counter without a row has none. */
export async function readUsage(
  transaction: TenantTransaction,
  counters: readonly Counter[],
): Promise<Map<string, number>> {
  const rows = await transaction.query<{ key: string; amount: number }>(
    "SELECT key, amount FROM holdpoint.usage_counters WHERE key = ANY($1::text[])",
    [counters.map(({ key }) => key)],
  );
  return new Map(rows.map(({ key, amount }) => [key, amount]));
}

/** Adds whole micro-dollars to a counter. */
export async function addUsage(transaction: TenantTransaction, counter: Counter, amount: number): Promise<void> {
  await transaction.query(
    `INSERT INTO holdpoint.usage_counters (organization_id, key, window_start, amount) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organization_id, key) DO UPDATE SET amount = usage_counters.amount + excluded.amount`,
    [transaction.organizationId, counter.key, new Date(counter.start), amount],
  );
}
