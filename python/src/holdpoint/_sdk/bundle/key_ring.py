"""Public keys of a control plane."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

from ..._gen.tables import DEFAULT_KEY_REFRESH_MS
from ..clock import monotonic_ms
from ..transport.api import Api, member, parse_json
from ..types import BundleKey
from .follow_keys import follow_keys


class KeysError(Exception):
    """The keys did not come; `refused` when the API key was the reason."""

    def __init__(self, problem: str, refused: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.refused = refused


class KeyRing:
    """The keys that are trusted: the pinned ones and those that follow from them, or those of the control plane.

    Clauses S-17 and S-27. Safe for threads.

    `renew_interval_ms`: forged bundles must not make a client ask without end.
    """

    def __init__(self, api: Api, pinned: Sequence[BundleKey] | None, renew_interval_ms: float) -> None:
        self._api = api
        self._pinned = tuple(pinned) if pinned is not None else None
        self._renew_interval_ms = renew_interval_ms
        # What follows from the pinned ones.
        self._followed: tuple[BundleKey, ...] = ()
        self._fetched: tuple[BundleKey, ...] | None = None
        self._remembered: tuple[BundleKey, ...] = ()
        self._asked_ms = -math.inf
        self._asking = threading.Lock()

    def load(self) -> tuple[BundleKey, ...]:
        """Keys to trust, asked for anew when they are older than `keyRefreshMs`. Raises KeysError."""
        if self._pinned is not None:
            return self.known()
        with self._asking:
            if self._fetched is not None and monotonic_ms() - self._asked_ms <= DEFAULT_KEY_REFRESH_MS:
                return self._fetched
            try:
                return self._fetch()
            except KeysError:
                held = self._fetched or self._remembered
                if held:
                    return held
                raise

    def renew(self) -> bool:
        """Asks the control plane anew, because something is signed by none of the known keys.

        False when that cannot change anything: they were asked for a moment ago, or do not come. Never raises.
        """
        with self._asking:
            if monotonic_ms() - self._asked_ms < self._renew_interval_ms:
                return False
            try:
                self._fetch()
            except KeysError:
                return False
            return True

    def known(self) -> tuple[BundleKey, ...]:
        """What is trusted without a network."""
        if self._pinned is not None:
            return (*self._pinned, *self._followed)
        return self._fetched if self._fetched is not None else self._remembered

    def remember(self, keys: Sequence[BundleKey]) -> None:
        """Keys kept beside a bundle on disk, used until better ones are known."""
        self._remembered = tuple(keys)

    def _fetch(self) -> tuple[BundleKey, ...]:
        self._asked_ms = monotonic_ms()
        answer = self._api.call("GET", "/.well-known/jwks.json")
        if answer.outcome != "ok":
            raise KeysError(f"the public keys were {answer.problem}", answer.outcome == "auth")
        jwks = parse_json(answer.text)
        keys = read_keys(jwks)
        if not keys:
            raise KeysError("the control plane has no Ed25519 key", False)
        if self._pinned is not None:
            self._followed = follow_keys(self._pinned, jwks, keys)
            return self.known()
        self._fetched = keys
        return keys


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
