import { type Bundle, decodeMessage, sha256Hex } from "@holdpoint/core";
import type { PlatformCrypto } from "../platform/platform";
import { parseJson } from "../transport/api";
import { decodeBase64, decodeUtf8, isSigned, writePae } from "../trust/dsse";
import type { BundleKey } from "../types";

export const bundlePayloadType = "application/vnd.holdpoint.bundle+json";

export type EnvelopeResult =
  | {
      readonly ok: true;
      readonly bundle: Bundle;
      readonly payload: string;
      /** SHA-256 of the bytes of the payload, hex. */
      readonly digest: string;
    }
  | {
      readonly ok: false;
      readonly problem: string;
      /** None of the keys has signed it: another key may have. */
      readonly isUnsigned?: true;
    };

/**
 * The bundle in a DSSE envelope, when one of the keys has signed exactly its bytes. Nothing of the payload is read
 * before that. Never rejects.
 */
export async function verifyEnvelope(
  text: string,
  keys: readonly BundleKey[],
  crypto: PlatformCrypto,
): Promise<EnvelopeResult> {
  const envelope = decodeMessage("SignedBundle", parseJson(text));
  if (!envelope.ok) return { ok: false, problem: "the bundle is not a signed envelope" };
  const { payloadType, payload, signatures = [] } = envelope.value;
  if (payloadType !== bundlePayloadType)
    return { ok: false, problem: "the envelope holds something else than a bundle" };
  const bytes = decodeBase64(payload);
  if (!bytes) return { ok: false, problem: "the payload of the envelope is not base64" };
  if (!(await isSigned(writePae(payloadType, bytes), signatures, keys, crypto))) {
    return { ok: false, problem: "the bundle is not signed by a known key", isUnsigned: true };
  }
  const bundle = decodeMessage("Bundle", parseJson(decodeUtf8(bytes) ?? ""));
  if (bundle.ok) return { ok: true, bundle: bundle.value, payload, digest: sha256Hex(bytes) };
  const [first] = bundle.problems;
  return { ok: false, problem: `the bundle cannot be read: \`${first?.pointer}\` ${first?.message}` };
}
