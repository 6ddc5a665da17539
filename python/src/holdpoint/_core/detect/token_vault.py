"""The values behind the tokens of one request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..keyed_hash import hmac_sha256

# What begins every token; a text that holds it without a token of the vault is refused (SPECIFICATION T-24).
OPENER = "[[hp:"
# A token: the label of its category and 16 hex digits that no one can guess.
_TOKEN = re.compile(r"\[\[hp:[A-Z][A-Z0-9_]{0,40}:[0-9a-f]{16}\]\]")
_BEGINNING = re.compile(r"\[\[hp:(?:[A-Z][A-Z0-9_]{0,40}(?::(?:[0-9a-f]{0,15}|[0-9a-f]{16}\]?))?)?")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
MAX_TOKEN_LENGTH = len(OPENER) + 41 + 1 + 16 + 2
# A secret shorter than this makes no vault.
MIN_SECRET_BYTES = 16


def read_token(text: str, at: int) -> str | None:
    """The token that stands at `at`, or None."""
    match = _TOKEN.match(text, at)
    return match[0] if match else None


def can_become_token(text: str) -> bool:
    """Whether a text that is a beginning of a token, so far as it goes, can still become one."""
    if len(text) < len(OPENER):
        return OPENER.startswith(text)
    return _BEGINNING.fullmatch(text) is not None


class TokenVault:
    """Holds the values encrypted, under keys made of the request's secret and the token, and nothing else.

    `to_json` may be stored; the secret must not be stored beside it. Made by `create_token_vault`.
    """

    __slots__ = ("_key", "_tokens")

    def __init__(self, secret: bytes, tokens: Mapping[str, str]) -> None:
        self._key = bytes(secret)
        self._tokens: dict[str, str] = dict(tokens)

    def add(self, label: str, value: str) -> str:
        """The token of a value; the same value of the same kind gets the same token."""
        token = self._token_of(label, value)
        if token not in self._tokens:
            self._tokens[token] = self._cipher(token, _to_bytes(value)).hex()
        return token

    def open(self, token: str) -> str | None:
        """The value behind a token, or None."""
        found = self._tokens.get(token)
        if found is None or not _HEX.fullmatch(found):
            return None
        value = self._cipher(token, bytes.fromhex(found)).decode("utf-8", "replace")
        label = token[len(OPENER) : token.rindex(":")]
        # What was changed on the way, or sealed under another secret, does not give the token back.
        return value if self._token_of(label, value) == token else None

    def __len__(self) -> int:
        return len(self._tokens)

    def __bool__(self) -> bool:
        return True

    def to_json(self) -> dict[str, Any]:
        """By token, the encrypted value in hex digits: `{"tokens": {…}}`."""
        return {"tokens": dict(self._tokens)}

    def __repr__(self) -> str:
        return f"TokenVault({len(self._tokens)} tokens)"

    def _token_of(self, label: str, value: str) -> str:
        number = self._mac(f"id\0{label}\0{value}").hex()[:16]
        return f"{OPENER}{label}:{number}]]"

    def _mac(self, text: str) -> bytes:
        return hmac_sha256(self._key, _to_bytes(text))

    def _cipher(self, token: str, data: bytes) -> bytes:
        """Adds a key stream of HMAC-SHA-256 in counter mode; the same again takes it off."""
        stream = b"".join(self._mac(f"value\0{token}\0{block}") for block in range((len(data) + 31) // 32))
        return bytes(left ^ right for left, right in zip(data, stream, strict=False))


def create_token_vault(secret: bytes, sealed: Mapping[str, Any] | None = None) -> TokenVault | None:
    """A vault for one request, or None when the secret is too short.

    `secret` is random, at least 16 bytes, used once; `sealed` is what `to_json` of the vault with the same secret gave.
    """
    if not isinstance(secret, bytes | bytearray) or len(secret) < MIN_SECRET_BYTES:
        return None
    return TokenVault(bytes(secret), (sealed or {}).get("tokens", {}))


def _to_bytes(text: str) -> bytes:
    # A lone surrogate has no UTF-8 and becomes U+FFFD.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
