import {
  type Agent,
  canonicalJson,
  checkGovernanceSettings,
  decodeMessage,
  type Governance,
  type GovernanceSettings,
  limits,
  resolveGovernance,
} from "@holdpoint/core";
import { invalid, invalidFields, notFound } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { listSettings } from "./list-settings";
import { refuseBrokenPolicies } from "./policies";

/**
 * Sets what one level demands, in place of what it demanded before; the other levels stay as they are. Refused when the
 * stored policies would not compile under it.
 */
export async function putSettings(
  administration: Administration,
  body: unknown,
): Promise<{ readonly created: boolean; readonly settings: GovernanceSettings }> {
  const settings = readSettings(body);
  const { transaction, now, actor } = administration;
  const { level, targetId = "" } = settings;
  await refuseUnknownTarget(transaction, settings);
  const before = await readStored(transaction, level, targetId);
  if (!before && (await listSettings(transaction)).length >= limits.maxGovernanceSettings) {
    throw invalid("", `an organisation has settings of at most ${limits.maxGovernanceSettings} levels`);
  }
  if (before && canonicalJson(before) === canonicalJson(settings)) return { created: false, settings };
  await transaction.query(
    `INSERT INTO holdpoint.governance_settings (organization_id, level, target_id, document, updated_at, updated_by)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (organization_id, level, target_id)
     DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [transaction.organizationId, level, targetId, canonicalJson(settings), now, actor],
  );
  await refuseBrokenPolicies(transaction);
  administration.record({
    action: "settings.changed",
    targetType: "settings",
    targetId: nameOf(level, targetId),
    details: { ...(before ? { before } : {}), after: settings },
  });
  administration.changeBundle();
  return { created: !before, settings };
}

/** Takes away what one level demands. */
export async function removeSettings(administration: Administration, level: string, targetId: string): Promise<void> {
  const { transaction } = administration;
  const before = await readStored(transaction, level, targetId);
  if (!before) throw notFound("settings");
  await transaction.query("DELETE FROM holdpoint.governance_settings WHERE level = $1 AND target_id = $2", [
    level,
    targetId,
  ]);
  administration.record({
    action: "settings.removed",
    targetType: "settings",
    targetId: nameOf(level, targetId),
    details: { before },
  });
  administration.changeBundle();
}

/** What the cascade says for one agent: of every level the most restrictive. */
export async function resolveForAgent(transaction: TenantTransaction, agentId: string): Promise<Governance> {
  const [row] = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.agents WHERE agent_id = $1",
    [agentId],
  );
  if (!row) throw notFound("agent");
  const settings = await listSettings(transaction);
  return resolveGovernance(settings, JSON.parse(row.document) as Agent);
}

const nameOf = (level: string, targetId: string): string => (targetId === "" ? level : `${level}/${targetId}`);

function readSettings(body: unknown): GovernanceSettings {
  const problems = checkGovernanceSettings([body]).map(({ pointer, ...rest }) => ({
    ...rest,
    pointer: pointer.replace(/^\/0(?=\/|$)/, ""),
  }));
  if (problems.length > 0) throw invalidFields(problems);
  const decoded = decodeMessage("GovernanceSettings", body);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  const settings = decoded.value;
  if (settings.level === "platform") throw invalid("/level", "belongs to the operator of the server");
  const texts = checkColumnTexts(settings, ["targetId"]);
  if (texts.length > 0) throw invalidFields(texts);
  return settings;
}

/** Teams and workspaces are what agents say they belong to; an agent must be registered. */
async function refuseUnknownTarget(
  transaction: TenantTransaction,
  { level, targetId = "" }: GovernanceSettings,
): Promise<void> {
  if (level !== "agent") return;
  const rows = await transaction.query("SELECT 1 FROM holdpoint.agents WHERE agent_id = $1", [targetId]);
  if (rows.length === 0) throw invalid("/targetId", `unknown agent \`${targetId.slice(0, 64)}\`, register it first`);
}

async function readStored(
  transaction: TenantTransaction,
  level: string,
  targetId: string,
): Promise<GovernanceSettings | undefined> {
  const [row] = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.governance_settings WHERE level = $1 AND target_id = $2",
    [level, targetId],
  );
  return row ? (JSON.parse(row.document) as GovernanceSettings) : undefined;
}
