import { limits } from "@holdpoint/core";
import type { Database } from "../store/database";
import { type Page, type PageRequest, toPage } from "../store/page";
import { asTenant, type TenantTransaction } from "../store/tenant";
import type { FullAuditEntry } from "./hash-entry";
import { type AuditVerification, createAuditVerifier } from "./verify-audit-chain";

interface Row {
  readonly index: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly details: string;
  readonly prev_hash: string;
  readonly hash: string;
}

const toEntry = (row: Row): FullAuditEntry => ({
  index: row.index,
  at: row.at,
  actor: row.actor,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  details: JSON.parse(row.details) as Record<string, unknown>,
  prevHash: row.prev_hash,
  hash: row.hash,
});

/** One page of the log, from its beginning. */
export async function listAuditEntries(
  transaction: TenantTransaction,
  page: PageRequest,
): Promise<Page<FullAuditEntry>> {
  const [counted] = await transaction.query<{ total: number }>("SELECT count(*) AS total FROM holdpoint.audit_entries");
  const rows = await readRows(transaction, Number(page.after?.[0] ?? -1), page.limit + 1);
  return toPage(rows, page, counted?.total ?? 0, toEntry, (row) => [String(row.index)]);
}

/** Every entry, read a few at a time. What is appended meanwhile may be included; the order is always the chain's. */
export async function* streamAuditEntries(
  database: Database,
  organizationId: string,
): AsyncGenerator<FullAuditEntry, void, void> {
  let after = -1;
  while (true) {
    const from = after;
    const rows = await asTenant(database, organizationId, (transaction) =>
      readRows(transaction, from, limits.maxExportRows),
    );
    for (const row of rows) yield toEntry(row);
    const last = rows.at(-1);
    if (!last || rows.length < limits.maxExportRows) return;
    after = last.index;
  }
}

/** Checks the stored log of an organisation. */
export async function verifyStoredAudit(database: Database, organizationId: string): Promise<AuditVerification> {
  const verifier = createAuditVerifier();
  for await (const entry of streamAuditEntries(database, organizationId)) verifier.add(entry);
  return verifier.result();
}

const readRows = (transaction: TenantTransaction, after: number, limit: number): Promise<Row[]> =>
  transaction.query<Row>("SELECT * FROM holdpoint.audit_entries WHERE index > $1 ORDER BY index LIMIT $2", [
    after,
    limit,
  ]);
