"""Identifiers."""

from __future__ import annotations

import os
import threading

# Each call to the system gives up the interpreter's lock, and on a busy lane waits long to have it back.
_AT_ONCE = 128


class _Source:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digits = ""
        self._at = 0

    def take(self) -> str:
        """32 random hex digits."""
        with self._lock:
            if self._at >= len(self._digits):
                self._digits = os.urandom(16 * _AT_ONCE).hex()
                self._at = 0
            self._at += 32
            return self._digits[self._at - 32 : self._at]


_source = _Source()


def _renew() -> None:
    """A process that was forked must not give its parent's identifiers out again."""
    global _source  # noqa: PLW0603
    _source = _Source()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


def new_id() -> str:
    """A random UUID (RFC 9562, version 4)."""
    digits = _source.take()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
