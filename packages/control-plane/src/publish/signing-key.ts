import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Database } from "../store/database";
import { loadServerKey } from "../store/server-key";

/** A public key as `/.well-known/jwks.json` shows it (RFC 7517, RFC 8037). */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "EdDSA";
}

/** The Ed25519 key that signs bundles. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  readonly publicJwk: PublicJwk;
  sign(bytes: Uint8Array): Uint8Array;
}

/** The signing key of this database, made on first use. */
export async function loadSigningKey(database: Database, now: Date): Promise<SigningKey> {
  const der = await loadServerKey(database, "bundle-signing-key", createPrivateKeyDer, now);
  const privateKey = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  const x = readPublicX(privateKey);
  const keyId = createHash("sha256").update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest("base64url");
  return {
    keyId,
    publicJwk: { kty: "OKP", crv: "Ed25519", x, kid: keyId, use: "sig", alg: "EdDSA" },
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
  };
}

const createPrivateKeyDer = (): Uint8Array =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" });

function readPublicX(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (x === undefined) throw new Error("the stored signing key is not an ed25519 key");
  return x;
}
