"""Histories of sessions in memory."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

from ..._core import SessionEffect, SessionState, add_labels, append_step
from ..clock import Clock

_SWEEP_PAUSE_MS = 1000


class MemorySessions:
    """At most `capacity` sessions; safe for threads.

    One without a step for `idle_ms` is over and goes when room is needed; when none is, a session that is not held
    cannot be read, so that its policies fail closed.
    """

    def __init__(self, clock: Clock, capacity: int, idle_ms: float) -> None:
        self._clock = clock
        self._capacity = capacity
        self._idle_ms = idle_ms
        self._lock = threading.Lock()
        # In the order of their last steps: state, and when that was.
        self._sessions: OrderedDict[str, tuple[SessionState, float]] = OrderedDict()
        self._swept_ms = -math.inf

    def __len__(self) -> int:
        return len(self._sessions)

    def session(self, session_id: str) -> SessionState | None:
        """What a session has done; raises for one that is not held when there is no room for it."""
        with self._lock:
            held = self._sessions.get(session_id)
            if held is not None and self._clock() - held[1] < self._idle_ms:
                return held[0]
            if held is not None:
                del self._sessions[session_id]
            elif not self._has_room():
                raise LookupError("there is no room for another session")
            return None

    def record(self, effect: SessionEffect) -> None:
        """Adds a step to a session, and its labels to the session that it was delegated from."""
        session_id, parent_id, step = effect
        with self._lock:
            if session_id in self._sessions or self._has_room():
                held = self._sessions.get(session_id)
                self._put(session_id, append_step(held[0] if held else None, step))
            if parent_id in ("", session_id) or not step.labels:
                return
            parent = self._sessions.get(parent_id)
            if parent is None and not self._has_room():
                return
            base = parent[0] if parent else SessionState(step.at_ms)
            labels = add_labels(base.labels, step.labels)
            self._put(parent_id, SessionState(base.started_ms, base.steps, labels, base.truncated))

    def _put(self, session_id: str, state: SessionState) -> None:
        self._sessions[session_id] = (state, self._clock())
        self._sessions.move_to_end(session_id)

    def _has_room(self) -> bool:
        if len(self._sessions) < self._capacity:
            return True
        now_ms = self._clock()
        if 0 <= now_ms - self._swept_ms < _SWEEP_PAUSE_MS:
            return False
        self._swept_ms = now_ms
        while self._sessions:
            oldest = next(iter(self._sessions))
            if now_ms - self._sessions[oldest][1] < self._idle_ms:
                break
            del self._sessions[oldest]
        return len(self._sessions) < self._capacity
