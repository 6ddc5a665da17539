"""Waiting for what happens, however slow the machine."""

from __future__ import annotations

import time

from holdpoint import Holdpoint


def flush_all(hp: Holdpoint) -> None:
    """Flushes until nothing is queued: one flush waits no longer than the client's close time-out."""
    deadline = time.monotonic() + 120
    hp.flush()
    while hp.stats().queued_traces:
        assert time.monotonic() < deadline, "it was not sent"
        hp.flush()
