import type { GovernanceSettings } from "@holdpoint/core";
import type { TenantTransaction } from "../store/tenant";

/** What the organisation's levels demand, the widest first. */
export async function listSettings(transaction: TenantTransaction): Promise<readonly GovernanceSettings[]> {
  const rows = await transaction.query<{ document: string }>(
    `SELECT document FROM holdpoint.governance_settings
     ORDER BY array_position(ARRAY['tenant', 'workspace', 'team', 'agent'], level), target_id`,
  );
  return rows.map((row) => JSON.parse(row.document) as GovernanceSettings);
}
