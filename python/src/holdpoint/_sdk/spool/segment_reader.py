"""Reads segments oldest first: directories in the order they were added, the own one last (clause S-5)."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..._gen.tables import DEFAULT_SPOOL_SEGMENT_BYTES, MAX_REQUEST_BYTES
from .disk import Disk
from .segment_format import SEGMENT_HEADER, DecodedRecords, decode_records, is_segment_name
from .segment_writer import GrowingSegment

# What is read at first.
_FIRST_BYTES = DEFAULT_SPOOL_SEGMENT_BYTES // 8

# Longest line: a record as large as one request may be, and its checksum.
_MAX_LINE_BYTES = MAX_REQUEST_BYTES + 16


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Records of one segment. `settle` moves on behind them; a segment read to its end is removed. Never raises."""

    texts: list[str]
    damaged: list[str]
    path: str
    settle: Callable[[], None]


class SegmentReader:
    """For one thread at a time.

    `growing` gives the segment that still grows; `finish_growing` ends it once all of it is read. `end_of` says how
    much of an own segment counts: what is behind is being written, or was written in part as the disk failed, and is
    written again elsewhere. `on_found` and `on_remove` hear of bytes found in a directory that was taken over, and of
    bytes that are no longer there; `on_end` of a segment that nothing more comes of, True when it was there no more
    or could not be read and is empty. `unreadable`: something could not be read now; whoever tries again says False.
    """

    unreadable = False

    def __init__(
        self,
        disk: Disk,
        growing: Callable[[], GrowingSegment | None],
        finish_growing: Callable[[], None],
        end_of: Callable[[str], int | None],
        on_found: Callable[[int], None],
        on_remove: Callable[[int], None],
        on_end: Callable[[str, bool], None],
    ) -> None:
        self._disk = disk
        self._growing = growing
        self._finish_growing = finish_growing
        self._end_of = end_of
        self._on_found = on_found
        self._on_remove = on_remove
        self._on_end = on_end
        self._adopted: deque[str] = deque()
        self._segments: deque[str] = deque()
        self._offset = 0
        # Where to go on in segments that could not be read for a while.
        self._resume: dict[str, int] = {}
        # What a batch took of the last pieces, and somewhat more: not all of a segment is read for a part of it.
        self._reach_bytes = _FIRST_BYTES

    def add_directory(self, path: str) -> None:
        """A directory that was taken over."""
        self._adopted.append(path)

    def add_segment(self, path: str) -> None:
        """A segment that was begun."""
        self._segments.append(path)

    def take(self, max_count: int, max_bytes: int) -> ReadBatch | None:
        """None when all that can be read has been. Never raises."""
        try:
            return self._take(max_count, max_bytes)
        except OSError:
            # One that cannot be read now must not hold up the others.
            if self._segments:
                unreadable = self._segments.popleft()
                if self._disk.size_of(unreadable) > 0:
                    self._segments.append(unreadable)
                    if self._offset > 0:
                        self._resume[unreadable] = self._offset
                    self.unreadable = True
                else:
                    self._on_end(unreadable, True)
            self._offset = 0
            return None

    def _take(self, max_count: int, max_bytes: int) -> ReadBatch | None:
        while True:
            if self._offset == 0:
                self._open_next()
            if not self._segments:
                return None
            path = self._segments[0]
            growing = self._growing()
            grows = growing is not None and growing.path == path
            if self._offset == 0:
                if growing is not None and grows and growing.length == 0:
                    return None
                if not self._read_header(path):
                    continue
            read_bytes, records = self._read_records(path, self._end_of(path), max_count, max_bytes)
            if records.texts or records.damaged:
                return ReadBatch(records.texts, records.damaged, path, partial(self._settle, path, records.length))
            if grows:
                return None
            # Half a line at the end was never acknowledged: its writer was stopped in the middle of it.
            self._drop(path, self._offset + read_bytes)

    def _settle(self, path: str, length: int) -> None:
        self._offset += length
        growing = self._growing()
        if growing is not None and growing.path == path and growing.length == self._offset:
            self._finish_growing()

    def _open_next(self) -> None:
        """Segments of directories that were taken over go before the own ones."""
        while self._adopted:
            directory = self._adopted.popleft()
            names = sorted(name for name in self._disk.list(directory) if is_segment_name(name))
            if not names:
                with contextlib.suppress(OSError):
                    self._disk.remove(directory)
                continue
            found = [os.path.join(directory, name) for name in names]
            self._segments.extendleft(reversed(found))
            for path in found:
                self._on_found(self._disk.size_of(path))
            return

    def _read_header(self, path: str) -> bool:
        """False for one that was begun and not written, or is of a format not known: the latter is left there."""
        head = self._disk.read_at(path, 0, len(SEGMENT_HEADER))
        if head == SEGMENT_HEADER:
            self._offset = self._resume.pop(path, len(SEGMENT_HEADER))
            return True
        if SEGMENT_HEADER.startswith(head):
            self._drop(path, len(head))
        else:
            self._segments.popleft()
        return False

    def _read_records(self, path: str, end: int | None, max_count: int, max_bytes: int) -> tuple[int, DecodedRecords]:
        """A batch, or all that there is, and how many bytes were read; a line longer than a batch may be is one."""
        left = sys.maxsize if end is None else max(0, end - self._offset)
        size = min(self._reach_bytes, max_bytes)
        while True:
            piece = self._disk.read_at(path, self._offset, min(left, size))
            records = decode_records(piece, max_count, max_bytes)
            count = len(records.texts) + len(records.damaged)
            is_all = len(piece) < size or size >= (max_bytes if count else _MAX_LINE_BYTES)
            if is_all or count >= max_count:
                break
            size *= 4
        if count == max_count:
            self._reach_bytes = max(_FIRST_BYTES, records.length * 5 // 4)
        return len(piece), records

    def _drop(self, path: str, size: int) -> None:
        self._segments.popleft()
        self._offset = 0
        with contextlib.suppress(OSError):
            self._disk.remove(path)
        self._on_remove(size)
        self._on_end(path, False)
