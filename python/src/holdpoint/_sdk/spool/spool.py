"""Traces wait on disk (clauses S-1 to S-9)."""

from __future__ import annotations

import errno
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..._gen.tables import (
    DEFAULT_CLOSE_TIMEOUT_MS,
    DEFAULT_SPOOL_CHUNK_CHARS,
    DEFAULT_SPOOL_HEARTBEAT_MS,
    DEFAULT_SPOOL_RETRY_MS,
    DEFAULT_SPOOL_SEGMENT_BYTES,
    DEFAULT_SPOOL_SYNC_INTERVAL_MS,
)
from ..bell import Bell
from ..clock import monotonic_ms
from ..events.event_queue import EventQueue, QueuedTrace
from ..events.event_store import StoredBatch
from ..events.memory_store import WriteText
from ..events.reason_counter import ReasonCounter
from ..types import SpoolStats
from .disk import Disk
from .owners import Owners
from .segment_reader import SegmentReader
from .segment_writer import SegmentWriter
from .set_aside import SetAside

# How long the writing thread gathers what comes in before it writes: a call then wakes it at most so often.
_GATHER_S = 0.002


@dataclass(frozen=True, slots=True)
class SpoolSettings:
    """Where the spool is and what it may use. `sync`: `always`, `interval` or `never` (clause S-9)."""

    directory: str
    max_bytes: float
    sync: str


@dataclass(slots=True)
class _Unread:
    """Of a segment: records that are not settled, and bytes."""

    records: int = 0
    size: int = 0


