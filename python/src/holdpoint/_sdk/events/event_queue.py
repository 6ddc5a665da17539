"""Traces that wait in memory."""

from __future__ import annotations

import threading
from collections import deque
from typing import Protocol


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
    """First in, first out, bounded in items and in bytes. Safe for threads."""

    __slots__ = ("_capacity", "_capacity_bytes", "_items", "_lock", "_size_bytes", "accepted")

    def __init__(self, capacity: int, capacity_bytes: int) -> None:
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._items: deque[QueuedTrace] = deque()
        self._size_bytes = 0
        self._lock = threading.Lock()
        # Items ever taken in.
        self.accepted = 0

    def push(self, item: QueuedTrace) -> bool:
        """False when there is no room; the item is then not held. O(1), never raises."""
        items, size = self._items, item.size_bytes
        if len(items) >= self._capacity:
            return False
        with self._lock:
            if len(items) >= self._capacity or self._size_bytes + size > self._capacity_bytes:
                return False
            items.append(item)
            self._size_bytes += size
            self.accepted += 1
            return True

    def take(self) -> QueuedTrace | None:
        """The oldest; None when there is none."""
        with self._lock:
            if not self._items:
                return None
            item = self._items.popleft()
            self._size_bytes -= item.size_bytes
            return item

    def __len__(self) -> int:
        return len(self._items)
