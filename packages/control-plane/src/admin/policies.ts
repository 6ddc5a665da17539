import { type Agent, canonicalJson, decodeMessage, type Policy } from "@holdpoint/core";
import { ApiError, invalid, invalidFields, notFound } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import { findEmptyMarkers, maskSecret, takeSecret } from "../validators/rule-secrets";
import { forgetSecret } from "../validators/validator-secrets";
import type { Administration } from "./administer";
import { createId } from "./api-key";
import { checkPolicySet, type PlacedPolicy } from "./check-policy-set";
import { findUnknownAgents } from "./find-unknown-agents";
import { listSettings } from "./list-settings";

/** A stored policy, as it was written, with its version and times. */
export interface PolicyView extends Policy {
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Row {
  readonly policy_id: string;
  readonly version: number;
  readonly document: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const toView = (row: Row): PolicyView => ({
  ...maskSecret(JSON.parse(row.document) as Policy),
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

export async function getPolicy(transaction: TenantTransaction, id: string): Promise<PolicyView> {
  const [row] = await transaction.query<Row>("SELECT * FROM holdpoint.policies WHERE policy_id = $1", [id]);
  if (!row) throw notFound("policy");
  return toView(row);
}

export async function listPolicies(transaction: TenantTransaction, page: PageRequest): Promise<Page<PolicyView>> {
  const [counted] = await transaction.query<{ total: number }>("SELECT count(*) AS total FROM holdpoint.policies");
  const rows = await transaction.query<Row>(
    "SELECT * FROM holdpoint.policies WHERE policy_id > $1 ORDER BY policy_id LIMIT $2",
    [page.after?.[0] ?? "", page.limit + 1],
  );
  return toPage(rows, page, counted?.total ?? 0, toView, (row) => [row.policy_id]);
}

/** Stores new policies, all of them or none. One without an id is given one. */
export async function createPolicies(
  administration: Administration,
  secretKey: Uint8Array,
  written: readonly PlacedPolicy[],
): Promise<readonly PolicyView[]> {
  const placed = written.map((entry) => ({ ...entry, policy: withId(entry.policy) }));
  const stored = await readStored(administration.transaction);
  for (const { policy } of placed) {
    const id = (policy as Policy | null)?.id;
    if (typeof id === "string" && stored.has(id))
      throw new ApiError("CONFLICT", "a policy with this id exists already");
  }
  await refuseProblems(administration.transaction, placeStored(stored), placed);
  const views: PolicyView[] = [];
  for (const { policy, pointer } of placed) {
    const kept = await takeSecret(administration, secretKey, readPolicy(policy, pointer), pointer);
    views.push(await store(administration, kept, "created"));
  }
  administration.changeBundle();
  return views;
}

/** Changes members of a policy; null takes one away. The id cannot be changed. */
export async function updatePolicy(
  administration: Administration,
  secretKey: Uint8Array,
  id: string,
  patch: Readonly<Record<string, unknown>>,
): Promise<PolicyView> {
  const { transaction } = administration;
  const stored = await readStored(transaction);
  const before = stored.get(id);
  if (!before) throw notFound("policy");
  if (patch["id"] !== undefined && patch["id"] !== id) throw invalid("/id", "cannot be changed");
  const after = { ...before, ...patch, id };
  stored.delete(id);
  await refuseProblems(transaction, placeStored(stored), [{ policy: after, pointer: "" }]);
  const policy = await takeSecret(administration, secretKey, readPolicy(after, ""), "");
  if (canonicalJson(policy) === canonicalJson(before)) return getPolicy(transaction, id);
  administration.changeBundle();
  return store(administration, policy, "updated", before);
}

/** Removes a policy; refused while another one needs it. Its versions stay. */
export async function deletePolicy(administration: Administration, id: string): Promise<void> {
  const { transaction } = administration;
  const stored = await readStored(transaction);
  const before = stored.get(id);
  if (!before) throw notFound("policy");
  stored.delete(id);
  await refuseProblems(transaction, placeStored(stored), []);
  await transaction.query("DELETE FROM holdpoint.policies WHERE policy_id = $1", [id]);
  await forgetSecret(administration, id);
  await writeVersion(administration, before, "deleted");
  administration.record({ action: "policy.deleted", targetType: "policy", targetId: id, details: { before } });
  administration.changeBundle();
}

/** What would be wrong if these policies were stored, in place of those with the same ids. Changes nothing. */
export async function validatePolicies(transaction: TenantTransaction, written: readonly PlacedPolicy[]) {
  const placed = written.map((entry) => ({ ...entry, policy: withId(entry.policy) }));
  const stored = await readStored(transaction);
  for (const { policy } of placed) {
    const id = (policy as Policy | null)?.id;
    if (typeof id === "string") stored.delete(id);
  }
  const context = await readContext(transaction);
  return [
    ...checkPolicySet([...placeStored(stored), ...placed], context),
    ...findUnknownAgents(placed, context.registered),
    ...(await findEmptyMarkers(transaction, placed)),
    ...placed.flatMap(({ policy, pointer }) => checkColumnTexts(policy as object, ["id"], pointer)),
  ];
}

function withId(policy: unknown): unknown {
  const lacksId = typeof policy === "object" && policy !== null && !Array.isArray(policy) && !("id" in policy);
  return lacksId ? { ...policy, id: createId("pol") } : policy;
}

async function readStored(transaction: TenantTransaction): Promise<Map<string, Policy>> {
  const rows = await transaction.query<Row>("SELECT * FROM holdpoint.policies ORDER BY policy_id");
  return new Map(rows.map((row) => [row.policy_id, JSON.parse(row.document) as Policy]));
}

const placeStored = (stored: ReadonlyMap<string, Policy>): PlacedPolicy[] =>
  [...stored].map(([id, policy]) => ({ policy, pointer: `/policies/${id}` }));

/** What policies are checked against: the organisation's agents, and what its levels demand. */
async function readContext(transaction: TenantTransaction) {
  const rows = await transaction.query<{ document: string }>("SELECT document FROM holdpoint.agents");
  const agents = rows.map((row) => JSON.parse(row.document) as Agent);
  const settings = await listSettings(transaction);
  return {
    organizationId: transaction.organizationId,
    agents,
    registered: new Set(agents.map(({ agentId }) => agentId)),
    // Of policies that are stored already the agents were checked when they were written.
    allowUnknownAgents: true,
    ...(settings.length > 0 ? { settings } : {}),
  };
}

/** INVARIANT: what is stored always compiles as a whole, so every published bundle can be used. */
async function refuseProblems(
  transaction: TenantTransaction,
  stored: readonly PlacedPolicy[],
  written: readonly PlacedPolicy[],
): Promise<void> {
  const context = await readContext(transaction);
  const problems = [
    ...checkPolicySet([...stored, ...written], context),
    ...findUnknownAgents(written, context.registered),
  ];
  if (problems.length > 0) throw invalidFields(problems);
}

/** Refuses settings under which the stored policies would not compile any more. */
export async function refuseBrokenPolicies(transaction: TenantTransaction): Promise<void> {
  await refuseProblems(transaction, placeStored(await readStored(transaction)), []);
}

/** As written, aliases resolved, defaults not filled in: what a default is may depend on a member changed later. */
function readPolicy(written: unknown, pointer: string): Policy {
  const decoded = decodeMessage("Policy", written, pointer);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  const problems = checkColumnTexts(decoded.value, ["id"], pointer);
  if (problems.length > 0) throw invalidFields(problems);
  return decoded.value;
}

async function store(
  administration: Administration,
  policy: Policy,
  change: "created" | "updated",
  before?: Policy,
): Promise<PolicyView> {
  const { transaction, now } = administration;
  const version = await writeVersion(administration, policy, change);
  await transaction.query(
    `INSERT INTO holdpoint.policies (organization_id, policy_id, version, document, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (organization_id, policy_id)
     DO UPDATE SET version = excluded.version, document = excluded.document, updated_at = excluded.updated_at`,
    [transaction.organizationId, policy.id, version, canonicalJson(policy), now],
  );
  administration.record({
    action: `policy.${change}`,
    targetType: "policy",
    targetId: policy.id,
    details: { version, ...(before ? { before } : {}), after: policy },
  });
  return getPolicy(transaction, policy.id);
}

/** Versions go on counting when a policy is deleted and made again under the same id. */
async function writeVersion(
  { transaction, now, actor }: Administration,
  policy: Policy,
  change: "created" | "updated" | "deleted",
): Promise<number> {
  const [row] = await transaction.query<{ version: number }>(
    `INSERT INTO holdpoint.policy_versions
       (organization_id, policy_id, version, change, document, changed_at, changed_by)
     SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6
       FROM holdpoint.policy_versions WHERE organization_id = $1 AND policy_id = $2
     RETURNING version`,
    [transaction.organizationId, policy.id, change, canonicalJson(policy), now, actor],
  );
  return row?.version ?? 0;
}
