import type { Database, Transaction } from "./database";

/** A transaction in which the database shows and takes only the rows of one organisation. */
export interface TenantTransaction extends Transaction {
  readonly organizationId: string;
}

/**
 * Runs `work` as the role `holdpoint_app` for one organisation. Both settings end with the transaction.
 * With `one moment` nothing can be written and every statement sees the same state.
 * INVARIANT: everything that a request reads or writes of a tenant goes through here.
 */
export async function asTenant<T>(
  database: Database,
  organizationId: string,
  work: (transaction: TenantTransaction) => Promise<T>,
  isolation: "each statement" | "one moment" = "each statement",
): Promise<T> {
  return database.transaction(async (transaction) => {
    if (isolation === "one moment") {
      await transaction.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }
    return work(await enterTenant(transaction, organizationId));
  });
}

/** Goes on in a transaction as one organisation; what it may do as its owner ends here. */
export async function enterTenant(transaction: Transaction, organizationId: string): Promise<TenantTransaction> {
  await transaction.query(
    "SELECT set_config('role', 'holdpoint_app', true), set_config('app.organization_id', $1, true)",
    [organizationId],
  );
  return { ...transaction, organizationId };
}

/**
 * Holds the organisation until the transaction ends, so that writes that read what they change (the set of policies,
 * the end of the audit chain) come one after the other. Take it first, before any other row.
 */
export async function lockOrganization(transaction: TenantTransaction): Promise<void> {
  const rows = await transaction.query("SELECT id FROM holdpoint.organizations WHERE id = $1 FOR UPDATE", [
    transaction.organizationId,
  ]);
  if (rows.length === 0) throw new Error("the organisation does not exist");
}
