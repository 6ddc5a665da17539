"""What is kept of the arguments of a call: enough to compare, too little to read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Any, NamedTuple

from ..._gen.tables import MAX_ARGUMENT_TOKENS
from ..decide import canonical_json, sha256_hex

# Runs of ASCII letters, digits and `_`; every other code point beyond ASCII by itself.
_WORD = re.compile(r"[0-9A-Za-z_]+|[^\x00-\x7f]")


class ArgumentSummary(NamedTuple):
    """A digest, and hashes of pairs of neighbouring words, sorted."""

    digest: str
    shingles: tuple[int, ...]


def digest_value(value: Any) -> str:
    """A digest of any JSON value: 16 hex digits of the SHA-256 of its canonical form."""
    return sha256_hex(canonical_json(value))[:16]


def summarise_arguments(args: Any) -> ArgumentSummary:
    """Words of the canonical JSON of arguments, and of each pair of neighbours the CRC-32 (SPECIFICATION P-24)."""
    text = canonical_json(args)
    words = [match.group().encode() for match in islice(_WORD.finditer(text), MAX_ARGUMENT_TOKENS)]
    shingles = sorted(zlib.crc32(b"%b %b" % pair) for pair in pairwise(words))
    return ArgumentSummary(sha256_hex(text)[:16], tuple(shingles))


def are_alike(a: ArgumentSummary, b: ArgumentSummary, thousandths: int) -> bool:
    """Whether two calls' arguments are more alike than a threshold in thousandths.

    2000 · shared > threshold · (all of one + all of the other), over multisets. Equal digests are alike under any
    threshold below 1.
    """
    if a.digest == b.digest:
        return thousandths < 1000
    shared = _count_shared(a.shingles, b.shingles)
    return 2000 * shared > thousandths * (len(a.shingles) + len(b.shingles))


def _count_shared(a: Sequence[int], b: Sequence[int]) -> int:
    shared = left = right = 0
    while left < len(a) and right < len(b):
        difference = a[left] - b[right]
        shared += difference == 0
        left += difference <= 0
        right += difference >= 0
    return shared
