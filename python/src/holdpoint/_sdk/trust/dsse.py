"""DSSE envelopes (DSSE v1.0): the exact bytes of a document with signatures over them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..fork_gate import fork_gate
from ..types import BundleKey

# More than any rotation of keys needs; a forged envelope cannot keep us verifying.
_MAX_SIGNATURES = 16


def is_signed(signed: bytes, signatures: Sequence[dict[str, Any]], keys: Sequence[BundleKey]) -> bool:
    """True when one of the keys has made one of the signatures over exactly these bytes. Never raises."""
    by_id = {key.kid: key for key in reversed(keys)}
    for one in signatures[:_MAX_SIGNATURES]:
        key = by_id.get(one["keyid"])
        raw = decode_base64(key.x) if key else None
        signature = decode_base64(one["sig"])
        if raw is None or signature is None:
            continue
        try:
            with fork_gate:
                Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def write_pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the type and the body, each with its length in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def decode_base64(text: str) -> bytes | None:
    """Bytes of base64 or base64url, padded or not; None when it is neither."""
    written = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def decode_canonical_base64(text: str) -> bytes | None:
    """Bytes of base64 as RFC 4648 section 4 writes them; None for any other way of writing the same bytes."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None
