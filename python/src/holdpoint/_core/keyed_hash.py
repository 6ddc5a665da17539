"""HMAC-SHA-256 (RFC 2104), of nothing but the hash.

That of OpenSSL, which `hmac` uses, takes locks of the whole process without the interpreter's: a process that is forked
in that moment keeps them for ever, and hangs at its next use of TLS. Hashes are made under the interpreter's lock.
"""

from __future__ import annotations

from hashlib import sha256

_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """The 32 bytes."""
    if len(key) > _BLOCK_BYTES:
        key = sha256(key).digest()
    padded = key.ljust(_BLOCK_BYTES, b"\0")
    return sha256(padded.translate(_OUTER) + sha256(padded.translate(_INNER) + data).digest()).digest()
