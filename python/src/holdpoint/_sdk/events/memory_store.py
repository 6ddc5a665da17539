"""Traces that wait in memory: bounded, and lost with the process."""

from __future__ import annotations

from collections.abc import Callable

from .event_queue import EventQueue, QueuedTrace
from .event_store import StoredBatch

WriteText = Callable[[QueuedTrace], "str | None"]


class MemoryStore:
    """Traces are written as JSON when they are taken."""

    is_durable = False

    def __init__(self, queue: EventQueue, write_text: WriteText) -> None:
        self.queue = queue
        self.push = queue.push
        self._write_text = write_text
        self._carried: str | None = None

    def take(self, max_count: int, max_chars: int) -> StoredBatch | None:
        """The oldest that wait, for one thread at a time."""
        texts: list[str] = []
        chars = lost = 0
        while len(texts) < max_count:
            text, self._carried = self._carried, None
            if text is None:
                item = self.queue.take()
                if item is None:
                    break
                text = self._write_text(item)
                if text is None:
                    lost += 1
                    continue
            if texts and chars + len(text) > max_chars:
                self._carried = text
                break
            texts.append(text)
            chars += len(text)
        return StoredBatch(texts, len(texts), lost) if texts or lost else None

    def secure(self, timeout_ms: float | None) -> None:
        """Memory is as safe as it gets."""

    def set_aside(self, text: str, reason: str) -> None:
        """There is no place for it."""

    def size(self) -> int:
        """Traces pushed and not yet taken."""
        return len(self.queue) + (self._carried is not None)

    def close(self, timeout_ms: float) -> int:
        """Nothing to stop."""
        return 0

    def stats(self) -> None:
        """There is no disk."""
