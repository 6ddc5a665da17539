"""Those who wait for an approval, and what wakes them."""

from __future__ import annotations

import threading


class ApprovalWatch:
    """One who waits for an approval."""

    def __init__(self, wakes: ApprovalWakes, approval_id: str) -> None:
        self._wakes = wakes
        self.approval_id = approval_id
        # A push has come that nobody has looked at: also while the last answer was on its way.
        self.pushed = False

    def next(self, delay_ms: float, stopped: threading.Event) -> None:
        """Returns when the approval was pushed since the last call, is pushed, after the delay, or when stopped."""
        with self._wakes.changed:
            self._wakes.changed.wait_for(lambda: self.pushed or stopped.is_set(), delay_ms / 1000)
            self.pushed = False

    def end(self) -> None:
        """Stops watching."""
        with self._wakes.changed:
            self._wakes.watches.discard(self)


class ApprovalWakes:
    """An approval that was decided is looked at once by those who wait for it."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.watches: set[ApprovalWatch] = set()

    def watch(self, approval_id: str) -> ApprovalWatch:
        """Begins to watch for pushes."""
        watch = ApprovalWatch(self, approval_id)
        with self.changed:
            self.watches.add(watch)
        return watch

    def wake(self, approval_id: str | None = None) -> None:
        """Wakes those who wait for one approval; without an id, all."""
        with self.changed:
            for watch in self.watches:
                if approval_id is None or watch.approval_id == approval_id:
                    watch.pushed = True
            self.changed.notify_all()

    def nudge(self) -> None:
        """Lets those whose wait is over see that it is."""
        with self.changed:
            self.changed.notify_all()
