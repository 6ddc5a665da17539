import {
  type ApprovalCertificate,
  type CertificateProblem,
  decodeMessage,
  limits,
  parseInstant,
  type SignedBundle,
} from "@holdpoint/core";
import type { PlatformCrypto } from "../platform/platform";
import { parseJson } from "../transport/api";
import { decodeCanonicalBase64, decodeUtf8, isSigned, writePae } from "../trust/dsse";
import type { BundleKey } from "../types";

export const certificatePayloadType = "application/vnd.holdpoint.approval-certificate+json";

/** What a certificate must say to let one step go ahead. */
export interface CertificateDemand {
  readonly approvalId: string;
  /** Undefined before the first bundle: then no certificate will do. */
  readonly organizationId: string | undefined;
  readonly agentId: string;
  readonly actionHash: string;
  readonly nonce: string;
  /** Empty when no bundle was in force. */
  readonly bundleDigest: string;
}

export type CertificateResult =
  | { readonly ok: true; readonly certificate: ApprovalCertificate }
  | { readonly ok: false; readonly problem: CertificateProblem };

const fail = (problem: CertificateProblem): CertificateResult => ({ ok: false, problem });

/**
 * What a certificate says, when one of the keys has signed exactly its bytes and it is for this step, now (SPEC A-10,
 * but for what was used before). Needs no network. Nothing of the payload is read before its signature. Never rejects.
 */
export async function verifyCertificate(
  certificate: unknown,
  demand: CertificateDemand,
  {
    keys,
    crypto,
    nowMs,
  }: { readonly keys: readonly BundleKey[]; readonly crypto: PlatformCrypto; readonly nowMs: number },
): Promise<CertificateResult> {
  if (certificate === undefined || certificate === null) return fail("missing");
  const envelope = readEnvelope(certificate);
  if (!envelope) return fail("unreadable");
  if (keys.length === 0) return fail("keys_unavailable");
  const { body, signatures } = envelope;
  if (!(await isSigned(writePae(certificatePayloadType, body), signatures, keys, crypto))) return fail("unsigned");
  const read = decodeMessage("ApprovalCertificate", parseJson(decodeUtf8(body) ?? ""));
  if (!read.ok) return fail("unreadable");
  const problem = findMismatch(read.value, demand) ?? findTimeProblem(read.value, nowMs);
  return problem ? fail(problem) : { ok: true, certificate: read.value };
}

/** The parts of an envelope of the one form that A-9 allows. */
function readEnvelope(certificate: unknown) {
  const envelope = decodeMessage("SignedBundle", certificate);
  if (!envelope.ok) return undefined;
  const { payloadType, payload, signatures = [] } = envelope.value satisfies SignedBundle;
  const [signature] = signatures;
  if (payloadType !== certificatePayloadType || signatures.length !== 1 || !signature) return undefined;
  if (payload.length + signature.sig.length > limits.maxCertificateChars) return undefined;
  const body = decodeCanonicalBase64(payload);
  return body && decodeCanonicalBase64(signature.sig) ? { body, signatures } : undefined;
}

function findMismatch(said: ApprovalCertificate, demand: CertificateDemand): CertificateProblem | undefined {
  if (said.approvalId !== demand.approvalId) return "wrong_approval";
  if (said.organizationId !== demand.organizationId) return "wrong_tenant";
  if (said.agentId !== demand.agentId) return "wrong_agent";
  if (said.actionHash !== demand.actionHash) return "wrong_action";
  if (said.nonce !== demand.nonce) return "wrong_nonce";
  if (said.bundleDigest !== demand.bundleDigest) return "wrong_bundle";
  return undefined;
}

/** Comparisons are written so that a time that cannot be read (NaN) is out of force. */
function findTimeProblem(said: ApprovalCertificate, nowMs: number): CertificateProblem | undefined {
  const [issuedMs, expiresMs] = [parseInstant(said.issuedAt), parseInstant(said.expiresAt)];
  const { certificateClockSkewMs: skewMs, certificateLifetimeMs } = limits;
  const inForce = issuedMs - skewMs <= nowMs && nowMs < expiresMs + skewMs;
  return inForce && expiresMs - issuedMs <= certificateLifetimeMs ? undefined : "expired";
}
