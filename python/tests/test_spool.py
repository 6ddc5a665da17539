"""Traces that wait on disk."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._sdk.events.event_queue import EventQueue
from holdpoint._sdk.events.reason_counter import count_drops
from holdpoint._sdk.events.write_text import create_text_writer
from holdpoint._sdk.spool.disk import Disk, GrowingFile
from holdpoint._sdk.spool.owners import Owners
from holdpoint._sdk.spool.segment_format import SEGMENT_HEADER, decode_records, encode_record, segment_name
from holdpoint._sdk.spool.spool import Spool, SpoolSettings


class Text:
    """Something to send."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.size_bytes = len(text)

    def to_json(self) -> str:
        if self.text == "unwritable":
            raise TypeError
        return self.text


class Opened:
    """A spool over the real disk, some of whose calls may be made to fail."""

    def __init__(
        self,
        root: Path,
        disk: Disk | None = None,
        *,
        max_bytes: float = 1e8,
        capacity: int = 1000,
        sync: str = "interval",
    ) -> None:
        if disk is None:
            # Tests play several processes in one.
            disk = Disk()
            disk.names_in_use = set()
        self.drops = count_drops(lambda event: None)
        self.news = threading.Event()
        settings = SpoolSettings(str(root), max_bytes, sync)
        queue = EventQueue(capacity, 10_000_000)
        self.spool = Spool(queue, settings, self.drops, create_text_writer(self.drops), disk)
        self.spool.start(self.news.set)

    def push(self, *texts: str) -> list[bool]:
        return [self.spool.push(Text(text)) for text in texts]

    def drain(self) -> list[str]:
        """All that comes out, settled as it comes."""
        texts: list[str] = []
        while (batch := self.spool.take(7, 1_000_000)) is not None:
            texts += batch.texts
            batch.settle()
        return texts


class Stranger(Disk):
    """Another process; no other one runs."""

    def __init__(self) -> None:
        super().__init__()
        self.names_in_use = set()
        self.pid += 1_000_000

    def is_running(self, pid: int) -> bool:
        return False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def segments(root: Path) -> list[Path]:
    return sorted(root.rglob("*.seg"))


def leave_segment(root: Path, content: bytes) -> Path:
    left = root / "1-00000000-0000-4000-8000-000000000000"
    left.mkdir(parents=True)
    (left / segment_name(1)).write_bytes(content)
    return left


def test_what_was_pushed_comes_back_in_order_and_what_is_settled_is_removed(root: Path) -> None:
    opened = Opened(root)
    texts = [json.dumps({"index": index, "text": "ü\u2028😀"}, ensure_ascii=False) for index in range(100)]
    opened.push(*texts)
    assert opened.drain() == texts
    assert segments(root) == []
    assert (opened.spool.stats().bytes, opened.spool.stats().failing) == (0, None)
    opened.spool.close(1000)
    assert list(root.iterdir()) == []


def test_a_batch_that_was_not_settled_is_given_again_to_the_next_process(root: Path) -> None:
    first = Opened(root)
    first.push("1", "2", "3")
    batch = first.spool.take(2, 1_000_000)
    assert batch is not None
    assert batch.texts == ["1", "2"]
    first.spool.close(1000)
    second = Opened(root, Stranger())
    assert second.drain() == ["1", "2", "3"]
    assert second.spool.stats().adopted == 1
    assert second.news.is_set()
    second.spool.close(1000)


def test_only_traces_of_its_own_count_as_its_own(root: Path) -> None:
    first = Opened(root)
    first.push("left")
    first.spool.close(1000)
    second = Opened(root, Stranger())
    second.push("mine")
    batch = second.spool.take(9, 1_000_000)
    assert batch is not None
    assert (batch.texts, batch.own) == (["left"], 0)
    second.spool.close(1000)


def test_what_belongs_to_a_process_that_runs_is_left_alone(root: Path) -> None:
    class Neighbour(Disk):
        def __init__(self) -> None:
            super().__init__()
            self.names_in_use = set()
            self.pid += 1

        def is_running(self, pid: int) -> bool:
            return True

    first = Opened(root)
    first.push("1")
    first.spool.secure(1000)
    second = Opened(root, Neighbour())
    assert second.drain() == []
    assert first.drain() == ["1"]
    first.spool.close(1000)
    second.spool.close(1000)


def test_two_clients_of_one_process_leave_each_other_alone(root: Path) -> None:
    first, second = Opened(root, Disk()), Opened(root, Disk())
    first.push("1")
    first.spool.secure(1000)
    assert second.drain() == []
    assert first.drain() == ["1"]
    first.spool.close(1000)
    second.spool.close(1000)


