"""Features of one stretch of text for linear models (SPECIFICATION T-45)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final, Generic, NamedTuple, TypeVar

BLOCK_LENGTH: Final = 256

# A piece of text, or two words.
Feature = TypeVar("Feature", str, tuple[str, str])

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
# The same for ASCII, and blanks for all that is no part of a word then: bytes are looked up five times as fast.
_ASCII_FOLDED = bytes(_FOLDED.get(code, code) if code < 0x80 else code for code in range(256))
_ASCII_WORDS = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz0" else 0x20 for code in range(256))
_LINE_BREAK = re.compile("[ \n]*\n[ \n]*")
_BLANKS = re.compile("  +")
_WORD = re.compile("[a-z0\u00aa-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2fff\u3040-\ufeff\uff10-\U0010ffff]+")
_PAIRED = re.compile("[\u2e80-\U0010ffff]")


# Features are remembered with their buckets, since texts share most of them. A memory that is full begins anew.
_MAX_REMEMBERED = 1 << 16
_MAX_PIECES = 1 << 15
_MAX_PIECE_LENGTH = 24
_GRAMS = [slice(at, at + 4) for at in range(BLOCK_LENGTH)]


class _Buckets(dict[Feature, int], Generic[Feature]):
    """The bucket of each feature of one kind, worked out when it is first met."""

    def __init__(self, hash_feature: Callable[[Feature], int], bits: int) -> None:
        super().__init__()
        self._hash_feature: Callable[[Feature], int] = hash_feature
        self._shift = 32 - bits

    def __missing__(self, feature: Feature) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        value = self._hash_feature(feature)
        mixed = (value ^ value >> 15) * 0x2C1B3C6D & _MASK
        bucket = self[feature] = (mixed ^ mixed >> 12) >> self._shift
        return bucket


class _Pieces(dict[str, tuple[int, ...]]):
    """The buckets of a piece of text up to a blank and three characters further: its grams, and its words."""

    def __init__(self, grams: _Buckets[str], words: _Buckets[str]) -> None:
        super().__init__()
        self._grams, self._words = grams, words

    def __missing__(self, text: str) -> tuple[int, ...]:
        grams = map(self._grams.__getitem__, map(text.__getitem__, _GRAMS[: max(0, len(text) - 3)]))
        words = map(self._words.__getitem__, _WORD.findall(text.partition(" ")[0]))
        buckets = tuple({*grams, *words})
        if len(text) <= _MAX_PIECE_LENGTH:
            if len(self) >= _MAX_PIECES:
                self.clear()
            self[text] = buckets
        return buckets


class _Memory(NamedTuple):
    grams: _Buckets[str]
    words: _Buckets[str]
    pieces: _Pieces
    # Two words side by side.
    word_pairs: _Buckets[tuple[str, str]]
    pairs: _Buckets[str]


@cache
def _remember(bits: int) -> _Memory:
    grams, words = _Buckets(_hash_gram, bits), _Buckets(_hash_word, bits)
    return _Memory(grams, words, _Pieces(grams, words), _Buckets(_hash_words, bits), _Buckets(_hash_pair, bits))


def list_features(text: str, bits: int) -> set[int]:
    """The distinct buckets of a stretch of at most `BLOCK_LENGTH` code points."""
    is_plain = text.isascii()
    folded = str(text.encode().translate(_ASCII_FOLDED), "ascii") if is_plain else text.translate(_FOLDED)
    if "\n" in folded:
        folded = _LINE_BREAK.sub("\n", folded)
    if "  " in folded:
        folded = _BLANKS.sub(" ", folded)
    memory = _remember(bits)
    if is_plain:
        words = str(folded.encode().translate(_ASCII_WORDS), "ascii").split()
        found: set[int] = set().union(*map(memory.pieces.__getitem__, _cut_pieces(folded)))
    else:
        words = _WORD.findall(folded)
        # Texts of other scripts share too few pieces.
        found = set(map(memory.grams.__getitem__, map(folded.__getitem__, _GRAMS[: max(0, len(folded) - 3)])))
        found.update(map(memory.words.__getitem__, words))
        found.update(memory.pairs[folded[match.start() - 1 : match.end()]] for match in _PAIRED.finditer(folded, 1))
    found.update(map(memory.word_pairs.__getitem__, pairwise(words)))
    return found


def _cut_pieces(folded: str) -> list[str]:
    """Each with three characters of the next: a gram that begins in a piece ends there."""
    pieces: list[str] = []
    at = 0
    while after := folded.find(" ", at) + 1:
        pieces.append(folded[at : after + 3])
        at = after
    pieces.append(folded[at:])
    return pieces


def _hash_gram(text: str) -> int:
    first, second, third, fourth = map(ord, text)
    value = (_GRAM_SEED ^ first) * _PRIME & _MASK
    value = (value ^ second) * _PRIME & _MASK
    value = (value ^ third) * _PRIME & _MASK
    return (value ^ fourth) * _PRIME & _MASK


class _WordHashes(dict[str, int]):
    """Hashes of words: of two words side by side mostly both are known."""

    def __missing__(self, text: str) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        value = self[text] = _hash(_WORD_SEED, text)
        return value


_hash_word = _WordHashes().__getitem__


def _hash_words(words: tuple[str, str]) -> int:
    before, word = words
    value = _hash_word(before)
    # A word whose hash is 0 counts as none.
    return _hash_word(word) if value == 0 else (value * 31 + _hash_word(word)) & _MASK


def _hash_pair(text: str) -> int:
    return _hash(_PAIR_SEED, text)


def _hash(seed: int, text: str) -> int:
    value = seed
    for char in map(ord, text):
        value = (value ^ char) * _PRIME & _MASK
    return value
