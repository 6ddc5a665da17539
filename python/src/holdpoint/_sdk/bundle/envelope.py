"""DSSE envelopes of bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._core import Bundle, decode_message, from_wire, sha256_hex
from ..transport.api import parse_json
from ..trust.dsse import decode_base64, is_signed, write_pae
from ..types import BundleKey

BUNDLE_PAYLOAD_TYPE = "application/vnd.holdpoint.bundle+json"


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle whose exact bytes are signed.

    `wire` is its checked JSON, `payload` the bytes in base64, `digest` their SHA-256, hex.
    """

    bundle: Bundle
    wire: dict[str, Any]
    payload: str
    digest: str


class EnvelopeError(Exception):
    """An envelope that is not to be trusted, or not to be read."""


class UnsignedError(EnvelopeError):
    """None of the keys has signed it: another key may have."""


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
    if not is_signed(write_pae(BUNDLE_PAYLOAD_TYPE, body), envelope.get("signatures", []), keys):
        raise UnsignedError("the bundle is not signed by a known key")
    try:
        value = parse_json(body.decode())
    except UnicodeDecodeError:
        value = None
    decoded = decode_message("Bundle", value)
    if decoded.value is None:
        first = decoded.problems[0]
        raise EnvelopeError(f"the bundle cannot be read: `{first.pointer}` {first.message}")
    return VerifiedBundle(from_wire(Bundle, decoded.value), decoded.value, envelope["payload"], sha256_hex(body))
