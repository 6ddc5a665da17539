import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { Database } from "../store/database";
import { loadServerKey } from "../store/server-key";
import { createPrivateKeyDer, type KeyEndorsement, readKeyHistory } from "./key-history";
import { describePublicKey, type PublicJwk } from "./public-key";

/** An Ed25519 key that signs. */
export interface Signer {
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  readonly publicJwk: PublicJwk;
  sign(bytes: Uint8Array): Uint8Array;
}

/** The key of a server, and how it came to be that one. */
export interface SigningKey extends Signer {
  /** The key before it, which signs bundles as well (clause C-40). */
  readonly previous: Signer | undefined;
  readonly endorsements: readonly KeyEndorsement[];
}

/** The signing key of this database, made on first use. */
export async function loadSigningKey(database: Database, now: Date): Promise<SigningKey> {
  const first = await readKeyHistory(database);
  if (first.keys.length === 0) await loadServerKey(database, "bundle-signing-key", createPrivateKeyDer, now);
  const { keys, endorsements } = first.keys.length === 0 ? await readKeyHistory(database) : first;
  const [current, previous] = keys.map(createSigner);
  if (!current) throw new Error("the signing key could not be stored");
  return { ...current, previous, endorsements };
}

function createSigner(der: Uint8Array): Signer {
  const privateKey = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  const publicJwk = describePublicKey(createPublicKey(privateKey));
  return { keyId: publicJwk.kid, publicJwk, sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)) };
}
