"""Features of one stretch of text for linear models (SPECIFICATION T-45)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

BLOCK_LENGTH: Final = 256

_PRIME = 0x01000193
_WORD_SEED = 0x1B873593
_GRAM_SEED = 0x5BD1E995
_PAIR_SEED = 0x27D4EB2F
_MASK = 0xFFFFFFFF

# Capitals made small, digits `0`, blanks alike: what `str.translate` does in one call.
_FOLDED = (
    {code: code + 32 for code in (*range(0x41, 0x5B), *range(0xC0, 0xDF), *range(0x391, 0x3AA), *range(0x410, 0x430))}
    | {code: code + 80 for code in range(0x400, 0x410)}
    | dict.fromkeys(range(0x30, 0x3A), 0x30)
    | dict.fromkeys((0x09, 0x0B, 0x0C, 0x0D, 0xA0, 0x3000), 0x20)
)
del _FOLDED[0xD7]
_LINE_BREAK = re.compile("[ \n]*\n[ \n]*")
_BLANKS = re.compile("  +")
_WORD = re.compile("[a-z0\u00aa-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2fff\u3040-\ufeff\uff10-\U0010ffff]+")
_PAIRED = re.compile("[\u2e80-\U0010ffff]")


# Features are remembered with their buckets, since texts share most of them. A memory that is full begins anew.
_MAX_REMEMBERED = 1 << 16
_GRAMS = [slice(at, at + 4) for at in range(BLOCK_LENGTH)]


class _Buckets(dict[str, int]):
    """The bucket of each feature of one kind, worked out when it is first met."""

    def __init__(self, hash_text: Callable[[str], int], bits: int) -> None:
        super().__init__()
        self._hash_text, self._shift = hash_text, 32 - bits

    def __missing__(self, text: str) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        value = self._hash_text(text)
        mixed = (value ^ value >> 15) * 0x2C1B3C6D & _MASK
        bucket = self[text] = (mixed ^ mixed >> 12) >> self._shift
        return bucket


class _Memory(NamedTuple):
    grams: _Buckets
    words: _Buckets
    # Two words with a blank between, which no word holds.
    word_pairs: _Buckets
    pairs: _Buckets


@cache
def _remember(bits: int) -> _Memory:
    hashes = (_hash_gram, _hash_word, _hash_words, _hash_pair)
    return _Memory(*(_Buckets(one, bits) for one in hashes))


def list_features(text: str, bits: int) -> set[int]:
    """The distinct buckets of a stretch of at most `BLOCK_LENGTH` code points."""
    folded = _BLANKS.sub(" ", _LINE_BREAK.sub("\n", text.translate(_FOLDED)))
    memory = _remember(bits)
    found = set(map(memory.grams.__getitem__, map(folded.__getitem__, _GRAMS[: max(0, len(folded) - 3)])))
    if not folded.isascii():
        found.update(memory.pairs[folded[match.start() - 1 : match.end()]] for match in _PAIRED.finditer(folded, 1))
    words = _WORD.findall(folded)
    found.update(map(memory.words.__getitem__, words))
    found.update(map(memory.word_pairs.__getitem__, map(" ".join, pairwise(words))))
    return found


def _hash_gram(text: str) -> int:
    return _hash(_GRAM_SEED, text)


def _hash_word(text: str) -> int:
    return _hash(_WORD_SEED, text)


def _hash_words(text: str) -> int:
    before, word = text.split(" ")
    value = _hash_word(before)
    # A word whose hash is 0 counts as none.
    return _hash_word(word) if value == 0 else (value * 31 + _hash_word(word)) & _MASK


def _hash_pair(text: str) -> int:
    return _hash(_PAIR_SEED, text)


def _hash(seed: int, text: str) -> int:
    value = seed
    for char in text:
        value = (value ^ ord(char)) * _PRIME & _MASK
    return value
