"""SHA-256 and its keyed form, as lower-case hex."""

from __future__ import annotations

import hashlib

from ..keyed_hash import hmac_sha256
from .utf16 import has_surrogates, join_surrogates


def sha256_hex(data: bytes | str) -> str:
    """SHA-256 as 64 lower-case hex digits; text is hashed as UTF-8."""
    return hashlib.sha256(_to_bytes(data)).hexdigest()


def hmac_sha256_hex(key: bytes, text: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of a text's UTF-8 under a key, as 64 lower-case hex digits."""
    return hmac_sha256(key, _to_bytes(text)).hex()


def _to_bytes(data: bytes | str) -> bytes:
    if not isinstance(data, str):
        return data
    if has_surrogates(data):
        data = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in join_surrogates(data))
    return data.encode()
