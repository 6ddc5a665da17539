"""A trace is taken once and counted once: counted twice, a later flush ends before its traces are on disk."""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

import pytest

from holdpoint._sdk.events.event_queue import EventQueue
from holdpoint._sdk.events.reason_counter import count_drops
from holdpoint._sdk.events.write_text import create_text_writer
from holdpoint._sdk.spool.disk import Disk, GrowingFile
from holdpoint._sdk.spool.spool import Spool, SpoolSettings

TEXTS = [f'"text {index}"' for index in range(100)]


class Text:
    """Something to send."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.size_bytes = len(text)

    def to_json(self) -> str:
        return self.text


class Opened:
    """A spool with a hundred texts, and what was taken of them."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.drops = count_drops(lambda event: None)
        self.news = threading.Event()
        queue = EventQueue(1000, 10_000_000)
        settings = SpoolSettings(str(root / "spool"), 1e8, "interval")
        self.spool = Spool(queue, settings, self.drops, create_text_writer(self.drops), disk)
        for text in TEXTS:
            self.spool.push(Text(text))
        self.spool.start(self.news.set)
        self.taken: list[str] = []
        self.own = 0

    def take(self) -> list[str]:
        """Takes and settles until there is nothing, or nothing that can be read."""
        while (batch := self.spool.take(7, 1_000_000)) is not None:
            self.taken += batch.texts
            batch.settle()
            self.own += batch.own
        return self.taken


class FullOnce(Disk):
    """Takes a part of the first records, then all."""

    is_full = True

    def create(self, path: str) -> GrowingFile:
        return _FullOnceFile(super().create(path), self)


class _FullOnceFile:
    def __init__(self, file: GrowingFile, disk: FullOnce) -> None:
        self._file = file
        self._disk = disk
        self.sync = file.sync
        self.close = file.close

    def append(self, data: bytes) -> None:
        if not self._disk.is_full or len(data) < 100:
            self._file.append(data)
            return
        self._disk.is_full = False
        self._file.append(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "no")


def test_what_a_full_disk_took_in_part_before_there_was_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdpoint._sdk.spool.spool.DEFAULT_SPOOL_RETRY_MS", 1)
    disk = FullOnce()
    opened = Opened(tmp_path, disk)
    opened.spool.secure(1000)
    time.sleep(0.01)
    opened.spool.secure(1000)
    assert (opened.take(), opened.own) == (TEXTS, len(TEXTS))
    assert not disk.is_full
    assert (opened.spool.stats().failing, opened.spool.stats().bytes) == (None, 0)
    opened.spool.close(1000)


class UnreadableOnce(Disk):
    """Has no more files to open, once."""

    reads = 0

    def read_at(self, path: str, offset: int, length: int) -> bytes:
        if path.endswith(".seg"):
            self.reads += 1
            if self.reads == 5:
                raise OSError(errno.EMFILE, "no")
        return super().read_at(path, offset, length)


def test_what_could_not_be_read_for_a_while_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdpoint._sdk.spool.spool.DEFAULT_SPOOL_HEARTBEAT_MS", 50)
    opened = Opened(tmp_path, UnreadableOnce())
    assert len(opened.take()) < len(TEXTS)
    assert opened.news.wait(10)
    assert (opened.take(), opened.own) == (TEXTS, len(TEXTS))
    assert opened.drops.totals["damaged"] == 0
    opened.spool.close(1000)
