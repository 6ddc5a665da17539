"""The kill switches that are on, from wherever they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ..._core import Pause

_MAX_PUSHED = 10_000
_Key = tuple[str | None, ...]


class PauseBook:
    """Remote, pushed and local pauses; whether one is over is decided with the clock, per call."""

    def __init__(self, on_change: Callable[[tuple[Pause, ...]], None]) -> None:
        self._on_change = on_change
        self._lock = threading.RLock()
        self._remote: tuple[Pause, ...] = ()
        self._pushed: dict[_Key, tuple[Pause, float, int]] = {}
        self._local: dict[_Key, Pause] = {}

    def list(self) -> tuple[Pause, ...]:
        """Every pause that may hold somebody."""
        with self._lock:
            return (*self._remote, *(pause for pause, *_ in self._pushed.values()), *self._local.values())

    def set_remote(self, pauses: Sequence[Pause], asked_ms: float, version: int) -> None:
        """A bundle's pauses: the whole truth of the control plane at this version.

        That is up to `asked_ms` (monotonic), when it was asked.
        """
        with self._lock:
            self._remote = tuple(pauses)
            self._forget(asked_ms, version)
            self._on_change(self.list())

    def confirm_remote(self, asked_ms: float, version: int) -> None:
        """The same pauses were still the whole truth at `asked_ms`."""
        with self._lock:
            if self._forget(asked_ms, version):
                self._on_change(self.list())

    def add_pushed(self, pause: Pause, at_ms: float, version: int = 0) -> None:
        """A pushed pause holds at once.

        A bundle that was asked for before the push does not lift it, nor one of a version before that of the push, for
        it may not know of it yet; lifting is only ever believed of a signed bundle.
        """
        with self._lock:
            if len(self._pushed) < _MAX_PUSHED:
                # A target may be held for several reasons: a short one must not take the place of a long one.
                self._pushed[(pause.level, pause.target_id, pause.reason, pause.until)] = (pause, at_ms, version)
                self._on_change(self.list())

    def add_local(self, pause: Pause) -> None:
        """Holds in this process."""
        with self._lock:
            self._local[(pause.level, pause.target_id)] = pause
            self._on_change(self.list())

    def remove_local(self, level: str, target_id: str) -> bool:
        """Lifts local pauses alone. True when there was one."""
        with self._lock:
            removed = self._local.pop((level, target_id), None) is not None
            if removed:
                self._on_change(self.list())
            return removed

    def _forget(self, asked_ms: float, version: int) -> bool:
        """Pushed pauses that a bundle must have known; True when there was one."""
        known = [key for key, (_, at_ms, of) in self._pushed.items() if at_ms < asked_ms and of <= version]
        for key in known:
            del self._pushed[key]
        return bool(known)
