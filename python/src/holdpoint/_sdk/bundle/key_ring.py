"""Public keys of a control plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..transport.api import Api, member, parse_json
from ..types import BundleKey


class KeysError(Exception):
    """The keys did not come; `refused` when the API key was the reason."""

    def __init__(self, problem: str, refused: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.refused = refused


class KeyRing:
    """The pinned keys, or those of the control plane: fetched once, then kept for the life of the client."""

    def __init__(self, api: Api, pinned: Sequence[BundleKey] | None) -> None:
        self._api = api
        self._held = tuple(pinned) if pinned is not None else None
        self._remembered: tuple[BundleKey, ...] = ()

    def load(self) -> tuple[BundleKey, ...]:
        """Keys to trust. Raises KeysError."""
        if self._held is not None:
            return self._held
        answer = self._api.call("GET", "/.well-known/jwks.json")
        if answer.outcome != "ok":
            raise KeysError(f"the public keys were {answer.problem}", answer.outcome == "auth")
        keys = read_keys(parse_json(answer.text))
        if not keys:
            raise KeysError("the control plane has no Ed25519 key", False)
        self._held = keys
        return keys

    def known(self) -> tuple[BundleKey, ...]:
        """What is trusted without a network."""
        return self._held if self._held is not None else self._remembered

    def remember(self, keys: Sequence[BundleKey]) -> None:
        """Keys kept beside a bundle on disk, used until better ones are known."""
        self._remembered = tuple(keys)


def read_keys(jwks: Any) -> tuple[BundleKey, ...]:
    """The Ed25519 keys of a JWKS (RFC 7517, RFC 8037)."""
    listed = member(jwks, "keys")
    if not isinstance(listed, list):
        return ()
    return tuple(
        BundleKey(key["kid"], key["x"])
        for key in listed
        if isinstance(key, dict)
        and key.get("kty") == "OKP"
        and key.get("crv") == "Ed25519"
        and isinstance(key.get("kid"), str)
        and isinstance(key.get("x"), str)
        and key.get("use", "sig") in ("sig", None)
    )
