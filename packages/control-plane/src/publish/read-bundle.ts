import {
  type Agent,
  type AgentGrant,
  type Bundle,
  type GovernanceSettings,
  type Level,
  type Pause,
  type Policy,
  specDigest,
} from "@holdpoint/core";
import type { Database } from "../store/database";
import { asTenant } from "../store/tenant";
import { withoutSecret } from "../validators/rule-secrets";

/** Everything of an organisation that a client needs to decide alone, all of one moment. */
export async function readBundle(database: Database, organizationId: string): Promise<Bundle> {
  return asTenant(
    database,
    organizationId,
    async (transaction) => {
      const [organization] = await transaction.query<{
        bundle_version: number;
        bundle_changed_at: Date;
        salt: Uint8Array;
      }>("SELECT bundle_version, bundle_changed_at, salt FROM holdpoint.organizations");
      if (!organization) throw new Error("the organisation does not exist");
      const policies = await transaction.query<{ document: string }>(
        "SELECT document FROM holdpoint.policies ORDER BY policy_id",
      );
      const agents = await transaction.query<{ document: string }>(
        "SELECT document FROM holdpoint.agents ORDER BY agent_id",
      );
      const grants = await transaction.query<{ document: string }>(
        "SELECT document FROM holdpoint.agent_grants ORDER BY grant_id",
      );
      const settings = await transaction.query<{ document: string }>(
        "SELECT document FROM holdpoint.governance_settings ORDER BY level, target_id",
      );
      const pauses = await transaction.query<{ level: Level; target_id: string; reason: string; until: Date | null }>(
        "SELECT level, target_id, reason, until FROM holdpoint.pauses ORDER BY level, target_id, kind",
      );
      return {
        organizationId,
        version: organization.bundle_version,
        issuedAt: organization.bundle_changed_at.toISOString(),
        specDigest,
        salt: Buffer.from(organization.salt).toString("base64"),
        policies: policies.map((row) => withoutSecret(JSON.parse(row.document) as Policy)),
        agents: agents.map((row) => JSON.parse(row.document) as Agent),
        ...(grants.length > 0 ? { grants: grants.map((row) => JSON.parse(row.document) as AgentGrant) } : {}),
        ...(settings.length > 0
          ? { settings: settings.map((row) => JSON.parse(row.document) as GovernanceSettings) }
          : {}),
        pauses: pauses.map(
          (row): Pause => ({
            level: row.level,
            targetId: row.target_id,
            reason: row.reason,
            ...(row.until ? { until: row.until.toISOString() } : {}),
          }),
        ),
      };
    },
    "one moment",
  );
}
