import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { canonicalJson } from "@holdpoint/core";
import { administer } from "../admin/administer";
import type { Database, Sql } from "../store/database";
import { describePublicKey, type PublicJwk } from "./public-key";
import { preAuthenticationEncoding } from "./sign-bundle";

/** Says that whoever trusts the older key `by` may trust this one (clause C-40). */
export interface KeyEndorsement {
  readonly kid: string;
  readonly x: string;
  readonly by: string;
  /** Ed25519 over DSSE's pre-authentication encoding of the key, base64. */
  readonly sig: string;
}

export const keyPayloadType = "application/vnd.holdpoint.key+json";

const firstKey = "bundle-signing-key";
const nameOf = (number: number): string => (number === 1 ? firstKey : `${firstKey}.${number}`);
const endorsementName = (number: number): string => `bundle-key-endorsement.${number}`;

export const createPrivateKeyDer = (): Buffer =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" });

/** The private keys that sign, the newest first, and every change of keys that ever was, the oldest first. */
export async function readKeyHistory(
  database: Sql,
): Promise<{ readonly keys: readonly Uint8Array[]; readonly endorsements: readonly KeyEndorsement[] }> {
  const rows = await database.query<{ name: string; material: Uint8Array }>(
    "SELECT name, material FROM holdpoint.server_keys WHERE name LIKE 'bundle-%'",
  );
  const numberOf = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? 1);
  const sorted = [...rows].sort((a, b) => numberOf(a.name) - numberOf(b.name));
  return {
    keys: sorted
      .filter(({ name }) => name.startsWith(firstKey))
      .map(({ material }) => material)
      .reverse(),
    endorsements: sorted
      .filter(({ name }) => !name.startsWith(firstKey))
      .map(({ material }) => JSON.parse(Buffer.from(material).toString()) as KeyEndorsement),
  };
}

/**
 * Makes a new signing key, endorsed by the one in use, for servers that start from now on. Of the older ones the last one
 * stays, for clients that have not heard; those before it are destroyed. Gives the id of the new key.
 */
export async function rotateSigningKey(database: Database, now: Date): Promise<string> {
  const key = await database.transaction(async (transaction) => {
    await transaction.query("SELECT 1 FROM holdpoint.server_keys WHERE name LIKE 'bundle-%' FOR UPDATE");
    const names = await transaction.query<{ name: string }>(
      "SELECT name FROM holdpoint.server_keys WHERE name LIKE 'bundle-key-endorsement.%'",
    );
    const number = names.length + 2;
    const [current] = (await readKeyHistory(transaction)).keys;
    if (!current)
      throw new Error("there is no signing key yet: start the control plane once before its key is changed");
    const der = createPrivateKeyDer();
    const next = publicOf(der);
    const endorsement = endorse(current, next);
    const insert = "INSERT INTO holdpoint.server_keys (name, material, created_at) VALUES ($1, $2, $3)";
    await transaction.query(insert, [endorsementName(number), Buffer.from(JSON.stringify(endorsement)), now]);
    await transaction.query(insert, [nameOf(number), der, now]);
    if (number > 2) await transaction.query("DELETE FROM holdpoint.server_keys WHERE name = $1", [nameOf(number - 2)]);
    return { kid: next.kid, by: endorsement.by };
  });
  const organizations = await database.query<{ id: string }>("SELECT id FROM holdpoint.organizations ORDER BY id");
  for (const { id } of organizations) {
    await administer(database, { organizationId: id, actor: "system", now }, async ({ record }) =>
      record({ action: "signing_key.rotated", targetType: "signing_key", targetId: key.kid, details: { by: key.by } }),
    );
  }
  return key.kid;
}

const publicOf = (der: Uint8Array): PublicJwk =>
  describePublicKey(createPublicKey(createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })));

function endorse(current: Uint8Array, { kid, x, kty, crv }: PublicJwk): KeyEndorsement {
  const payload = Buffer.from(canonicalJson({ crv, kid, kty, x }), "utf8");
  const key = createPrivateKey({ key: Buffer.from(current), format: "der", type: "pkcs8" });
  const sig = sign(null, preAuthenticationEncoding(keyPayloadType, payload), key);
  return { kid, x, by: publicOf(current).kid, sig: sig.toString("base64") };
}
