"""Appends records to the segments of one directory after another."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .disk import Disk, GrowingFile
from .segment_format import SEGMENT_HEADER, encode_record, is_segment_name, segment_name


@dataclass(slots=True)
class GrowingSegment:
    """The segment that grows, and how much of it is written."""

    directory: str
    path: str
    file: GrowingFile
    length: int = 0


class SegmentWriter:
    """For one thread at a time."""

    def __init__(
        self,
        disk: Disk,
        directory: Callable[[], str],
        segment_bytes: int,
        on_create: Callable[[str], None],
        on_write: Callable[[int, str], None],
    ) -> None:
        self._disk = disk
        # Where to write now.
        self._directory = directory
        self._segment_bytes = segment_bytes
        self._on_create = on_create
        self._on_write = on_write
        self._sequence = 0
        self.current: GrowingSegment | None = None

    def append(self, texts: Sequence[str]) -> str:
        """Gives the segment that was written.

        Raises OSError; a new segment is begun the next time, so that half a line stays at an end.
        """
        try:
            directory = self._directory()
            current = self.current
            is_over = current and (current.directory != directory or current.length >= self._segment_bytes)
            if current and (is_over or not self._disk.is_there(current.path)):
                self.finish()
                current = None
            current = current or self._begin(directory)
            self._write(current, b"".join(map(encode_record, texts)))
            return current.path
        except BaseException:
            self.finish()
            raise

    def sync(self) -> None:
        """Returns when what was written would survive a power cut. Raises OSError."""
        if self.current:
            self.current.file.sync()

    def finish(self) -> None:
        """Ends the segment that grows: by who has read it to its end, too. Never raises."""
        last, self.current = self.current, None
        if last:
            last.file.close()

    def _begin(self, directory: str) -> GrowingSegment:
        named = [int(name[:16]) for name in self._disk.list(directory) if is_segment_name(name)]
        self._sequence = max(self._sequence, *named, 0) + 1
        path = os.path.join(directory, segment_name(self._sequence))
        begun = self.current = GrowingSegment(directory, path, self._disk.create(path))
        self._on_create(path)
        self._write(begun, SEGMENT_HEADER)
        return begun

    def _write(self, segment: GrowingSegment, data: bytes) -> None:
        segment.file.append(data)
        segment.length += len(data)
        self._on_write(len(data), segment.path)
