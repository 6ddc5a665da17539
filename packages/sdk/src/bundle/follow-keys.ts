import { canonicalJson } from "@holdpoint/core";
import type { PlatformCrypto } from "../platform/platform";
import { isSigned, writePae } from "../trust/dsse";
import type { BundleKey } from "../types";

const keyPayloadType = "application/vnd.holdpoint.key+json";

/** More changes than any control plane makes; a forged list cannot keep us verifying. */
const maxChanges = 256;

/** The older key `by` has signed this one (clause C-40). */
interface Change {
  readonly kid: string;
  readonly x: string;
  readonly by: string;
  readonly sig: string;
}

/** The listed keys that a trusted one has signed, or one that follows from it in turn (clause S-27). Never rejects. */
export async function followKeys(
  trusted: readonly BundleKey[],
  jwks: unknown,
  listed: readonly BundleKey[],
  crypto: PlatformCrypto,
): Promise<readonly BundleKey[]> {
  const entries = (jwks as { endorsements?: unknown } | null | undefined)?.endorsements;
  const changes = (Array.isArray(entries) ? entries.slice(0, maxChanges) : []).filter(isChange);
  const chain = [...trusted];
  const isIn = (keys: readonly BundleKey[], { kid, x }: Pick<BundleKey, "kid" | "x">): boolean =>
    keys.some((key) => key.kid === kid && key.x === x);
  for (let found = true; found; ) {
    found = false;
    for (const change of changes) {
      if (isIn(chain, change) || !(await hasSigned(change, chain, crypto))) continue;
      chain.push({ kid: change.kid, x: change.x, kty: "OKP", crv: "Ed25519" });
      found = true;
    }
  }
  return listed.filter((key) => isIn(chain, key) && !isIn(trusted, key));
}

function hasSigned({ kid, x, by, sig }: Change, chain: readonly BundleKey[], crypto: PlatformCrypto): Promise<boolean> {
  const payload = new TextEncoder().encode(canonicalJson({ crv: "Ed25519", kid, kty: "OKP", x }));
  const signers = chain.filter((key) => key.kid === by);
  return isSigned(writePae(keyPayloadType, payload), [{ keyid: by, sig }], signers, crypto);
}

function isChange(value: unknown): value is Change {
  const { kid, x, by, sig } = (value ?? {}) as Record<string, unknown>;
  return [kid, x, by, sig].every((member) => typeof member === "string");
}
