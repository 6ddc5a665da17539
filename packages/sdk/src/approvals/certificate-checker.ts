import type { CertificateProblem, Clock, SignedBundle } from "@holdpoint/core";
import type { PlatformCrypto } from "../platform/platform";
import type { ApprovalProof, BundleKey } from "../types";
import type { SpentCertificates } from "./spent-certificates";
import { type CertificateDemand, verifyCertificate } from "./verify-certificate";

/** The keys that bundles are trusted by; neither method rejects. */
export interface TrustedKeys {
  load(): Promise<{ readonly ok: true; readonly keys: readonly BundleKey[] } | { readonly ok: false }>;
  /** Asks for the keys anew; false when that cannot change anything. */
  renew(): Promise<boolean>;
  readonly known: () => readonly BundleKey[];
}

export type CheckResult =
  | { readonly ok: true; readonly proof: ApprovalProof }
  | { readonly ok: false; readonly problem: CertificateProblem };

/** Lets each good certificate pass once. */
export interface CertificateChecker {
  /** Never rejects. */
  check(certificate: unknown, demand: CertificateDemand): Promise<CheckResult>;
}

export interface CertificateCheckerOptions {
  readonly keys: TrustedKeys;
  readonly crypto: PlatformCrypto;
  readonly clock: Clock;
  readonly spent: SpentCertificates;
}

export function createCertificateChecker({
  keys,
  crypto,
  clock,
  spent,
}: CertificateCheckerOptions): CertificateChecker {
  return {
    async check(certificate, demand) {
      const loaded = await keys.load();
      const verify = (trusted: readonly BundleKey[]) =>
        verifyCertificate(certificate, demand, { keys: trusted, crypto, nowMs: clock() });
      let result = await verify(loaded.ok ? loaded.keys : []);
      // The control plane may have another key by now.
      if (!result.ok && result.problem === "unsigned" && (await keys.renew())) result = await verify(keys.known());
      if (!result.ok) return result;
      const { certificate: said } = result;
      if (!spent.spend(said, clock())) return { ok: false, problem: "replayed" };
      const { approver, approverKey, expiresAt } = said;
      return { ok: true, proof: { approver, approverKey, expiresAt, certificate: certificate as SignedBundle } };
    },
  };
}
