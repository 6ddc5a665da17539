"""Where traces wait: memory, or a spool on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..types import SpoolStats
from .event_queue import EventQueue, QueuedTrace


def settle_nothing() -> None:
    """For a batch that is kept nowhere."""


@dataclass(slots=True)
class StoredBatch:
    """Traces on their way out, as JSON, oldest first.

    `own`: how many of them this client has pushed itself and will not give again, once settled; the others are left
    over from processes before it. `lost`: own traces that were lost on the way here, counted by reason already.
    `comes_again`: they will be given out once more, and are counted then: a disk that is back has taken them. `settle`:
    all of it is sent or set aside, and need not be kept; never raises.
    """

    texts: Sequence[str]
    own: int
    lost: int
    settle: Callable[[], None] = settle_nothing
    comes_again: bool = False


class EventStore(Protocol):
    """One batch is out at a time. `is_durable`: what it holds survives the end of this process."""

    is_durable: bool
    queue: EventQueue

    def push(self, item: QueuedTrace) -> bool:
        """False when there is no room. O(1), never waits, never raises."""
        ...

    def take(self, max_count: int, max_chars: int) -> StoredBatch | None:
        """The oldest that wait; None when there are none. Never raises."""
        ...

    def secure(self, timeout_ms: float | None) -> None:
        """Returns when all that was pushed is as safe as it can be here, or when the time is over, if there is one."""
        ...

    def set_aside(self, text: str, reason: str) -> None:
        """Keeps what will never be taken by the server for a human to look at, where there is a place for it."""
        ...

    def size(self) -> int:
        """Traces pushed and not yet taken."""
        ...

    def close(self, timeout_ms: float) -> int:
        """Stops; what is not on disk is lost. Gives how many a disk did not take, counted as closed. Never raises."""
        ...

    def stats(self) -> SpoolStats | None:
        """Where the disk stands; None without one."""
        ...
