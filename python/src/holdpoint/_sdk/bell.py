"""What a call wakes a thread of ours with."""

from __future__ import annotations

import threading


class Bell:
    """Wakes the one thread that waits. Rung while nobody waits it is heard by the next who does; rung twice, once.

    An `Event` does the same with a lock, a list and a second lock for each who waits, in four times the time: the path
    of a call that finds a thread asleep pays for it.
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        # Held while nobody has rung.
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """Never waits, never raises."""
        try:
            self._lock.release()
        except RuntimeError:
            # It rings already.
            return

    def hush(self) -> None:
        """Forgets that it was rung."""
        self._lock.acquire(blocking=False)

    def wait(self, timeout_s: float | None = None) -> bool:
        """True when it was rung, and not again for the same ring; False when that time was over."""
        return self._lock.acquire(timeout=-1 if timeout_s is None else max(0.0, timeout_s))
