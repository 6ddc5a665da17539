"""Traces on their way: a store that takes them at once and one daemon thread that sends batches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import monotonic_ms
from ..transport.api import Api
from ..transport.backoff import Backoff, add_jitter
from ..types import SpoolStats
from .drop_counter import DropCounter
from .event_queue import QueuedTrace
from .event_store import EventStore, StoredBatch
from .ingest_transport import send_traces
from .loss_report import LossReport
from .poison import PoisonWatch
from .write_text import MAX_BATCH_CHARS


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """Sizes and times of the lane, in items and milliseconds. `auth_retry_ms`: the wait after the key was refused."""

    batch_size: int
    flush_interval_ms: float
    auth_retry_ms: float


@dataclass(slots=True)
class _OpenBatch:
    stored: StoredBatch
    parcels_left: int = 1


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Part of a stored batch: a batch that is too large for the server is halved until it is not."""

    texts: Sequence[str]
    batch: _OpenBatch


class EventLane:
    """Sends at least once, each trace with its own id (clauses S-1, S-6, S-12, S-13, S-15)."""

    def __init__(
        self, api: Api, store: EventStore, drops: DropCounter, settings: LaneSettings, losses: LossReport
    ) -> None:
        self._api = api
        self._store = store
        self._drops = drops
        self._settings = settings
        self._losses = losses
        self._poison = PoisonWatch(api)
        self._backoff = Backoff()
        self._parcels: deque[_Parcel] = deque()
        self._settled = 0
        self._sent = 0
        self._settling = threading.Condition()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._dormant = False
        self._hurried = False
        self._resting = False
        self._closed = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def push(self, item: QueuedTrace) -> None:
        """O(1): takes it or counts it as dropped. Never waits, never raises."""
        if self._closed:
            self._drops.add("closed")
        elif not self._store.push(item):
            self._drops.add("queue_full")
        elif self._thread is None:
            self.start()
        elif self._dormant or self._store.size() == self._settings.batch_size:
            self._dormant = False
            self._wake.set()

    def wake(self) -> None:
        """There may be something to send that was not pushed here."""
        self._hurried = True
        self.start()
        self._wake.set()

    def flush(self, timeout_ms: float, patient: bool = True) -> None:
        """Returns when all that was pushed before is sent or dropped, or when the time is over.

        By then what can be is on disk. When not `patient`, it does not wait for a server that is in trouble.
        """
        until = self._store.queue.accepted
        if self._settled >= until:
            return
        deadline = monotonic_ms() + timeout_ms
        self._store.secure(timeout_ms)
        self.wake()

        def is_over() -> bool:
            return self._settled >= until or self._closed or (self._resting and not patient) or self._thread is None

        with self._settling:
            self._settling.wait_for(is_over, max(0.0, deadline - monotonic_ms()) / 1000)

    def close(self, timeout_ms: float, patient: bool = True) -> None:
        """Flushes once; what is left then stays on disk, or is counted as closed."""
        if self._closed:
            return
        self.flush(timeout_ms, patient)
        if self._closed:
            return
        self._closed = True
        self._stopping.set()
        self._wake.set()
        if not self._store.is_durable:
            self._drops.add("closed", self.queued())
        self._store.close(timeout_ms)
        with self._settling:
            self._settling.notify_all()

    def queued(self) -> int:
        """Traces neither sent nor dropped yet."""
        return self._store.queue.accepted - self._settled

    def sent(self) -> int:
        """Traces that the control plane has taken."""
        return self._sent

    def spool(self) -> SpoolStats | None:
        """Where the disk stands; None without one."""
        return self._store.stats()

    def start(self) -> None:
        """Starts the sending thread, if it does not run; a process that ends has none any more."""
        with self._starting:
            if self._thread is not None or self._closed:
                return
            thread = threading.Thread(target=self._run, name="holdpoint-events", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                return
            self._thread = thread

    def _run(self) -> None:
        while not self._closed:
            self._wait_for_work()
            wait_ms = 0.0
            while not self._closed and wait_ms == 0:
                self._report_losses()
                parcel = self._take_parcel()
                if parcel is None:
                    break
                wait_ms = self._send(parcel)
            if wait_ms > 0:
                self._rest(wait_ms)

    def _rest(self, wait_ms: float) -> None:
        """A server in trouble is left alone; nobody can make that shorter (clause S-12)."""
        self._resting = True
        with self._settling:
            self._settling.notify_all()
        self._stopping.wait(wait_ms / 1000)
        self._resting = False

    def _wait_for_work(self) -> None:
        """Returns when there is something to send now, or when the lane is closed."""
        if not self._parcels and not self._hurried and self.queued() == 0:
            self._sleep_until_pushed()
        deadline = monotonic_ms() + self._settings.flush_interval_ms
        while not self._closed and not self._hurried and not self._parcels:
            left_ms = deadline - monotonic_ms()
            if left_ms <= 0 or self._store.size() >= self._settings.batch_size:
                break
            self._wake.clear()
            if not self._hurried:
                self._wake.wait(left_ms / 1000)
        self._hurried = False

    def _sleep_until_pushed(self) -> None:
        self._wake.clear()
        self._dormant = True
        # What was pushed before the flag was up has woken nobody.
        if self.queued() == 0 and not self._hurried and not self._closed:
            due_ms = self._losses.due_in_ms()
            self._wake.wait(None if due_ms is None else due_ms / 1000)
        self._dormant = False

    def _report_losses(self) -> None:
        """Tells the control plane what was lost, when there is room again (clause S-15)."""
        report = self._losses.take()
        if report is not None and not self._store.push(report):
            self._losses.give_back(report)

    def _take_parcel(self) -> _Parcel | None:
        if self._parcels:
            return self._parcels.popleft()
        while True:
            stored = self._store.take(self._settings.batch_size, MAX_BATCH_CHARS)
            if stored is None:
                return None
            self._settle(stored.lost)
            if stored.texts:
                return _Parcel(stored.texts, _OpenBatch(stored))
            stored.settle()
            self._settle(stored.own)

    def _send(self, parcel: _Parcel) -> float:
        """One parcel once. Gives back how long to wait before the next, in milliseconds."""
        texts = parcel.texts
        outcome = send_traces(self._api, texts)
        if self._closed:
            return 0
        verdict = self._poison.judge(texts, outcome)
        if verdict == "wait":
            self._parcels.appendleft(parcel)
            if outcome.kind == "auth":
                return add_jitter(self._settings.auth_retry_ms)
            return self._backoff.next_ms(outcome.after_ms)
        self._backoff.reset()
        if verdict == "split":
            half = (len(texts) + 1) // 2
            parcel.batch.parcels_left += 1
            self._parcels.extendleft((_Parcel(texts[half:], parcel.batch), _Parcel(texts[:half], parcel.batch)))
        elif verdict == "sent":
            self._sent += len(texts) - outcome.rejected
            self._reject(outcome.rejected, outcome.refused)
            self._finish(parcel)
        else:
            self._reject(len(texts), texts)
            self._finish(parcel)
        return 0

    def _finish(self, parcel: _Parcel) -> None:
        batch = parcel.batch
        batch.parcels_left -= 1
        if batch.parcels_left == 0:
            batch.stored.settle()
            self._settle(batch.stored.own)

    def _reject(self, count: int, texts: Sequence[str]) -> None:
        """The server will never take these: they are counted, and kept where a human can look at them."""
        self._drops.add("rejected", count)
        for text in texts:
            self._store.set_aside(text, "rejected")

    def _settle(self, count: int) -> None:
        if count == 0:
            return
        with self._settling:
            self._settled += count
            self._settling.notify_all()
