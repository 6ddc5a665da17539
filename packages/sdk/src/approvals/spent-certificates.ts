import { type ApprovalCertificate, limits, parseInstant } from "@holdpoint/core";

/** The approvals and nonces that have let a step pass in this process. */
export interface SpentCertificates {
  /** True the first time, for a certificate whose approval and nonce are both new. */
  spend(certificate: ApprovalCertificate, nowMs: number): boolean;
}

/**
 * Remembers each until its certificate has expired by every clock that is tolerated. Bounded: when there is no room
 * left nothing passes.
 */
export function createSpentCertificates(capacity: number = limits.maxSpentCertificates): SpentCertificates {
  const endsMs = new Map<string, number>();
  const forget = (nowMs: number): void => {
    for (const [key, ends] of endsMs) if (ends <= nowMs) endsMs.delete(key);
  };
  return {
    spend({ approvalId, nonce, expiresAt }, nowMs) {
      const keys = [`approval ${approvalId}`, `nonce ${nonce}`];
      if (keys.some((key) => endsMs.has(key))) return false;
      if (endsMs.size + keys.length > 2 * capacity) forget(nowMs);
      if (endsMs.size + keys.length > 2 * capacity) return false;
      const ends = parseInstant(expiresAt) + 2 * limits.certificateClockSkewMs;
      for (const key of keys) endsMs.set(key, ends);
      return true;
    },
  };
}
