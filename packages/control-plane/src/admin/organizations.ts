import { randomBytes } from "node:crypto";
import type { Database } from "../store/database";
import { enterTenant } from "../store/tenant";
import { administerWithin } from "./administer";
import { createId } from "./api-key";
import { createApiKey } from "./api-keys";

const saltBytes = 32;

export interface NewOrganization {
  readonly organizationId: string;
  /** A key with the role `owner`, shown only here. */
  readonly ownerKey: string;
}

/** Makes an organisation with its first key, both or neither. Only the operator of the server can: no route does this. */
export async function createOrganization(
  database: Database,
  secret: Uint8Array,
  now: Date,
  {
    name,
    environment,
    id = createId("org"),
  }: { readonly name: string; readonly environment: string; readonly id?: string },
): Promise<NewOrganization> {
  return database.transaction(async (transaction) => {
    await transaction.query(
      `INSERT INTO holdpoint.organizations (id, name, salt, bundle_changed_at, created_at) VALUES ($1, $2, $3, $4, $4)`,
      [id, name, randomBytes(saltBytes), now],
    );
    const caller = { organizationId: id, actor: "system", now };
    return administerWithin(await enterTenant(transaction, id), caller, async (administration) => {
      administration.record({
        action: "organization.created",
        targetType: "organization",
        targetId: id,
        details: { name },
      });
      const { key } = await createApiKey(administration, secret, { name: "bootstrap", role: "owner", environment });
      return { organizationId: id, ownerKey: key };
    });
  });
}

/**
 * The first organisation and its owner's key, when there is none yet; undefined when there is. Of two servers that
 * start at once on one database only one makes it.
 */
export async function bootstrapOrganization(
  database: Database,
  secret: Uint8Array,
  now: Date,
  environment: string,
): Promise<NewOrganization | undefined> {
  const [existing] = await database.query("SELECT 1 FROM holdpoint.organizations LIMIT 1");
  if (existing) return undefined;
  try {
    return await createOrganization(database, secret, now, { name: "default", environment, id: "org_default" });
  } catch (error) {
    const [other] = await database.query("SELECT 1 FROM holdpoint.organizations LIMIT 1");
    if (other) return undefined;
    throw error;
  }
}