def test_half_a_line_at_the_end_is_passed_over_and_a_damaged_one_holds_up_no_other(root: Path) -> None:
    lines = b'%s00000000 {"not":"that"}\n\n%s%s' % (encode_record("1"), encode_record("2"), encode_record("3")[:-1])
    leave_segment(root, SEGMENT_HEADER + lines)
    opened = Opened(root)
    assert opened.drain() == ["1", "2"]
    assert opened.drops.totals["damaged"] == 1
    opened.spool.close(1000)
    (aside,) = root.glob("set-aside-*.jsonl")
    assert json.loads(aside.read_text()) == {"reason": "damaged", "record": '00000000 {"not":"that"}'}


def test_an_owner_whose_sign_of_life_cannot_be_read_is_given_time(root: Path) -> None:
    left = leave_segment(root, SEGMENT_HEADER + encode_record("1"))
    Path(f"{left}.alive").write_text("")
    opened = Opened(root)
    assert opened.drain() == []
    opened.spool.close(1000)
    assert len(segments(root)) == 1


def test_a_file_of_another_format_stays_where_it_is(root: Path) -> None:
    leave_segment(root, b"holdpoint-spool 2\nwhat will come\n")
    opened = Opened(root)
    assert opened.drain() == []
    opened.spool.close(1000)
    assert len(segments(root)) == 1


class FailingDisk(Disk):
    """A disk that refuses with an error, while it has one."""

    def __init__(self, error: int | None, *, at_sync: bool = False) -> None:
        super().__init__()
        self.error = error
        self.at_sync = at_sync

    def create(self, path: str) -> GrowingFile:
        return _FailingFile(super().create(path), self)


