import { type Bundle, canonicalJson, type SignedBundle } from "@holdpoint/core";
import type { SigningKey } from "./signing-key";

export const bundlePayloadType = "application/vnd.holdpoint.bundle+json";

/** A DSSE envelope around the canonical JSON of a bundle, signed (by the key before as well, where there was one) over DSSE's pre-authentication encoding. */
export function signBundle(bundle: Bundle, key: SigningKey): SignedBundle {
  const payload = Buffer.from(canonicalJson(bundle), "utf8");
  return {
    payloadType: bundlePayloadType,
    payload: payload.toString("base64"),
    signatures: [key, ...(key.previous ? [key.previous] : [])].map((signer) => ({
      keyid: signer.keyId,
      sig: Buffer.from(signer.sign(preAuthenticationEncoding(bundlePayloadType, payload))).toString("base64"),
    })),
  };
}

/** DSSE v1: `DSSEv1 <length> <type> <length> <payload>`, lengths in bytes. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}
