"""Segments, byte for byte (clause S-3)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

# First line of every segment; another one is of a format not known here.
SEGMENT_HEADER = b"holdpoint-spool 1\n"

_NAME = re.compile(r"\d{16}\.seg", re.ASCII)
_PREFIX = 9


@dataclass(frozen=True, slots=True)
class DecodedRecords:
    """Records of a piece of a segment, oldest first.

    `texts`: whole and unharmed. `damaged`: whole lines that are not what was written. `length`: bytes that were
    decoded; a line without its end is left for later.
    """

    texts: list[str]
    damaged: list[str]
    length: int


def encode_record(text: str) -> bytes:
    """One record as it stands in a segment: checksum of its UTF-8 bytes, a space, the JSON, a line end."""
    # JSON that UTF-8 cannot carry is not made here; a record must not hold up the others all the same.
    body = text.encode("utf-8", "replace")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode_records(data: bytes, max_count: int, max_bytes: int) -> DecodedRecords:
    """Records out of a piece that begins at the start of a line; at most so many, and so many bytes but for the first.

    Never raises.
    """
    texts: list[str] = []
    damaged: list[str] = []
    start = 0
    while len(texts) + len(damaged) < max_count:
        end = data.find(b"\n", start)
        if end < 0 or (start > 0 and end > max_bytes):
            break
        line = data[start:end]
        start = end + 1
        if not line:
            continue
        text = _decode(line)
        if text is None:
            damaged.append(line.decode("utf-8", "replace"))
        else:
            texts.append(text)
    return DecodedRecords(texts, damaged, start)


def segment_name(sequence: int) -> str:
    """Segments sort by age: `0000000000000042.seg`."""
    return f"{sequence:016d}.seg"


def is_segment_name(name: str) -> bool:
    """True for the name of a segment."""
    return _NAME.fullmatch(name) is not None


def _decode(line: bytes) -> str | None:
    body = line[_PREFIX:]
    if not body or line[: _PREFIX - 1] != b"%08x" % zlib.crc32(body):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