class _FailingFile:
    def __init__(self, file: GrowingFile, disk: FailingDisk) -> None:
        self._file = file
        self._disk = disk
        self.close = file.close

    def append(self, data: bytes) -> None:
        if self._disk.error and not self._disk.at_sync:
            # A full disk takes a part.
            self._file.append(data[: len(data) // 2])
            raise OSError(self._disk.error, "no")
        self._file.append(data)

    def sync(self) -> None:
        if self._disk.error and self._disk.at_sync:
            raise OSError(self._disk.error, "no")
        self._file.sync()


def test_a_full_disk_sends_out_of_memory_and_is_used_again_afterwards(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdpoint._sdk.spool.spool.DEFAULT_SPOOL_RETRY_MS", 1)
    disk = FailingDisk(errno.ENOSPC)
    opened = Opened(root, disk)
    opened.push("1", "2", "3")
    opened.spool.secure(1000)
    assert opened.spool.stats().failing == "ENOSPC"
    assert opened.drain() == ["1", "2", "3"]
    disk.error = None
    time.sleep(0.01)
    opened.push("4")
    assert opened.drain() == ["4"]
    assert opened.spool.stats().failing is None
    assert set(opened.drops.totals.values()) == {0}
    opened.spool.close(1000)


def test_what_neither_the_disk_nor_the_queue_has_room_for_is_refused_at_once(root: Path) -> None:
    class ReadOnly(Disk):
        def make(self, path: str) -> None:
            raise OSError(errno.EROFS, "no")

    opened = Opened(root, ReadOnly(), capacity=3)
    opened.push("0")
    opened.spool.secure(1000)
    assert opened.spool.stats().failing == "EROFS"
    assert opened.push("1", "2", "3", "4") == [True, True, True, False]
    opened.spool.close(1000)
    assert opened.drops.totals["closed"] == 4


def test_a_disk_that_does_not_keep_what_it_took_is_reported(root: Path) -> None:
    opened = Opened(root, FailingDisk(errno.EIO, at_sync=True))
    opened.push("1")
    opened.spool.secure(1000)
    assert opened.spool.stats().failing == "EIO"
    assert opened.drain() == ["1"]
    opened.spool.close(1000)


class CountingDisk(Disk):
    """A disk that counts how often it is told to keep what it took."""

    def __init__(self) -> None:
        super().__init__()
        self.names_in_use = set()
        self.synced = 0

    def create(self, path: str) -> GrowingFile:
        file = super().create(path)
        keep = file.sync

        def sync() -> None:
            self.synced += 1
            keep()

        return SimpleNamespace(append=file.append, close=file.close, sync=sync)


@pytest.mark.parametrize(("sync", "least", "most"), [("always", 2, 3), ("interval", 1, 3), ("never", 0, 0)])
def test_the_disk_keeps_what_it_took_as_often_as_it_is_set_to(root: Path, sync: str, least: int, most: int) -> None:
    """S-9: `always` with each write, `interval` when it is waited for and once in a while, `never` not at all."""
    disk = CountingDisk()
    opened = Opened(root, disk, sync=sync)
    for text in ("1", "2"):
        opened.push(text)
        opened.spool.secure(None)
    opened.spool.close(1000)
    assert least <= disk.synced <= most


def test_what_was_in_a_directory_that_somebody_removed_is_counted_and_it_goes_on_in_a_new_one(root: Path) -> None:
    opened = Opened(root)
    opened.push("1", "2", "3")
    opened.spool.secure(None)
    first = opened.spool.take(1, 1_000_000)
    assert first is not None
    first.settle()
    shutil.rmtree(root)
    opened.push("4", "5")
    opened.spool.secure(None)
    gone = opened.spool.take(9, 1_000_000)
    assert gone is not None
    assert (list(gone.texts), gone.lost) == ([], 2)
    assert opened.drain() == ["4", "5"]
    assert opened.drops.totals["damaged"] == 2
    opened.push("6")
    assert opened.drain() == ["6"]
    assert opened.spool.stats().bytes < 100
    opened.spool.close(1000)


def test_what_somebody_has_cut_off_is_counted(root: Path) -> None:
    opened = Opened(root)
    opened.push("1", "2")
    opened.spool.secure(None)
    segments(root)[0].write_bytes(b"")
    gone = opened.spool.take(9, 1_000_000)
    assert gone is not None
    assert (list(gone.texts), gone.lost) == ([], 2)
    opened.push("3")
    assert opened.drain() == ["3"]
    opened.spool.close(1000)


def test_it_stops_at_its_size(root: Path) -> None:
    opened = Opened(root, max_bytes=2000)
    for _ in range(500):
        opened.push('"' + "x" * 100 + '"')
    opened.spool.secure(None)
    assert len(opened.drain()) == 500
    assert opened.spool.stats().bytes < 60_000
    opened.spool.close(1000)


def test_a_trace_that_cannot_be_written_is_counted_and_told(root: Path) -> None:
    opened = Opened(root)
    opened.push("unwritable")
    lost = 0
    while lost == 0:
        batch = opened.spool.take(9, 1_000_000)
        lost += batch.lost if batch else 0
    assert opened.drops.totals["unserializable"] == 1
    opened.spool.close(1000)


def test_what_many_threads_push_comes_out_whole(root: Path) -> None:
    opened = Opened(root, capacity=100_000)
    count = 2000

    def run(name: int) -> None:
        for index in range(count):
            assert opened.spool.push(Text(f"{name}-{index}"))

    threads = [threading.Thread(target=run, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    while len(seen) < 4 * count:
        seen += opened.drain()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(f"{name}-{index}" for name in range(4) for index in range(count))
    opened.spool.close(1000)


def test_a_long_silence_begins_a_new_directory(root: Path) -> None:
    now = [0.0]
    owners = Owners(Disk(), str(root), lambda: now[0])
    first = owners.own()
    now[0] = 59_000
    assert owners.own() == first
    now[0] = 120_000
    second = owners.own()
    assert second != first
    assert owners.is_own(os.path.join(first, segment_name(1)))


@pytest.mark.parametrize(("host", "running", "after_ms"), [("elsewhere", False, 60_000), ("", True, 600_000)])
def test_a_silent_owner_is_taken_over_after_its_time(root: Path, host: str, running: bool, after_ms: float) -> None:
    class Watcher(Disk):
        def is_running(self, pid: int) -> bool:
            return running

    disk = Watcher()
    left = leave_segment(root, SEGMENT_HEADER)
    life = {"pid": disk.pid + 1, "host": host or disk.host, "beat": 1}
    Path(f"{left}.alive").write_text(json.dumps(life))
    now = [0.0]
    owners = Owners(disk, str(root), lambda: now[0])
    taken: Callable[[], list[str]] = owners.beat
    assert taken() == []
    now[0] = after_ms - 1
    assert taken() == []
    now[0] = after_ms + 1
    assert len(taken()) == 1


# Text as UTF-8 can carry it.
_TEXTS = st.lists(st.text(st.characters(exclude_categories=("Cs",))).map(json.dumps))


@given(_TEXTS, st.integers(0, 40))
def test_every_line_is_kept_whatever_is_cut_off_behind_it(texts: list[str], cut: int) -> None:
    data = b"".join(map(encode_record, texts))
    whole = decode_records(data, 10**9, 10**9)
    assert (whole.texts, whole.damaged) == (texts, [])
    part = decode_records(data[: max(0, len(data) - cut)], 10**9, 10**9)
    assert part.damaged == []
    assert texts[: len(part.texts)] == part.texts


def test_a_record_is_written_as_the_contract_says() -> None:
    assert encode_record("123456789") == b"cbf43926 123456789\n"
    assert SEGMENT_HEADER == b"holdpoint-spool 1\n"
