"""Receipts, chained in each session (SPECIFICATION R-1 to R-4)."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable
from typing import Any

from ..._core import Receipt, ReceiptParts, hmac_sha256_hex, sha256_hex
from ..._gen.tables import DEFAULT_SESSION_CAPACITY, MAX_TRACE_ITEMS
from ..new_id import new_id
from ..read_count import read_count
from .write_text import write_text

ChainEnd = dict[str, Any]
# Gives the ends of chains that were let go, when their last receipts have been made.
ReadEnds = Callable[[], list[ChainEnd]]


class ReceiptChain:
    """What one client decides in one session. Safe for threads."""

    __slots__ = ("_chain", "_own_key", "_previous", "counter", "lock")

    def __init__(self, own_key: Callable[[], bytes]) -> None:
        # Gives the number of the next step: asked once for each decision, on the path of the call.
        self.counter = itertools.count(1)
        self._own_key = own_key
        # Held while a receipt is made.
        self.lock = threading.Lock()
        self._chain = ""
        self._previous = ""

    def sign(
        self, step: int, span_id: str, action: str, salt: bytes | None, record: dict[str, Any], parts: ReceiptParts
    ) -> Receipt:
        """The receipt of a step; it follows the one that was made before it. Hashes: for the lane, not for the call.

        `span_id`: the span or trace that it is about; empty outside any trace. `parts`: what of it the record's
        decision says. `lock` is held by the caller.
        """
        previous = self._previous
        action_hash = self._follow(step, write_text(span_id), action, salt, record, parts)
        return Receipt(self._chain, step, self._previous, action_hash, previous, span_id)

    def write(self, step: int, action: str, salt: bytes | None, record: dict[str, Any], parts: ReceiptParts) -> str:
        """The same as JSON, outside any trace: of receipts that nobody asks for there is only what is sent."""
        previous = self._previous
        action_hash = self._follow(step, '""', action, salt, record, parts)
        return (
            f'{{"chain":"{self._chain}","step":{step},"hash":"{self._previous}",'
            f'"actionHash":"{action_hash}","previous":"{previous}","spanId":""}}'
        )

    def _follow(
        self, step: int, span: str, action: str, salt: bytes | None, record: dict[str, Any], parts: ReceiptParts
    ) -> str:
        """Goes on by a step. Gives back the hash of its action."""
        # Without a salt a plain hash would give short texts away (SPECIFICATION R-3).
        action_hash = hmac_sha256_hex(salt or self._own_key(), action) if action else ""
        if not self._chain:
            self._chain = new_id()
        self._previous = sha256_hex(parts.write(record, self._chain, step, action_hash, self._previous, span))
        return action_hash

    def end(self) -> ChainEnd | None:
        """Where it ends: steps decided so far, the hash of the receipt made last. None while there is no receipt."""
        with self.lock:
            if not self._chain:
                return None
            steps = read_count(self.counter) - 1
            return {"chain": self._chain, "steps": steps, "hash": self._previous}


class ReceiptChains:
    """Chains of sessions, the oldest forgotten first (SPECIFICATION R-2). Safe for threads.

    `on_forgotten` gets what reads the ends of chains that are let go, many at a time.
    """

    def __init__(
        self, capacity: int = DEFAULT_SESSION_CAPACITY, on_forgotten: Callable[[ReadEnds], object] = id
    ) -> None:
        self._capacity = capacity
        self._on_forgotten = on_forgotten
        self._forgotten: list[ReceiptChain] = []
        self._chains: dict[str, ReceiptChain] = {}
        # The chain of a session that has one; None for another. Asked on the path of the call, before `of`.
        self.find = self._chains.get
        self._lock = threading.Lock()
        self._key = b""

    def of(self, session_id: str) -> ReceiptChain:
        """The chain of a session; of all decisions without one, where it is empty. Made when there is none."""
        with self._lock:
            created = self._chains.setdefault(session_id, ReceiptChain(self._own_key))
            if len(self._chains) > self._capacity:
                self._forgotten.append(self._chains.pop(next(iter(self._chains))))
            told = self._forgotten[:MAX_TRACE_ITEMS] if len(self._forgotten) >= MAX_TRACE_ITEMS else []
            del self._forgotten[: len(told)]
        self._tell(told)
        return created

    def forget_all(self) -> None:
        """Lets go of all chains."""
        with self._lock:
            told = [*self._forgotten, *self._chains.values()]
            self._forgotten.clear()
            self._chains.clear()
        for first in range(0, len(told), MAX_TRACE_ITEMS):
            self._tell(told[first : first + MAX_TRACE_ITEMS])

    def _tell(self, told: list[ReceiptChain]) -> None:
        if told:
            self._on_forgotten(lambda: [end for one in told if (end := one.end()) is not None])

    def _own_key(self) -> bytes:
        with self._lock:
            self._key = self._key or secrets.token_bytes(32)
            return self._key
