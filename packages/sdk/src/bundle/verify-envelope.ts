import { type Bundle, decodeMessage } from "@holdpoint/core";
import type { PlatformCrypto } from "../platform/platform";
import { parseJson } from "../transport/api";
import type { BundleKey } from "../types";

export const bundlePayloadType = "application/vnd.holdpoint.bundle+json";

export type EnvelopeResult =
  | { readonly ok: true; readonly bundle: Bundle; readonly payload: string }
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
  if (bundle.ok) return { ok: true, bundle: bundle.value, payload };
  const [first] = bundle.problems;
  return { ok: false, problem: `the bundle cannot be read: \`${first?.pointer}\` ${first?.message}` };
}

async function isSigned(
  signed: Uint8Array,
  signatures: readonly { readonly keyid: string; readonly sig: string }[],
  keys: readonly BundleKey[],
  crypto: PlatformCrypto,
): Promise<boolean> {
  for (const { keyid, sig } of signatures.slice(0, maxSignatures)) {
    const key = keys.find(({ kid }) => kid === keyid);
    const raw = key && decodeBase64(key.x);
    const signature = decodeBase64(sig);
    if (raw && signature && (await crypto.verifyEd25519(raw, signed, signature))) return true;
  }
  return false;
}

/** More than any rotation of keys needs; a forged envelope cannot keep us verifying. */
const maxSignatures = 16;

/** DSSE's pre-authentication encoding (DSSE v1.0): the type and the body, each with its length in bytes. */
export function writePae(payloadType: string, body: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(payloadType);
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${payloadType} ${body.length} `);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** Bytes of base64 or base64url; undefined when it is neither. */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
