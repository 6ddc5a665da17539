"""Traces that wait in memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

_MOST_SMALL_BYTES = 2048

# Something to send as the path of the call leaves it: what it is made of.
Facts = tuple[Any, ...]


class QueuedTrace(Protocol):
    """Something to send, written as JSON only when its turn comes."""

    @property
    def size_bytes(self) -> int:
        """Estimate of the memory it holds."""
        ...

    def to_json(self) -> str:
        """May raise: the item is then counted as unserializable."""
        ...


class EventQueue:
    """First in, first out, bounded in items and in bytes. Safe for threads; what is small is taken without a lock."""

    __slots__ = (
        "_capacity",
        "_excess_bytes",
        "_listeners",
        "_lock",
        "_most_bytes",
        "_taken",
        "_unpack",
        "has_sleepers",
        "items",
        "mark",
        "room",
        "small_bytes",
    )

    def __init__(
        self, capacity: int, capacity_bytes: int, unpack: Callable[[Facts], QueuedTrace] | None = None
    ) -> None:
        """`unpack` makes a trace of facts, of the size that they were pushed with, when its turn comes."""
        self._capacity = capacity
        self._most_bytes = capacity_bytes
        # An item of at most so many bytes counts as so many: of such the queue may have as many as it may have at all.
        self.small_bytes = min(_MOST_SMALL_BYTES, capacity_bytes // max(capacity, 1))
        self._unpack = unpack
        # Appending and taking from the left are each one step of the interpreter's.
        self.items: deque[QueuedTrace | Facts] = deque()
        # Up to so many items, a small one is in when it is appended to them; -1 while each has to be pushed.
        # Threads that come at the very same time may each find the last room: an item more for each.
        self.room = capacity
        # What items have above the small size, and how many were taken: changed with the lock alone.
        self._excess_bytes = 0
        self._taken = 0
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[], None], ...] = ()
        # Whether somebody sleeps until something is pushed. INVARIANT: set before the queue is looked at for the last
        # time, as an item is pushed before this is looked at.
        self.has_sleepers = False
        # The listeners are called when there are so many items, too.
        self.mark = -1

    def close(self) -> None:
        """Takes nothing in any more; what is there can be taken out."""
        with self._lock:
            self._capacity = self.room = -1

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls a function after a push when somebody sleeps; it must not wait."""
        self._listeners = (*self._listeners, listener)

    def push(self, item: QueuedTrace) -> bool:
        """False when there is no room; the item is then not held. O(1), never raises."""
        return self.push_sized(item, item.size_bytes)

    def push_sized(self, item: QueuedTrace | Facts, size_bytes: int) -> bool:
        """The same, of facts too. Of what is small `Recorder.record` does it itself, without the lock."""
        with self._lock:
            count = len(self.items) + 1
            excess = max(0, size_bytes - self.small_bytes)
            bytes_held = count * self.small_bytes + self._excess_bytes + excess
            if count > self._capacity or bytes_held > self._most_bytes:
                return False
            self._add_excess(excess)
            self.items.append(item)
        if self.has_sleepers or count == self.mark:
            self.wake()
        return True

    def _add_excess(self, bytes_more: int) -> None:
        """What has to be added up leaves no room that is known beforehand. With the lock alone."""
        self._excess_bytes += bytes_more
        self.room = -1 if self._excess_bytes else self._capacity

    def wake(self) -> None:
        """For who appended to the items while somebody slept, or as many as the mark says."""
        self.has_sleepers = False
        for listener in self._listeners:
            listener()

    def take(self) -> QueuedTrace | None:
        """The oldest; None when there is none."""
        with self._lock:
            if not self.items:
                return None
            item = self.items.popleft()
            self._taken += 1
            if isinstance(item, tuple):
                if self._unpack is None:
                    return None
                item = self._unpack(item)
            excess = item.size_bytes - self.small_bytes
            if excess > 0:
                self._add_excess(-excess)
        return item

    @property
    def accepted(self) -> int:
        """Items ever taken in."""
        with self._lock:
            return self._taken + len(self.items)

    def __len__(self) -> int:
        return len(self.items)
