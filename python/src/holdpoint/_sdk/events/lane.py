"""Traces on their way: a bounded queue in memory and one daemon thread that sends batches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..._gen.tables import MAX_REQUEST_BYTES
from ..clock import monotonic_ms
from ..transport.api import Api, member, parse_json
from ..transport.backoff import Backoff, add_jitter
from .drop_counter import DropCounter

_EMPTY = len('{"traces":[]}')


class QueuedTrace(NamedTuple):
    """Something to send, written as JSON only when its turn comes. `size_bytes` is an estimate of what it holds."""

    size_bytes: int
    to_json: Callable[[], str]


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """Bounds and times of the lane, in items, bytes and milliseconds."""

    capacity: int
    capacity_bytes: int
    batch_size: int
    flush_interval_ms: float
    auth_retry_ms: float


class EventLane:
    """POST /api/v1/traces/ingest, at least once, each trace with its own id."""

    def __init__(self, api: Api, drops: DropCounter, settings: LaneSettings) -> None:
        self._api = api
        self._drops = drops
        self._settings = settings
        self._changed = threading.Condition()
        self._queue: deque[QueuedTrace] = deque()
        self._queued_bytes = 0
        self._batches: deque[list[str]] = deque()
        self._carried: str | None = None
        self._backoff = Backoff()
        self._accepted = 0
        self._settled = 0
        self._sent = 0
        self._hurried = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def push(self, item: QueuedTrace) -> None:
        """O(1): takes it or counts it as dropped. Never waits, never raises."""
        settings = self._settings
        with self._changed:
            closed = self._closed
            full = (
                len(self._queue) >= settings.capacity or self._queued_bytes + item.size_bytes > settings.capacity_bytes
            )
            if not closed and not full:
                self._queue.append(item)
                self._queued_bytes += item.size_bytes
                self._accepted += 1
                size = len(self._queue)
                if size in (1, settings.batch_size):
                    self._start()
                    self._changed.notify_all()
                return
        self._drops.add("closed" if closed else "queue_full")

    def flush(self, timeout_ms: float) -> None:
        """Returns when all that was pushed before is sent or dropped, or when the time is over."""
        with self._changed:
            until = self._accepted
            self._hurried = True
            self._start()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._settled >= until or self._closed, timeout_ms / 1000)

    def close(self, timeout_ms: float) -> None:
        """Flushes once; what is left then is counted as closed."""
        if self._closed:
            return
        if self._settled < self._accepted:
            self.flush(timeout_ms)
        with self._changed:
            if self._closed:
                return
            self._closed = True
            left = self._accepted - self._settled
            self._changed.notify_all()
        self._drops.add("closed", left)

    def queued(self) -> int:
        """Traces neither sent nor dropped yet."""
        return self._accepted - self._settled

    def sent(self) -> int:
        """Traces that the control plane has taken."""
        return self._sent

    def _start(self) -> None:
        if self._thread is None and self._accepted > 0:
            self._thread = threading.Thread(target=self._run, name="holdpoint-events", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._wait_for_work():
            batch = self._batches.popleft() if self._batches else self._take_batch()
            if not batch:
                continue
            wait_ms = self._send(batch)
            if wait_ms > 0:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, wait_ms / 1000)

    def _wait_for_work(self) -> bool:
        """True when there is something to send now; False when the lane is closed."""
        with self._changed:
            if not self._batches and self._carried is None:
                self._changed.wait_for(lambda: self._queue or self._closed)
                deadline = monotonic_ms() + self._settings.flush_interval_ms
                while not self._closed and not self._hurried and len(self._queue) < self._settings.batch_size:
                    left_ms = deadline - monotonic_ms()
                    if left_ms <= 0:
                        break
                    self._changed.wait(left_ms / 1000)
            if self._settled >= self._accepted:
                self._hurried = False
            return not self._closed

    def _take_batch(self) -> list[str]:
        batch: list[str] = []
        size = _EMPTY
        while len(batch) < self._settings.batch_size:
            text = self._carried or self._take_text()
            self._carried = None
            if text is None:
                break
            length = len(text.encode()) + 1
            if batch and size + length > MAX_REQUEST_BYTES:
                self._carried = text
                break
            batch.append(text)
            size += length
        return batch

    def _take_text(self) -> str | None:
        while True:
            with self._changed:
                if not self._queue:
                    return None
                item = self._queue.popleft()
                self._queued_bytes -= item.size_bytes
            try:
                text = item.to_json()
                if len(text.encode()) + _EMPTY < MAX_REQUEST_BYTES:
                    return text
                reason = "rejected"
            except Exception:  # noqa: BLE001 - what cannot be written is lost, and counted
                reason = "unserializable"
            self._lose(reason, 1)

    def _send(self, batch: list[str]) -> float:
        """One batch once. Gives back how long to wait before the next, in milliseconds."""
        answer = self._api.call("POST", "/api/v1/traces/ingest", text=f'{{"traces":[{",".join(batch)}]}}')
        if self._closed:
            return 0
        if answer.outcome in ("retry", "auth"):
            self._batches.appendleft(batch)
            if answer.outcome == "auth":
                return add_jitter(self._settings.auth_retry_ms)
            return self._backoff.next_ms(answer.retry_after_ms)
        self._backoff.reset()
        if answer.outcome == "split" and len(batch) > 1:
            half = (len(batch) + 1) // 2
            self._batches.appendleft(batch[half:])
            self._batches.appendleft(batch[:half])
        elif answer.outcome == "ok":
            rejected = min(len(batch), _count_failed(answer.text))
            self._drops.add("rejected", rejected)
            with self._changed:
                self._sent += len(batch) - rejected
            self._settle(len(batch))
        else:
            self._lose("rejected", len(batch))
        return 0

    def _lose(self, reason: str, count: int) -> None:
        self._drops.add(reason, count)
        self._settle(count)

    def _settle(self, count: int) -> None:
        with self._changed:
            self._settled += count
            self._changed.notify_all()


def _count_failed(text: str) -> int:
    """`{accepted, failed, errors}`, by itself or inside `data`."""
    body = parse_json(text)
    failed = member(body, "failed")
    if failed is None:
        failed = member(body, "data", "failed")
    return failed if isinstance(failed, int) and not isinstance(failed, bool) and failed > 0 else 0
