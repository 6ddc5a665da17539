"""Those who wait for an approval, and what wakes them."""

from __future__ import annotations

import threading


class ApprovalWakes:
    """An approval that was decided is looked at once by those who wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._woken: dict[str, int] = {}
        self._all = 0

    def wait(self, approval_id: str, delay_ms: float, stopped: threading.Event) -> None:
        """Returns when the approval is pushed, after the delay, or when the answer no longer matters."""
        with self._changed:
            seen = self._woken.get(approval_id, 0), self._all
            self._changed.wait_for(
                lambda: (self._woken.get(approval_id, 0), self._all) != seen or stopped.is_set(), delay_ms / 1000
            )

    def wake(self, approval_id: str | None = None) -> None:
        """Wakes those who wait for one approval; without an id, all."""
        with self._changed:
            if approval_id is None or len(self._woken) > 10_000:
                self._woken.clear()
                self._all += 1
            else:
                self._woken[approval_id] = self._woken.get(approval_id, 0) + 1
            self._changed.notify_all()
