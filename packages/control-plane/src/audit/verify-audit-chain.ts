import type { AuditEntry } from "@holdpoint/core";
import { firstPrevHash, hashAuditEntry } from "./hash-entry";

/** What a check of the log found. */
export type AuditVerification =
  | { readonly valid: true; readonly entries: number; readonly headHash: string }
  | {
      readonly valid: false;
      readonly entries: number;
      /** Where the first broken entry stands. */
      readonly brokenAt: number;
      readonly message: string;
    };

/** Checks a log entry by entry, so that a long one need not be held in memory. */
export interface AuditVerifier {
  add(entry: AuditEntry): void;
  result(): AuditVerification;
}

/**
 * A check that expects the entries from index 0 on, in order. It finds changed, removed, inserted and reordered
 * entries; that the last ones were cut off it can tell only by comparing `headHash` with one kept elsewhere.
 */
export function createAuditVerifier(): AuditVerifier {
  let count = 0;
  let headHash = firstPrevHash;
  let broken: { brokenAt: number; message: string } | undefined;
  return {
    add(entry) {
      const problem = findProblem(entry, count, headHash);
      if (problem && !broken) broken = { brokenAt: count, message: problem };
      headHash = entry.hash ?? "";
      count++;
    },
    result: () => (broken ? { valid: false, entries: count, ...broken } : { valid: true, entries: count, headHash }),
  };
}

/** The check of a whole log; see `createAuditVerifier`. Pure; an empty log is valid. */
export function verifyAuditChain(entries: Iterable<AuditEntry>): AuditVerification {
  const verifier = createAuditVerifier();
  for (const entry of entries) verifier.add(entry);
  return verifier.result();
}

function findProblem(entry: AuditEntry, index: number, prevHash: string): string | undefined {
  if (entry.index !== index) return `expected index ${index}, got \`${String(entry.index)}\``;
  if (entry.prevHash !== prevHash) return "does not follow the entry before it";
  if (entry.hash !== hashAuditEntry(entry)) return "was changed after it was written";
  return undefined;
}
