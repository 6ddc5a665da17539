import { randomBytes } from "node:crypto";
import type { Policy } from "@holdpoint/core";
import type { Administration } from "../admin/administer";
import { invalid, notFound } from "../errors";
import type { TenantTransaction } from "../store/tenant";
import { isValidator } from "./is-validator";
import { openSecret, sealSecret } from "./seal-secret";

/** What is told of a secret: never itself. */
export interface ValidatorSecretView {
  readonly policyId: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface KeptSecretRow {
  readonly policy_id: string;
  readonly sealed: Uint8Array;
  readonly created_at: Date;
  readonly created_by: string;
}

const place = (organizationId: string, policyId: string): string => `validator/${organizationId}/${policyId}`;

const toView = ({ policy_id, created_at, created_by }: KeptSecretRow): ValidatorSecretView => ({
  policyId: policy_id,
  createdAt: created_at.toISOString(),
  createdBy: created_by,
});

/**
 * Keeps a secret for a policy, in place of any it has. One that is made here is given back, once; clients are told by a
 * new version of the bundle.
 */
export async function setValidatorSecret(
  administration: Administration,
  key: Uint8Array,
  policyId: string,
  given: string | undefined,
): Promise<ValidatorSecretView & { readonly secret?: string }> {
  await refuseOthers(administration.transaction, policyId);
  const secret = given ?? `whsec_${randomBytes(32).toString("base64")}`;
  const row = await keepSecret(administration, key, policyId, secret);
  return { ...toView(row), ...(given === undefined ? { secret } : {}) };
}

/** Seals a secret and keeps it, in place of any that the policy has. */
export async function keepSecret(
  administration: Administration,
  key: Uint8Array,
  policyId: string,
  secret: string,
): Promise<KeptSecretRow> {
  const { transaction, now, actor } = administration;
  const sealed = sealSecret(key, place(transaction.organizationId, policyId), secret);
  const [row] = await transaction.query<KeptSecretRow>(
    `INSERT INTO holdpoint.validator_secrets (organization_id, policy_id, sealed, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, policy_id)
     DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at, created_by = excluded.created_by
     RETURNING policy_id, sealed, created_at, created_by`,
    [transaction.organizationId, policyId, sealed, now, actor],
  );
  administration.record({ action: "validator.secret_set", targetType: "validator", targetId: policyId });
  administration.changeBundle();
  return row as KeptSecretRow;
}

export async function hasSecret(transaction: TenantTransaction, policyId: string): Promise<boolean> {
  const rows = await transaction.query("SELECT 1 FROM holdpoint.validator_secrets WHERE policy_id = $1", [policyId]);
  return rows.length > 0;
}

export async function listValidatorSecrets(transaction: TenantTransaction): Promise<readonly ValidatorSecretView[]> {
  return (await readRows(transaction)).map(toView);
}

export async function deleteValidatorSecret(administration: Administration, policyId: string): Promise<void> {
  if (!(await forgetSecret(administration, policyId))) throw notFound("validator secret");
}

/** False when there was none. */
export async function forgetSecret(administration: Administration, policyId: string): Promise<boolean> {
  const rows = await administration.transaction.query(
    "DELETE FROM holdpoint.validator_secrets WHERE policy_id = $1 RETURNING policy_id",
    [policyId],
  );
  if (rows.length === 0) return false;
  administration.record({ action: "validator.secret_deleted", targetType: "validator", targetId: policyId });
  administration.changeBundle();
  return true;
}

/** The secrets themselves, for clients. One that cannot be opened is left out, and told. */
export async function openValidatorSecrets(
  transaction: TenantTransaction,
  key: Uint8Array,
  onBroken: (policyId: string) => void,
): Promise<readonly { readonly policyId: string; readonly secret: string }[]> {
  return (await readRows(transaction)).flatMap(({ policy_id: policyId, sealed }) => {
    try {
      return [{ policyId, secret: openSecret(key, place(transaction.organizationId, policyId), sealed) }];
    } catch {
      onBroken(policyId);
      return [];
    }
  });
}

const readRows = (transaction: TenantTransaction): Promise<KeptSecretRow[]> =>
  transaction.query<KeptSecretRow>(
    "SELECT policy_id, sealed, created_at, created_by FROM holdpoint.validator_secrets ORDER BY policy_id",
  );

async function refuseOthers(transaction: TenantTransaction, policyId: string): Promise<void> {
  const [row] = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.policies WHERE policy_id = $1",
    [policyId],
  );
  if (!row) throw notFound("policy");
  if (!isValidator(JSON.parse(row.document) as Policy))
    throw invalid("/policyId", "is not a policy of the type `custom_validator`");
}
