import type { CertificateProblem } from "@holdpoint/core";

/** What a human is told of each problem (SPEC A-10). */
export const certificateProblems: Readonly<Record<CertificateProblem, string>> = {
  missing: "the approval came without a certificate",
  unreadable: "the certificate cannot be read",
  keys_unavailable: "there is no key to check the certificate with",
  unsigned: "the certificate is not signed by a trusted key",
  wrong_approval: "the certificate is for another approval",
  wrong_tenant: "the certificate is not of the tenant whose bundle is in force",
  wrong_agent: "the certificate is for another agent",
  wrong_action: "the approval is for another action",
  wrong_nonce: "the certificate was made for another use",
  wrong_bundle: "the certificate names another bundle",
  expired: "the certificate is not in force at this time",
  replayed: "the approval was used before",
};
