import { createHash, type KeyObject } from "node:crypto";

/** A public key as `/.well-known/jwks.json` shows it (RFC 7517, RFC 8037). */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "EdDSA";
}

/** Named by its RFC 7638 thumbprint. Throws for a key of another kind. */
export function describePublicKey(key: KeyObject): PublicJwk {
  const { x } = key.export({ format: "jwk" });
  if (x === undefined) throw new Error("the stored signing key is not an ed25519 key");
  const kid = createHash("sha256").update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest("base64url");
  return { kty: "OKP", crv: "Ed25519", x, kid, use: "sig", alg: "EdDSA" };
}
