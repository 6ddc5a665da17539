"""Identifiers."""

from __future__ import annotations

import os

# Each call to the system gives up the interpreter's lock, and on a busy lane waits long to have it back.
_AT_ONCE = 128

# Made and not given out yet. Taking one is one step of the interpreter's: no two threads get the same.
_made: list[str] = []


def new_id() -> str:
    """A random UUID (RFC 9562, version 4)."""
    try:
        return _made.pop()
    except IndexError:
        made = _make_ids()
        last = made.pop()
        _made.extend(made)
        return last


def _make_ids() -> list[str]:
    digits = os.urandom(16 * _AT_ONCE).hex()
    return [_format_id(digits[at : at + 32]) for at in range(0, len(digits), 32)]


# Two bits of the variant, the others as they come.
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def _format_id(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"


if hasattr(os, "register_at_fork"):
    # A process that was forked must not give its parent's identifiers out again.
    os.register_at_fork(after_in_child=_made.clear)
