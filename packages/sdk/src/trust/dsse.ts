import type { PlatformCrypto } from "../platform/platform";
import type { BundleKey } from "../types";

/** More than any rotation of keys needs; a forged envelope cannot keep us verifying. */
const maxSignatures = 16;

/** True when one of the keys has made one of the signatures over exactly these bytes. Never rejects. */
export async function isSigned(
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

/** Bytes of base64 as RFC 4648 section 4 writes them; undefined for any other way of writing the same bytes. */
export function decodeCanonicalBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

/** A text from its UTF-8; undefined when it is none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
