import type { Role } from "@holdpoint/core";
import { ApiError, notFound } from "../errors";
import type { Database } from "../store/database";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { createApiKeyText, createId, hashApiKey, matchesHash, prefixOf } from "./api-key";
import { roleRank } from "./roles";

/** A key as shown; the key itself is shown once, when it is made. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  /** What stands in the key after `hp_`. */
  readonly environment: string;
  readonly expiresAt?: Date;
}

/** The holder of a key that was accepted. */
export interface KeyHolder {
  readonly keyId: string;
  readonly keyName: string;
  readonly role: Role;
  readonly organizationId: string;
  /** Read together with the key, so that no decision is made with a plan that is out of date. */
  readonly bundleVersion: number;
}

interface Row {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
  readonly role: Role;
  readonly created_at: Date;
  readonly created_by: string;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const toView = (row: Row): ApiKeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  ...(row.expires_at ? { expiresAt: row.expires_at.toISOString() } : {}),
  ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
});

/**
 * Who holds this key, or undefined: unknown, expired or revoked, which the caller is not told apart. The one read that
 * is not made as a tenant, for the tenant is what it finds.
 */
export async function findKeyHolder(
  database: Database,
  secret: Uint8Array,
  key: string,
  now: Date,
): Promise<KeyHolder | undefined> {
  const prefix = prefixOf(key);
  if (prefix === undefined) return undefined;
  const [row] = await database.query<Row & { bundle_version: number }>(
    `SELECT k.*, o.bundle_version FROM holdpoint.api_keys k JOIN holdpoint.organizations o ON o.id = k.organization_id
     WHERE k.prefix = $1`,
    [prefix],
  );
  const matches = matchesHash(secret, key, row?.hash ?? new Uint8Array(32));
  if (!row || !matches || row.revoked_at || (row.expires_at && row.expires_at <= now)) return undefined;
  return {
    keyId: row.id,
    keyName: row.name,
    role: row.role,
    organizationId: row.organization_id,
    bundleVersion: row.bundle_version,
  };
}

/** Makes a key. Only its hash is stored: the text that is given back exists nowhere else. */
export async function createApiKey(
  administration: Administration,
  secret: Uint8Array,
  { name, role, environment, expiresAt }: NewApiKey,
  grantor?: Role,
): Promise<ApiKeyView & { readonly key: string }> {
  if (grantor && roleRank[role] > roleRank[grantor]) {
    throw new ApiError("FORBIDDEN", `a key with the role \`${grantor}\` cannot make one with the role \`${role}\``);
  }
  const key = createApiKeyText(environment);
  const { transaction, now, actor } = administration;
  const [row] = await transaction.query<Row>(
    `INSERT INTO holdpoint.api_keys (id, organization_id, name, prefix, hash, role, created_at, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *`,
    [
      createId("key"),
      transaction.organizationId,
      name,
      prefixOf(key),
      hashApiKey(secret, key),
      role,
      now,
      actor,
      expiresAt ?? null,
    ],
  );
  const view = toView(row as Row);
  administration.record({
    action: "api_key.created",
    targetType: "api_key",
    targetId: view.id,
    details: { name, role, prefix: view.prefix, ...(view.expiresAt ? { expiresAt: view.expiresAt } : {}) },
  });
  return { ...view, key };
}

/** Ends a key for good; ending it again changes nothing. Refused for a key with more rights than the caller's. */
export async function revokeApiKey(administration: Administration, id: string, caller: Role): Promise<ApiKeyView> {
  const { transaction, now } = administration;
  const [found] = await transaction.query<Row>("SELECT * FROM holdpoint.api_keys WHERE id = $1", [id]);
  if (!found) throw notFound("api key");
  if (roleRank[found.role] > roleRank[caller]) {
    throw new ApiError(
      "FORBIDDEN",
      `a key with the role \`${caller}\` cannot revoke one with the role \`${found.role}\``,
    );
  }
  if (found.revoked_at) return toView(found);
  const [row] = await transaction.query<Row>(
    "UPDATE holdpoint.api_keys SET revoked_at = $2 WHERE id = $1 RETURNING *",
    [id, now],
  );
  administration.record({
    action: "api_key.revoked",
    targetType: "api_key",
    targetId: id,
    details: { name: found.name, role: found.role, prefix: found.prefix },
  });
  return toView(row as Row);
}

export async function listApiKeys(transaction: TenantTransaction, page: PageRequest): Promise<Page<ApiKeyView>> {
  const [counted] = await transaction.query<{ total: number }>("SELECT count(*) AS total FROM holdpoint.api_keys");
  const rows = await transaction.query<Row>("SELECT * FROM holdpoint.api_keys WHERE id > $1 ORDER BY id LIMIT $2", [
    page.after?.[0] ?? "",
    page.limit + 1,
  ]);
  return toPage(rows, page, counted?.total ?? 0, toView, (row) => [row.id]);
}