class Spool:
    """A bounded queue in memory, a thread that writes it to segments, and what reads them back to be sent.

    While the disk cannot be written, traces are sent out of memory as if there were none.
    """

    is_durable = True

    def __init__(
        self,
        queue: EventQueue,
        settings: SpoolSettings,
        drops: ReasonCounter,
        write_text: WriteText,
        disk: Disk | None = None,
    ) -> None:
        disk = disk or Disk()
        self.queue = queue
        queue.listen(self._notice)
        self._settings = settings
        self._drops = drops
        self._write_text = write_text
        self._owners = Owners(disk, settings.directory)
        self._aside = SetAside(disk, settings.directory)
        # Whoever holds it may touch the disk; calls never do.
        self._io = threading.RLock()
        self._waiting: list[str] = []
        # The first of those that wait, on their way to the server out of memory.
        self._lent: StoredBatch | None = None
        self._lost = 0
        self._bytes = 0
        self._adopted = 0
        self._failing: str | None = None
        self._retry_at_ms = -math.inf
        self._dirty = False
        self._beat_at_ms = self._sync_at_ms = -math.inf
        self._dormant = False
        self._closed = False
        self._wake = Bell()
        self._ready = threading.Event()
        # Own segments: their records that are not settled, and their bytes.
        self._unread: dict[str, _Unread] = {}
        self._writer = SegmentWriter(
            disk, self._owners.own, DEFAULT_SPOOL_SEGMENT_BYTES, self._begin_segment, self._note_written
        )
        self._reader = SegmentReader(
            disk,
            lambda: self._writer.current,
            self._writer.finish,
            self._end_of,
            self._add_bytes,
            lambda size: self._add_bytes(-size),
            self._end_segment,
        )
        self._on_news: Callable[[], None] | None = None

    def start(self, on_news: Callable[[], None]) -> None:
        """Starts the writing thread.

        `on_news` is called when there is something to send that was not pushed here: left over by another process.
        """
        self._on_news = on_news
        threading.Thread(target=self._run, name="holdpoint-spool", daemon=True).start()

    def push(self, item: QueuedTrace) -> bool:
        """False when there is no room. O(1), never waits, never raises."""
        return self.queue.push(item)

    def _notice(self) -> None:
        """Something was pushed while the writing thread slept."""
        if self._dormant:
            self._dormant = False
            self._wake.ring()

    def take(self, max_count: int, max_chars: int) -> StoredBatch | None:
        """The oldest that wait on disk; those in memory when the disk does not take them."""
        self._ready.wait()
        with self._io:
            self._write()
            batch = self._reader.take(max_count, max_chars)
            if batch is None:
                return self._take_from_memory(max_count, max_chars)
            for line in batch.damaged:
                self._aside.add(line, "damaged")
            self._drops.add("damaged", len(batch.damaged))
            own = len(batch.texts) + len(batch.damaged) if self._owners.is_own(batch.path) else 0

            def settle() -> None:
                with self._io:
                    batch.settle()
                    if unread := self._unread.get(batch.path):
                        unread.records -= own

            return StoredBatch(batch.texts, own, self._take_lost(), settle)

    def secure(self, timeout_ms: float | None) -> None:
        """Returns when all that was pushed is on disk, and the disk was asked to keep it unless that is off.

        That is what makes it acknowledged: only who cannot wait, because the process ends, gives a time.
        """
        if not self._enter(timeout_ms):
            return
        try:
            self._write()
            if self._dirty and self._settings.sync != "never":
                self._sync()
        finally:
            self._io.release()

    def _enter(self, timeout_ms: float | None) -> bool:
        """True with the disk in hand."""
        if timeout_ms is None:
            self._ready.wait()
            return self._io.acquire()
        deadline = monotonic_ms() + timeout_ms
        return self._ready.wait(timeout_ms / 1000) and self._io.acquire(
            timeout=max(0.0, deadline - monotonic_ms()) / 1000
        )

    def set_aside(self, text: str, reason: str) -> None:
        """Keeps it beside the segments."""
        self._aside.add(text, reason)

    def size(self) -> int:
        """Traces that are not on disk yet."""
        lent = self._lent
        return len(self.queue) + len(self._waiting) - (len(lent.texts) if lent else 0)

    def close(self, timeout_ms: float) -> int:
        """Writes what is left and says that this process is done with it."""
        if self._closed:
            return 0
        self._closed = True
        self._wake.ring()
        # A disk that hangs must not keep the program from ending; one that is only busy gets its time.
        if not self._enter(max(timeout_ms, DEFAULT_CLOSE_TIMEOUT_MS)):
            left = self._count_left()
            self._ready.set()
            return left
        try:
            self._write()
            left = self._count_left()
            if self._dirty and self._settings.sync != "never":
                self._sync()
            self._writer.finish()
            self._aside.close()
            self._owners.leave()
            return left + self._take_lost()
        finally:
            self._io.release()

    def _count_left(self) -> int:
        """What stays neither on disk nor in memory."""
        left = len(self.queue) + len(self._waiting)
        self._drops.add("closed", left)
        return left

    def stats(self) -> SpoolStats:
        """Where the disk stands."""
        return SpoolStats(self._bytes, self._adopted, self._aside.count, self._failing)

    def _run(self) -> None:
        while not self._closed:
            try:
                next_ms = self._take_turn()
            except Exception as error:  # noqa: BLE001 - the thread must outlive a defect
                self._failing = type(error).__name__
                next_ms = monotonic_ms() + DEFAULT_SPOOL_RETRY_MS
            self._ready.set()
            if self._wait(next_ms - monotonic_ms()):
                time.sleep(_GATHER_S)

    def _take_turn(self) -> float:
        """Writes, says that this process lives, has the disk keep it. Gives back when the next turn is due."""
        with self._io:
            if self._closed:
                return 0.0
            self._write()
            now_ms = monotonic_ms()
            if now_ms >= self._beat_at_ms:
                self._beat_at_ms = now_ms + DEFAULT_SPOOL_HEARTBEAT_MS
                self._beat()
            if self._dirty and self._settings.sync == "interval" and now_ms >= self._sync_at_ms:
                self._sync_at_ms = now_ms + DEFAULT_SPOOL_SYNC_INTERVAL_MS
                self._sync()
            return min(self._beat_at_ms, self._sync_at_ms if self._dirty else math.inf)

    def _wait(self, most_ms: float) -> bool:
        """Waits for something to write; False when there is none after that time."""
        self._wake.hush()
        self._dormant = self.queue.has_sleepers = True
        if self._waiting or len(self.queue) > 0:
            if self._may_write():
                self._dormant = False
                return True
            # A disk in trouble is left alone; calls need not wake anybody for it.
            self._dormant = False
            most_ms = min(most_ms, max(self._retry_at_ms - monotonic_ms(), DEFAULT_SPOOL_RETRY_MS / 10))
        return self._wake.wait(most_ms / 1000)

    def _write(self) -> None:
        """Everything that is queued goes to disk, as far as the disk takes it."""
        self._fill()
        while self._waiting and self._may_write():
            chunk = self._waiting
            try:
                path = self._writer.append(chunk)
            except OSError as error:
                self._note_trouble(error)
                return
            self._unread[path].records += len(chunk)
            self._waiting = []
            if self._lent is not None:
                # Sent from there in its turn, too: it is stored once.
                self._lent.own = 0
                self._lent.comes_again = True
                self._lent = None
            self._dirty = True
            self._failing = None
            if self._settings.sync == "always":
                self._sync()
            self._fill()

    def _fill(self) -> None:
        """Texts of what is queued, up to a chunk; what cannot be written is counted."""
        chars = sum(map(len, self._waiting))
        while chars < DEFAULT_SPOOL_CHUNK_CHARS:
            item = self.queue.take()
            if item is None:
                return
            text = self._write_text(item)
            if text is None:
                self._lost += 1
            else:
                self._waiting.append(text)
                chars += len(text)

    def _may_write(self) -> bool:
        return self._bytes < self._settings.max_bytes and (self._failing is None or monotonic_ms() >= self._retry_at_ms)

    def _sync(self) -> None:
        """A disk that does not keep what it took is in trouble too: `stats()` says so, and it is asked again."""
        self._dirty = False
        try:
            self._writer.sync()
        except OSError as error:
            self._dirty = True
            self._note_trouble(error)

    def _note_trouble(self, error: OSError) -> None:
        self._failing = errno.errorcode.get(error.errno or 0, type(error).__name__)
        self._retry_at_ms = monotonic_ms() + DEFAULT_SPOOL_RETRY_MS

    def _beat(self) -> None:
        taken = self._owners.beat()
        self._adopted += len(taken)
        for path in taken:
            self._reader.add_directory(path)
        if (taken or self._reader.unreadable) and self._on_news:
            self._on_news()
        self._reader.unreadable = False

    def _take_from_memory(self, max_count: int, max_chars: int) -> StoredBatch | None:
        """What the disk does not take."""
        if self._failing is None and self._bytes < self._settings.max_bytes:
            lost = self._take_lost()
            return StoredBatch((), 0, lost) if lost else None
        self._fill()
        texts: list[str] = []
        chars = 0
        for text in self._waiting[:max_count]:
            chars += len(text)
            if texts and chars > max_chars:
                break
            texts.append(text)
        lost = self._take_lost()
        if not texts:
            return StoredBatch((), 0, lost) if lost else None
        # They wait on until they are sent: should the disk be back before that, they are written and sent from there.
        batch = StoredBatch(texts, len(texts), lost)
        batch.settle = partial(self._settle_lent, batch)
        self._lent = batch
        return batch

    def _settle_lent(self, batch: StoredBatch) -> None:
        with self._io:
            if self._lent is batch:
                self._lent = None
                self._waiting = self._waiting[len(batch.texts) :]

    def _take_lost(self) -> int:
        count, self._lost = self._lost, 0
        return count

    def _end_of(self, path: str) -> int | None:
        unread = self._unread.get(path)
        return None if unread is None else unread.size

    def _begin_segment(self, path: str) -> None:
        self._unread[path] = _Unread()
        self._reader.add_segment(path)

    def _note_written(self, count: int, path: str) -> None:
        self._add_bytes(count)
        self._unread[path].size += count

    def _end_segment(self, path: str, is_gone: bool) -> None:
        """What somebody has removed or cut off is not sent any more (clause S-8)."""
        unread = self._unread.pop(path, None)
        if unread is None:
            return
        if unread.records > 0:
            self._lost += unread.records
            self._drops.add("damaged", unread.records)
        if is_gone:
            self._add_bytes(-unread.size)

    def _add_bytes(self, count: int) -> None:
        self._bytes = max(0, self._bytes + count)
