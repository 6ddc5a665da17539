"""Receipts, chained in each session (SPECIFICATION R-1 to R-4)."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable
from typing import Any

from ..._core import Receipt, hmac_sha256_hex, sha256_hex, write_receipt
from ..._gen.tables import DEFAULT_SESSION_CAPACITY
from ..new_id import new_id


class ReceiptChain:
    """What one client decides in one session. Safe for threads."""

    __slots__ = ("_chain", "_own_key", "_previous", "lock", "next")

    def __init__(self, own_key: Callable[[], bytes]) -> None:
        # The number of the next step: called once for each decision, on the path of the call.
        self.next = itertools.count(1).__next__
        self._own_key = own_key
        # Held while a receipt is made.
        self.lock = threading.Lock()
        self._chain = ""
        self._previous = ""

    def sign(self, step: int, action: str, salt: bytes | None, record: dict[str, Any]) -> Receipt:
        """The receipt of a step; it follows the one that was made before it. Hashes: for the lane, not for the call.

        `lock` is held by the caller.
        """
        # Without a salt a plain hash would give short texts away (SPECIFICATION R-3).
        action_hash = hmac_sha256_hex(salt or self._own_key(), action) if action else ""
        if not self._chain:
            self._chain = new_id()
        previous = self._previous
        self._previous = sha256_hex(write_receipt(record, self._chain, step, action_hash, previous))
        return Receipt(self._chain, step, self._previous, action_hash, previous)


class ReceiptChains:
    """Chains of sessions, the oldest forgotten first (SPECIFICATION R-2). Safe for threads."""

    def __init__(self, capacity: int = DEFAULT_SESSION_CAPACITY) -> None:
        self._capacity = capacity
        self._chains: dict[str, ReceiptChain] = {}
        self._lock = threading.Lock()
        self._key = b""

    def of(self, session_id: str) -> ReceiptChain:
        """The chain of a session; of all decisions without one, where it is empty."""
        known = self._chains.get(session_id)
        if known is not None:
            return known
        with self._lock:
            created = self._chains.setdefault(session_id, ReceiptChain(self._own_key))
            if len(self._chains) > self._capacity:
                del self._chains[next(iter(self._chains))]
            return created

    def _own_key(self) -> bytes:
        with self._lock:
            self._key = self._key or secrets.token_bytes(32)
            return self._key
