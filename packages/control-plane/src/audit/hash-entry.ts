import { type AuditEntry, canonicalJson, sha256Hex } from "@holdpoint/core";

/** The hash before the first entry. */
export const firstPrevHash = "0".repeat(64);

/** An entry with all its members, as this server writes them. */
export type FullAuditEntry = Required<AuditEntry>;

/** SHA-256, hex, over the 32 bytes of `prevHash` and the canonical JSON of every other member but `hash`. */
export function hashAuditEntry(entry: AuditEntry): string {
  const { prevHash = firstPrevHash, hash: _, ...rest } = entry;
  return sha256Hex(Buffer.concat([Buffer.from(prevHash, "hex"), Buffer.from(canonicalJson(rest), "utf8")]));
}
