import type { Policy } from "@holdpoint/core";
import { notFound } from "../errors";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import { maskSecret } from "../validators/rule-secrets";

/** One state that a policy has had. */
export interface PolicyVersionView {
  readonly version: number;
  readonly change: "created" | "updated" | "deleted";
  readonly changedAt: string;
  readonly changedBy: string;
  readonly policy: Policy;
}

interface Row {
  readonly version: number;
  readonly change: PolicyVersionView["change"];
  readonly document: string;
  readonly changed_at: Date;
  readonly changed_by: string;
}

/** The versions of a policy, the newest first; also of one that was deleted. */
export async function listPolicyVersions(
  transaction: TenantTransaction,
  id: string,
  page: PageRequest,
): Promise<Page<PolicyVersionView>> {
  const [counted] = await transaction.query<{ total: number }>(
    "SELECT count(*) AS total FROM holdpoint.policy_versions WHERE policy_id = $1",
    [id],
  );
  if (!counted || counted.total === 0) throw notFound("policy");
  const rows = await transaction.query<Row>(
    `SELECT * FROM holdpoint.policy_versions WHERE policy_id = $1 AND ($2::int IS NULL OR version < $2::int)
     ORDER BY version DESC LIMIT $3`,
    [id, page.after ? Number(page.after[0]) : null, page.limit + 1],
  );
  return toPage(
    rows,
    page,
    counted.total,
    (row) => ({
      version: row.version,
      change: row.change,
      changedAt: row.changed_at.toISOString(),
      changedBy: row.changed_by,
      policy: maskSecret(JSON.parse(row.document) as Policy),
    }),
    (row) => [String(row.version)],
  );
}
