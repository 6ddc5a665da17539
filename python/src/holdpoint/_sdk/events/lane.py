"""Traces on their way: a store that takes them at once and one daemon thread that sends batches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..._gen.tables import DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_POISON_ATTEMPTS
from ..bell import Bell
from ..clock import monotonic_ms
from ..transport.api import Api
from ..transport.backoff import Backoff, add_jitter
from ..types import SpoolStats
from .event_queue import QueuedTrace
from .event_store import EventStore, StoredBatch
from .ingest_transport import send_traces
from .own_trace import LossReport
from .reason_counter import ReasonCounter
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


@dataclass(slots=True)
class _Parcel:
    """Part of a stored batch: a batch that is too large for the server is halved until it is not.

    `defects`: how often the server has failed over it.
    """

    texts: Sequence[str]
    batch: _OpenBatch
    defects: int = 0


class EventLane:
    """Sends at least once, each trace with its own id (clauses S-1, S-6, S-12, S-13, S-15)."""

    def __init__(
        self, api: Api, store: EventStore, drops: ReasonCounter, settings: LaneSettings, losses: LossReport
    ) -> None:
        self._api = api
        self._store = store
        self.queue = store.queue
        self._batch_size = settings.batch_size
        self._drops = drops
        self._settings = settings
        self._losses = losses
        # A trace that the server has taken: sent again it is stored once.
        self._last_taken: str | None = None
        self._backoff = Backoff()
        self._parcels: deque[_Parcel] = deque()
        self._settled = 0
        self._sent = 0
        self._settling = threading.Condition()
        self._wake = Bell()
        self._stopping = threading.Event()
        self._dormant = False
        self._hurried = False
        self._resting = False
        self._closed = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.queue.mark = settings.batch_size
        self.queue.has_sleepers = True
        self.queue.listen(self._notice)

    def push(self, item: QueuedTrace) -> None:
        """O(1): takes it or counts it as dropped. Never waits, never raises."""
        if not self.queue.push(item):
            self.refuse()

    def refuse(self) -> None:
        """Counts a trace that found no room in the queue."""
        self._drops.add("closed" if self._closed else "queue_full")

    def _notice(self) -> None:
        """Something was pushed while somebody slept, or a batch is full."""
        if self._thread is None:
            self.start()
        elif self._dormant or len(self.queue) >= self._batch_size:
            self._dormant = False
            self._wake.ring()

    def wake(self) -> None:
        """There may be something to send that was not pushed here."""
        self._hurried = True
        self.start()
        self._wake.ring()

    def flush(self, timeout_ms: float, patient: bool = True) -> None:
        """Returns when all that was pushed before is sent or dropped, or when the time is over.

        By then what can be is on disk: the time is for the server, not for the disk (clause S-1). When not `patient`,
        it does not wait for a server that is in trouble.
        """
        until = self._store.queue.accepted
        if self._settled >= until:
            return
        deadline = monotonic_ms() + timeout_ms
        self._store.secure(None if patient else max(timeout_ms, DEFAULT_CLOSE_TIMEOUT_MS))
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
        self.queue.close()
        self._stopping.set()
        self._wake.ring()
        # What is lost waits no more.
        lost = 0 if self._store.is_durable else self.queued()
        self._drops.add("closed", lost)
        lost += self._store.close(timeout_ms)
        with self._settling:
            self._settled += lost
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
                self.queue.has_sleepers = True
                return
            self._thread = thread

    def _run(self) -> None:
        while not self._closed:
            self._wait_for_work()
            try:
                wait_ms = self._drain()
            except Exception:  # noqa: BLE001 - the lane must outlive a defect; what is on disk is read again
                wait_ms = self._backoff.next_ms()
            if wait_ms > 0:
                self._rest(wait_ms)

    def _drain(self) -> float:
        """Sends what there is. Gives back how long to wait when it cannot be sent now, in milliseconds."""
        wait_ms = 0.0
        while not self._closed and wait_ms == 0:
            self._report_losses()
            parcel = self._take_parcel()
            if parcel is None:
                break
            try:
                wait_ms = self._send(parcel)
            except Exception:
                self._keep_or_reject(parcel)
                raise
        return wait_ms

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
            self._wake.hush()
            if not self._hurried:
                self._wake.wait(left_ms / 1000)
        self._hurried = False

    def _sleep_until_pushed(self) -> None:
        self._wake.hush()
        self._dormant = self.queue.has_sleepers = True
        # What was pushed before the flag was up has woken nobody.
        if self.queued() == 0 and not self._hurried and not self._closed:
            due_ms = self._losses.due_in_ms()
            self._wake.wait(None if due_ms is None else due_ms / 1000)
        self._dormant = False

    def _report_losses(self) -> None:
        """Tells the control plane what was lost, when there is room again (clause S-15)."""
        report = self._losses.take()
        if report is not None and not self._store.push(report):
            self._losses.put_back()

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
        if parcel.batch.stored.comes_again:
            self._finish(parcel)
            return 0
        outcome = send_traces(self._api, texts)
        if self._closed:
            return 0
        if outcome.kind in ("retry", "auth"):
            if not (outcome.is_defect and self._find_poison(parcel)):
                self._parcels.appendleft(parcel)
            if outcome.kind == "auth":
                return add_jitter(self._settings.auth_retry_ms)
            return self._backoff.next_ms(outcome.after_ms)
        self._backoff.reset()
        if outcome.kind == "split" and len(texts) > 1:
            self._halve(parcel, 0)
            return 0
        if outcome.kind == "sent":
            if outcome.rejected == 0:
                self._last_taken = texts[-1]
            self._finish(parcel, len(texts) - outcome.rejected, outcome.rejected, outcome.refused)
        else:
            self._finish(parcel, 0, len(texts), texts)
        return 0

    def _keep_or_reject(self, parcel: _Parcel) -> None:
        """A defect of ours: what was taken is not lost, and what fails each time does not hold up the rest."""
        parcel.defects += 1
        if parcel.defects <= DEFAULT_POISON_ATTEMPTS:
            self._parcels.appendleft(parcel)
        else:
            self._finish(parcel, 0, len(parcel.texts), parcel.texts)

    def _halve(self, parcel: _Parcel, defects: int) -> None:
        half = (len(parcel.texts) + 1) // 2
        batch = parcel.batch
        batch.parcels_left += 1
        self._parcels.appendleft(_Parcel(parcel.texts[half:], batch, defects))
        self._parcels.appendleft(_Parcel(parcel.texts[:half], batch, defects))

    def _find_poison(self, parcel: _Parcel) -> bool:
        """Takes apart what the server fails over, until the trace at fault is alone (clause S-13).

        That one is set aside if the server takes another; if it does not, it is no fault of the trace. False when the
        parcel is to be sent again.
        """
        parcel.defects += 1
        if parcel.defects < DEFAULT_POISON_ATTEMPTS:
            return False
        parcel.defects = DEFAULT_POISON_ATTEMPTS - 1
        if len(parcel.texts) > 1:
            self._halve(parcel, parcel.defects)
            return True
        probe = self._last_taken or self._losses.probe()
        if send_traces(self._api, (probe,)).kind != "sent" or self._closed:
            return False
        self._finish(parcel, 0, 1, parcel.texts)
        return True

    def _finish(self, parcel: _Parcel, sent: int = 0, rejected: int = 0, refused: Sequence[str] = ()) -> None:
        """Counts what became of it, unless it is given out again."""
        batch = parcel.batch
        batch.parcels_left -= 1
        is_last = batch.parcels_left == 0
        if is_last:
            batch.stored.settle()
        if not batch.stored.comes_again:
            self._sent += sent
            self._reject(rejected, refused)
        if is_last:
            self._settle(batch.stored.own)

    def _reject(self, count: int, texts: Sequence[str]) -> None:
        """The server will never take these: they are counted, and kept where a human can look at them."""
        self._losses.ignore("rejected", texts)
        self._drops.add("rejected", count)
        for text in texts:
            self._store.set_aside(text, "rejected")

    def _settle(self, count: int) -> None:
        if count == 0:
            return
        with self._settling:
            self._settled += count
            self._settling.notify_all()
