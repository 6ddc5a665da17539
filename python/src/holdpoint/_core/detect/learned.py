"""Linear models over hashed features (SPECIFICATION T-45 and following); whole numbers only."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Final, NamedTuple

from .learned_features import BLOCK_LENGTH, list_features

# Blocks that are looked at: of a longer text the first half and the last half of these.
MAX_BLOCKS: Final = 48
_REACH: Final = MAX_BLOCKS // 2 * BLOCK_LENGTH

# Code points that a stretch has at least, unless its text ends before; it ends with a sentence (T-64), or is a block.
_LEAST_STRETCH: Final = 16
_ENDS = "\n.!?;。！？؟।"
_STRETCH: Final = re.compile(
    f".{{{_LEAST_STRETCH - 1}}}(?:[^{_ENDS}]{{0,{BLOCK_LENGTH - _LEAST_STRETCH}}}[{_ENDS}]"
    f"|[^{_ENDS}]{{1,{BLOCK_LENGTH - _LEAST_STRETCH + 1}}})|.+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A bias, a signed byte per bucket (`2 ** bits`), and ascending margins: the score is how many are reached."""

    name: str
    bits: int
    weights: Sequence[int]
    bias: int
    cuts: Sequence[int]


class LearnedScore(NamedTuple):
    """0-100, and the window that has it, in code points."""

    score: int
    start: int
    end: int
    # The greatest margin, and of how many blocks.
    margin: int
    blocks: int


NO_SCORE: Final = LearnedScore(0, 0, 0, 0, 0)


def score_with_model(text: str, model: LearnedModel) -> LearnedScore:
    """The highest score of all windows of a text."""
    if not text:
        return NO_SCORE
    best: int | None = None
    best_start = best_end = 0
    last: tuple[int, int, int] | None = None
    block, own, size = "", 0, 0
    blocks = _list_blocks(len(text))
    for start, end, joins in blocks:
        # What is written over and over has the same blocks.
        if text[start:end] != block:
            block = text[start:end]
            features = list_features(block, model.bits)
            own, size = sum(map(model.weights.__getitem__, features)), len(features)
        total, count, first = own, size, start
        if joins and last is not None:
            total, count, first = own + last[0], size + last[1], last[2]
        margin = margin_of(total, count, model.bias)
        if best is None or margin > best:
            best, best_start, best_end = margin, first, end
        last = (own, size, start)
    margin = best or 0
    return LearnedScore(bisect_right(model.cuts, margin), best_start, best_end, margin, len(blocks))


class Stretch(NamedTuple):
    """A stretch of a text, in code points, and its margin by itself."""

    start: int
    end: int
    margin: int


def read_stretches(text: str, model: LearnedModel) -> Iterator[Stretch]:
    """The margin of each stretch of a text (SPECIFICATION T-68)."""
    length = len(text)
    ranges = [(0, _REACH), (length - _REACH, length)] if length > 2 * _REACH else [(0, length)]
    last = ""
    margin = 0
    for first, after in ranges:
        for match in _STRETCH.finditer(text, first, after):
            said = match[0]
            # What is said again right away has the same margin.
            if said != last:
                last = said
                features = list_features(said, model.bits)
                margin = margin_of(sum(map(model.weights.__getitem__, features)), len(features), model.bias)
            yield Stretch(match.start(), match.end(), margin)


def _list_blocks(length: int) -> list[tuple[int, int, bool]]:
    is_long = length > 2 * _REACH
    head = _REACH if is_long else length
    blocks = [(at, min(head, at + BLOCK_LENGTH), at > 0) for at in range(0, head, BLOCK_LENGTH)]
    if is_long:
        tail = length - _REACH
        blocks += [(at, min(length, at + BLOCK_LENGTH), at > tail) for at in range(tail, length, BLOCK_LENGTH)]
    return blocks


def margin_of(total: int, count: int, bias: int) -> int:
    """`floor(4096 * total / floor(sqrt(256 * count))) + bias`."""
    return bias if count == 0 else 4096 * total // isqrt(256 * count) + bias
