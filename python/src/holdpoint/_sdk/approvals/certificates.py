"""Certificates of approvals: what lets a step go ahead, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..._core import ApprovalCertificate, decode_message, from_wire, parse_instant
from ..._gen.tables import (
    CERTIFICATE_CLOCK_SKEW_MS,
    CERTIFICATE_LIFETIME_MS,
    MAX_CERTIFICATE_CHARS,
    MAX_SPENT_CERTIFICATES,
    CertificateProblem,
)
from ..transport.api import parse_json
from ..trust.dsse import decode_canonical_base64, is_signed, write_pae
from ..types import ApprovalProof, BundleKey

CERTIFICATE_PAYLOAD_TYPE = "application/vnd.holdpoint.approval-certificate+json"

# What a human is told of each problem (SPEC A-10).
CERTIFICATE_PROBLEMS: dict[CertificateProblem, str] = {
    "missing": "the approval came without a certificate",
    "unreadable": "the certificate cannot be read",
    "keys_unavailable": "there is no key to check the certificate with",
    "unsigned": "the certificate is not signed by a trusted key",
    "wrong_approval": "the certificate is for another approval",
    "wrong_tenant": "the certificate is not of the tenant whose bundle is in force",
    "wrong_agent": "the certificate is for another agent",
    "wrong_action": "the approval is for another action",
    "wrong_nonce": "the certificate was made for another use",
    "wrong_bundle": "the certificate names another bundle",
    "expired": "the certificate is not in force at this time",
    "replayed": "the approval was used before",
}


@dataclass(frozen=True, slots=True)
class CertificateDemand:
    """What a certificate must say to let one step go ahead.

    `organization_id` is None before the first bundle: then no certificate will do. `bundle_digest` is empty when no
    bundle was in force.
    """

    approval_id: str
    organization_id: str | None
    agent_id: str
    action_hash: str
    nonce: str
    bundle_digest: str


class CertificateError(Exception):
    """A certificate that does not let the step go ahead."""

    def __init__(self, problem: CertificateProblem) -> None:
        super().__init__(CERTIFICATE_PROBLEMS[problem])
        self.problem: CertificateProblem = problem


def verify_certificate(
    certificate: Any, demand: CertificateDemand, keys: Sequence[BundleKey], now_ms: float
) -> ApprovalCertificate:
    """What a certificate says, when one of the keys has signed exactly its bytes and it is for this step, now.

    SPEC A-10, but for what was used before. Needs no network. Nothing of the payload is read before its signature.
    Raises CertificateError.
    """
    if certificate is None:
        raise CertificateError("missing")
    body, signatures = _read_envelope(certificate)
    if not keys:
        raise CertificateError("keys_unavailable")
    if not is_signed(write_pae(CERTIFICATE_PAYLOAD_TYPE, body), signatures, keys):
        raise CertificateError("unsigned")
    try:
        read = decode_message("ApprovalCertificate", parse_json(body.decode())).value
    except UnicodeDecodeError:
        read = None
    if read is None:
        raise CertificateError("unreadable")
    said = from_wire(ApprovalCertificate, read)
    problem = _find_mismatch(said, demand) or _find_time_problem(said, now_ms)
    if problem is not None:
        raise CertificateError(problem)
    return said


def _read_envelope(certificate: Any) -> tuple[bytes, list[dict[str, Any]]]:
    """The parts of an envelope of the one form that A-9 allows."""
    envelope = decode_message("SignedBundle", certificate).value or {}
    signatures = envelope.get("signatures", [])
    if envelope.get("payloadType") != CERTIFICATE_PAYLOAD_TYPE or len(signatures) != 1:
        raise CertificateError("unreadable")
    payload, sig = envelope["payload"], signatures[0]["sig"]
    too_long = len(payload) + len(sig) > MAX_CERTIFICATE_CHARS
    body = None if too_long else decode_canonical_base64(payload)
    if body is None or decode_canonical_base64(sig) is None:
        raise CertificateError("unreadable")
    return body, signatures


def _find_mismatch(said: ApprovalCertificate, demand: CertificateDemand) -> CertificateProblem | None:
    pairs: tuple[tuple[CertificateProblem, str, str | None], ...] = (
        ("wrong_approval", said.approval_id, demand.approval_id),
        ("wrong_tenant", said.organization_id, demand.organization_id),
        ("wrong_agent", said.agent_id, demand.agent_id),
        ("wrong_action", said.action_hash, demand.action_hash),
        ("wrong_nonce", said.nonce, demand.nonce),
        ("wrong_bundle", said.bundle_digest, demand.bundle_digest),
    )
    return next((problem for problem, says, must in pairs if says != must), None)


def _find_time_problem(said: ApprovalCertificate, now_ms: float) -> CertificateProblem | None:
    """Comparisons are written so that a time that cannot be read (NaN) is out of force."""
    issued_ms, expires_ms = parse_instant(said.issued_at), parse_instant(said.expires_at)
    in_force = issued_ms - CERTIFICATE_CLOCK_SKEW_MS <= now_ms < expires_ms + CERTIFICATE_CLOCK_SKEW_MS
    return None if in_force and expires_ms - issued_ms <= CERTIFICATE_LIFETIME_MS else "expired"


class SpentCertificates:
    """The approvals and nonces that have let a step pass in this process.

    Each is remembered until its certificate has expired by every clock that is tolerated. Bounded: when there is no
    room left nothing passes.
    """

    def __init__(self, capacity: int = MAX_SPENT_CERTIFICATES) -> None:
        self._capacity = 2 * capacity
        self._ends_ms: dict[str, float] = {}
        self._lock = threading.Lock()

    def spend(self, certificate: ApprovalCertificate, now_ms: float) -> bool:
        """True the first time, for a certificate whose approval and nonce are both new."""
        keys = (f"approval {certificate.approval_id}", f"nonce {certificate.nonce}")
        with self._lock:
            if any(key in self._ends_ms for key in keys):
                return False
            if len(self._ends_ms) + len(keys) > self._capacity:
                self._ends_ms = {key: ends for key, ends in self._ends_ms.items() if ends > now_ms}
            if len(self._ends_ms) + len(keys) > self._capacity:
                return False
            ends_ms = parse_instant(certificate.expires_at) + 2 * CERTIFICATE_CLOCK_SKEW_MS
            self._ends_ms.update(dict.fromkeys(keys, ends_ms))
            return True


class TrustedKeys(Protocol):
    """The keys that bundles are trusted by."""

    def load(self) -> Sequence[BundleKey]:
        """Keys to trust; raises when there are none to be had."""
        ...

    def renew(self) -> bool:
        """Asks for the keys anew; False when that cannot change anything."""
        ...

    def known(self) -> Sequence[BundleKey]:
        """What is trusted now."""
        ...


class CertificateChecker:
    """Lets each good certificate pass once."""

    def __init__(self, keys: TrustedKeys, clock: Callable[[], float], spent: SpentCertificates) -> None:
        self._keys = keys
        self._clock = clock
        self._spent = spent

    def check(self, certificate: Any, demand: CertificateDemand) -> ApprovalProof:
        """What proves the approval. Raises CertificateError."""
        try:
            keys = self._keys.load()
        except Exception:  # noqa: BLE001 - whatever kept the keys away, there are none
            keys = ()
        try:
            said = verify_certificate(certificate, demand, keys, self._clock())
        except CertificateError as error:
            # The control plane may have another key by now.
            if error.problem != "unsigned" or not self._keys.renew():
                raise
            said = verify_certificate(certificate, demand, self._keys.known(), self._clock())
        if not self._spent.spend(said, self._clock()):
            raise CertificateError("replayed")
        return ApprovalProof(said.approver, said.approver_key, said.expires_at, certificate)
