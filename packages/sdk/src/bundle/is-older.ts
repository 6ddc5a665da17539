import type { Bundle } from "@holdpoint/core";

/** A server that was upgraded writes the same version anew: then the later one counts. */
export function isOlder(
  bundle: Pick<Bundle, "version" | "issuedAt">,
  held: Pick<Bundle, "version" | "issuedAt">,
): boolean {
  if (bundle.version !== held.version) return bundle.version < held.version;
  return !(Date.parse(bundle.issuedAt) >= Date.parse(held.issuedAt));
}
