"""Traces as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from ..._gen.tables import MAX_REQUEST_BYTES
from ..fork_gate import fork_gate
from .event_queue import QueuedTrace
from .reason_counter import ReasonCounter

# A quarter of what a request may hold: UTF-8 takes at most four bytes for one code point.
MAX_BATCH_CHARS = MAX_REQUEST_BYTES // 4

_ROOM = MAX_REQUEST_BYTES - len('{"traces":[]}')


_as_it_is = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_escaped = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def write_json(value: Any) -> str:
    """A value as JSON that UTF-8 can carry: lone surrogates are escaped. Raises TypeError or ValueError."""
    text = _as_it_is.encode(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return _escaped.encode(value)
    return text


def write_text(text: str) -> str:
    """A text as JSON that UTF-8 can carry."""
    return encode_basestring(text) if text.isascii() else write_json(text)


def create_text_writer(drops: ReasonCounter) -> Callable[[QueuedTrace], str | None]:
    """A function that gives a trace as JSON; None, and counted, when it cannot be written or is too long to be sent."""

    def write(item: QueuedTrace) -> str | None:
        try:
            with fork_gate:
                text = item.to_json()
            if len(text) <= MAX_BATCH_CHARS or len(text.encode()) < _ROOM:
                return text
            reason = "rejected"
        except Exception:  # noqa: BLE001 - what cannot be written is lost, and counted
            reason = "unserializable"
        drops.add(reason)
        return None

    return write
