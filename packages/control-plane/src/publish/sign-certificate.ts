import { type ApprovalCertificate, canonicalJson, type SignedBundle } from "@holdpoint/core";
import { preAuthenticationEncoding } from "./sign-bundle";
import type { Signer } from "./signing-key";

/** Another type than a bundle's: neither can be passed off as the other, though one key signs both. */
export const certificatePayloadType = "application/vnd.holdpoint.approval-certificate+json";

/** A DSSE envelope around the canonical JSON of a certificate. */
export function signCertificate(certificate: ApprovalCertificate, key: Signer): SignedBundle {
  const payload = Buffer.from(canonicalJson(certificate), "utf8");
  const signature = key.sign(preAuthenticationEncoding(certificatePayloadType, payload));
  return {
    payloadType: certificatePayloadType,
    payload: payload.toString("base64"),
    signatures: [{ keyid: key.keyId, sig: Buffer.from(signature).toString("base64") }],
  };
}
