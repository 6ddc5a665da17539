"""Segments are read piece by piece (clause S-5)."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from holdpoint._sdk.spool.segment_format import SEGMENT_HEADER
from holdpoint._sdk.spool.segment_reader import SegmentReader


class Segment:
    """A disk with one segment that has ended; counts what is read of it."""

    def __init__(self, records: list[str]) -> None:
        lines = (record.encode() for record in records)
        self.data = SEGMENT_HEADER + b"".join(b"%08x %s\n" % (zlib.crc32(line), line) for line in lines)
        self.read = 0
        self.removed = 0

    def read_at(self, path: str, offset: int, length: int) -> bytes:
        piece = self.data[offset : offset + length]
        self.read += len(piece)
        return piece

    def remove(self, path: str) -> None:
        self.removed += 1


def take_all(disk: Any, max_count: int, max_bytes: int) -> list[list[str]]:
    def nothing(*_: Any) -> None:
        return None

    reader = SegmentReader(disk, lambda: None, nothing, nothing, nothing, nothing, nothing)
    reader.add_segment("one")
    batches = []
    while (batch := reader.take(max_count, max_bytes)) is not None:
        assert batch.damaged == []
        batches.append(batch.texts)
        batch.settle()
    return batches


def record(chars: int, index: int) -> str:
    return json.dumps(f"{index} {'x' * chars}")


def test_little_more_is_read_than_is_given_out() -> None:
    records = [record(700, index) for index in range(1500)]
    disk = Segment(records)
    batches = take_all(disk, 200, 2_500_000)
    assert [text for batch in batches for text in batch] == records
    assert list(map(len, batches)) == [200] * 7 + [100]
    assert disk.read < 2 * len(disk.data)
    assert disk.removed == 1


@pytest.mark.parametrize("lengths", [[1, 2, 3], [300_000, 300_000, 5], [5, 900_000, 5, 5], [400_000] + [40] * 900])
@pytest.mark.parametrize("max_bytes", [1_000, 100_000, 2_500_000])
def test_every_record_is_given_out_once_in_order(lengths: list[int], max_bytes: int) -> None:
    records = [record(chars, index) for index, chars in enumerate(lengths)]
    assert [text for batch in take_all(Segment(records), 200, max_bytes) for text in batch] == records
