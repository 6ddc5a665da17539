"""Certificates of approvals: in which form, when and how often one lets a step go ahead."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from control_plane import ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdpoint import BundleKey
from holdpoint._core import ApprovalCertificate as Certificate
from holdpoint._core import canonical_json, from_wire
from holdpoint._gen.tables import CERTIFICATE_CLOCK_SKEW_MS, CERTIFICATE_LIFETIME_MS, MAX_CERTIFICATE_CHARS
from holdpoint._sdk.approvals.certificates import (
    CERTIFICATE_PAYLOAD_TYPE,
    CertificateChecker,
    CertificateDemand,
    CertificateError,
    SpentCertificates,
    verify_certificate,
)

NOW_MS = 1_800_000_000_000.0
DEMAND = CertificateDemand("ap-1", "org", "a", "ab" * 32, "n" * 32, "cd" * 32)
OURS = Ed25519PrivateKey.generate()
KEYS = [
    BundleKey("key-1", base64.urlsafe_b64encode(OURS.public_key().public_bytes_raw()).decode().rstrip("=")),
]


def instant(offset_ms: float) -> str:
    at = datetime.fromtimestamp((NOW_MS + offset_ms) / 1000, timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


DOCUMENT = {
    "approvalId": DEMAND.approval_id,
    "organizationId": "org",
    "agentId": "a",
    "actionHash": DEMAND.action_hash,
    "approver": "ana",
    "approverKey": "key:1",
    "issuedAt": instant(0),
    "expiresAt": instant(CERTIFICATE_LIFETIME_MS),
    "nonce": DEMAND.nonce,
    "bundleDigest": DEMAND.bundle_digest,
}


def sign(document: Any, kind: str = CERTIFICATE_PAYLOAD_TYPE) -> dict[str, Any]:
    return ControlPlane.sign_document(None, document, kind, OURS)  # type: ignore[arg-type]


GOOD = sign(DOCUMENT)


def judge(certificate: Any, now_ms: float = NOW_MS, keys: list[BundleKey] = KEYS) -> str:
    try:
        verify_certificate(certificate, DEMAND, keys, now_ms)
    except CertificateError as error:
        return error.problem
    return "ok"


def test_a_certificate_is_good_as_it_was_signed_and_in_no_other_form() -> None:
    assert judge(GOOD) == "ok"
    twice = {**GOOD, "signatures": GOOD["signatures"] * 2}
    for bad in (7, [], {}, twice, {**GOOD, "more": 1}, {**GOOD, "signatures": []}, {**GOOD, "payloadType": "x"}):
        assert judge(bad) == "unreadable"
    assert judge({**GOOD, "payload": GOOD["payload"] + "\n"}) == "unreadable"
    assert judge({**GOOD, "payload": "A" * MAX_CERTIFICATE_CHARS}) == "unreadable"
    assert judge(sign({**DOCUMENT, "more": 1})) == "unreadable"
    assert judge({**sign({**DOCUMENT, "approver": "eve"}), "signatures": GOOD["signatures"]}) == "unsigned"
    assert judge({**sign(DOCUMENT, "text/plain"), "payloadType": CERTIFICATE_PAYLOAD_TYPE}) == "unsigned"
    assert judge(GOOD, keys=[]) == "keys_unavailable"
    assert judge(GOOD, keys=[BundleKey("key-1", "AAAA")]) == "unsigned"


def test_a_certificate_is_in_force_from_its_issue_to_its_end_give_or_take_the_clocks() -> None:
    skew, life = CERTIFICATE_CLOCK_SKEW_MS, CERTIFICATE_LIFETIME_MS
    expected = {-skew: "ok", -skew - 1: "expired", life + skew - 1: "ok", life + skew: "expired"}
    assert {offset: judge(GOOD, NOW_MS + offset) for offset in expected} == expected
    assert judge(GOOD, float("nan")) == "expired"
    assert judge(sign({**DOCUMENT, "expiresAt": instant(life + 1)})) == "expired"


TEXT = json.dumps(GOOD)


@settings(max_examples=800, deadline=None)
@given(
    st.integers(0, len(TEXT) - 1),
    st.sampled_from(["replace", "insert", "delete"]),
    st.sampled_from([*'ABCXYZabcxyz0189+/=-_ "{}[],:.\\é', "\0"]),
)
def test_no_character_of_a_certificate_may_change(at: int, kind: str, char: str) -> None:
    mutated = TEXT[:at] + ("" if kind == "delete" else char) + TEXT[at + (kind != "insert") :]
    try:
        parsed = json.loads(mutated)
    except ValueError:
        return
    # White space between the tokens of JSON is no change of the document.
    assume(parsed != GOOD)
    assert judge(parsed) != "ok"


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 100_000), st.booleans())
def test_no_bit_of_a_certificate_may_change(bit: int, in_payload: bool) -> None:
    def flip(text: str) -> str:
        raw = bytearray(base64.b64decode(text))
        raw[bit // 8 % len(raw)] ^= 1 << bit % 8
        return base64.b64encode(bytes(raw)).decode()

    (signature,) = GOOD["signatures"]
    mutated = (
        {**GOOD, "payload": flip(GOOD["payload"])}
        if in_payload
        else {**GOOD, "signatures": [{**signature, "sig": flip(signature["sig"])}]}
    )
    assert judge(mutated) == "unsigned"


class Keys:
    """Keys that may be others by now."""

    def __init__(self, first: list[BundleKey], then: list[BundleKey] | None = None) -> None:
        self.first, self.then = first, then

    def load(self) -> list[BundleKey]:
        return self.first

    def renew(self) -> bool:
        return self.then is not None

    def known(self) -> list[BundleKey]:
        return self.then or []


def test_the_checker_lets_a_certificate_pass_once_and_asks_for_new_keys() -> None:
    rotated = CertificateChecker(Keys([BundleKey("old", KEYS[0].x)], KEYS), lambda: NOW_MS, SpentCertificates())
    assert rotated.check(GOOD, DEMAND).approver == "ana"
    with pytest.raises(CertificateError, match="used before"):
        rotated.check(GOOD, DEMAND)
    full = SpentCertificates(1)
    certificate = from_wire(Certificate, DOCUMENT)
    assert full.spend(certificate, NOW_MS)
    other = from_wire(Certificate, {**DOCUMENT, "approvalId": "x", "nonce": "y"})
    ends_ms = NOW_MS + CERTIFICATE_LIFETIME_MS + 2 * CERTIFICATE_CLOCK_SKEW_MS
    assert not full.spend(other, ends_ms - 1)
    assert full.spend(other, ends_ms)


def test_both_languages_check_the_same_bytes() -> None:
    """A certificate that was made in TypeScript's form, its members in another order."""
    assert judge(json.loads(canonical_json(GOOD))) == "ok"
