"""DSSE envelopes of bundles."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..._core import Bundle, decode_message, from_wire
from ..transport.api import parse_json
from ..types import BundleKey

BUNDLE_PAYLOAD_TYPE = "application/vnd.holdpoint.bundle+json"

# More than any rotation of keys needs; a forged envelope cannot keep us verifying.
_MAX_SIGNATURES = 16


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle whose exact bytes are signed; `wire` is its checked JSON, `payload` the bytes in base64."""

    bundle: Bundle
    wire: dict[str, Any]
    payload: str


class EnvelopeError(Exception):
    """An envelope that is not to be trusted, or not to be read."""


def verify_envelope(text: str, keys: Sequence[BundleKey]) -> VerifiedBundle:
    """The bundle in a DSSE envelope, when one of the keys has signed exactly its bytes.

    Nothing of the payload is read before that. Raises EnvelopeError.
    """
    envelope = decode_message("SignedBundle", parse_json(text)).value
    if envelope is None:
        raise EnvelopeError("the bundle is not a signed envelope")
    if envelope["payloadType"] != BUNDLE_PAYLOAD_TYPE:
        raise EnvelopeError("the envelope holds something else than a bundle")
    body = decode_base64(envelope["payload"])
    if body is None:
        raise EnvelopeError("the payload of the envelope is not base64")
    if not _is_signed(write_pae(BUNDLE_PAYLOAD_TYPE, body), envelope.get("signatures", []), keys):
        raise EnvelopeError("the bundle is not signed by a known key")
    try:
        value = parse_json(body.decode())
    except UnicodeDecodeError:
        value = None
    decoded = decode_message("Bundle", value)
    if decoded.value is None:
        first = decoded.problems[0]
        raise EnvelopeError(f"the bundle cannot be read: `{first.pointer}` {first.message}")
    return VerifiedBundle(from_wire(Bundle, decoded.value), decoded.value, envelope["payload"])


def write_pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding (DSSE v1.0): the type and the body, each with its length in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def decode_base64(text: str) -> bytes | None:
    """Bytes of base64 or base64url, padded or not; None when it is neither."""
    written = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def _is_signed(signed: bytes, signatures: Sequence[dict[str, str]], keys: Sequence[BundleKey]) -> bool:
    by_id = {key.kid: key for key in reversed(keys)}
    for one in signatures[:_MAX_SIGNATURES]:
        key = by_id.get(one["keyid"])
        raw = decode_base64(key.x) if key else None
        signature = decode_base64(one["sig"])
        if raw is None or signature is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False
