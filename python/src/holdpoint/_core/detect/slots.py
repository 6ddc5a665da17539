"""What the words of a sentence do, and what pairs of that weigh (SPECIFICATION T-64 and T-65)."""

from __future__ import annotations

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from ..._gen.detectors import SLOT_MODEL
from .learned import LearnedScore, margin_of
from .learned_models import read_learned_stretches

# Code points of a text that are read from its beginning, and from its end; of one sentence; and how far words are near.
_REACH: Final = 2048
_MAX_SENTENCE: Final = 400
_NEAR_WORDS: Final = 24
_NEAR_SIGNS: Final = 10
_FIRST_WORDS: Final = 12
_FIRST_SIGNS: Final = 4

_SLOTS: Final[list[str]] = SLOT_MODEL["slots"]
_COUNT: Final = len(_SLOTS)
_QUESTION: Final = _SLOTS.index("question")
_LINK: Final = _SLOTS.index("link")
# Where pairs, words that follow each other, and first words begin among the features.
_PAIRS_AT: Final = _COUNT
_NEAR_AT: Final = _PAIRS_AT + _COUNT * _COUNT
_FIRST_AT: Final = _NEAR_AT + _COUNT * _COUNT

# Without commas and full stops of scripts whose letters these are.
_WORD_CODES = (
    "a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u06d3\u06d5-\u0963\u0966-\u1fff"
    "\u2c00-\u2fff\u3040-\ufeff\uff10-\U0010ffff"
)
_WORD: Final = re.compile(f"[{_WORD_CODES}]+")
_AFTER_WORD: Final = re.compile(f"[{_WORD_CODES}]")
_ENDS = "\n.!?;。！？؟।"
_SENTENCE: Final = re.compile(f"[^{_ENDS}]{{1,{_MAX_SENTENCE - 1}}}[{_ENDS}]|[^{_ENDS}]{{1,{_MAX_SENTENCE}}}|[{_ENDS}]")
# Scripts in which words are looked for within a row of letters, too.
_FAR: Final = 0x600
_MAX_REMEMBERED: Final = 1 << 14


class SlotUnit(NamedTuple):
    """A sentence, or two in a row, in code points, with the features of what its words do."""

    start: int
    end: int
    features: list[int]


class _Use(NamedTuple):
    language: int
    slot: int
    is_sign: bool


class _Hit(NamedTuple):
    # Code points from the beginning of the sentence's first word.
    position: int
    use: _Use


class _Sentence(NamedTuple):
    start: int
    end: int
    hits: list[_Hit]
    # Slots of marks, which belong to no language.
    marks: set[int]
    # Whether the sentence before it is the one before it in the text.
    follows: bool


class _Slots(NamedTuple):
    present: set[int]
    near: set[int]
    first: set[int]


class _Words(NamedTuple):
    # Words that stand by themselves, beginnings of words, and what stands anywhere.
    whole: dict[str, list[_Use]]
    begun: dict[str, list[_Use]]
    signs: dict[str, list[_Use]]
    # Lengths of beginnings and of signs; several words in a row by the first of them.
    begun_lengths: list[int]
    sign_lengths: dict[str, list[int]]
    rows: dict[str, list[tuple[str, bool, list[_Use]]]]


@cache
def _list_words() -> _Words:
    whole: dict[str, list[_Use]] = {}
    begun: dict[str, list[_Use]] = {}
    signs: dict[str, list[_Use]] = {}
    for language, lists in enumerate(SLOT_MODEL["words"]):
        for slot, marks in enumerate(lists):
            for mark in marks.split():
                is_sign = mark.startswith("*")
                found = signs if is_sign else begun if mark.endswith("*") else whole
                found.setdefault(mark.replace("*", "").replace("_", " "), []).append(_Use(language, slot, is_sign))
    rows: dict[str, list[tuple[str, bool, list[_Use]]]] = {}
    for words, is_whole in ((whole, True), (begun, False)):
        for word in [word for word in words if _WORD.fullmatch(word) is None]:
            first = _WORD.match(word)
            if first is not None:
                rows.setdefault(first[0], []).append((word, is_whole, words.pop(word)))
    lengths: dict[str, set[int]] = {}
    for word in signs:
        lengths.setdefault(word[0], set()).add(len(word))
    sign_lengths = {first: sorted(known) for first, known in lengths.items()}
    return _Words(whole, begun, signs, sorted({len(word) for word in begun}), sign_lengths, rows)


class _WordUses(dict[str, list[_Use]]):
    """What one word stands for by itself; texts share most of them. A memory that is full begins anew."""

    def __missing__(self, word: str) -> list[_Use]:
        words = _list_words()
        uses = list(words.whole.get(word, ()))
        for length in words.begun_lengths:
            if length > len(word):
                break
            uses += words.begun.get(word[:length], ())
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        if len(word) <= _NEAR_WORDS:
            self[word] = uses
        return uses


_uses_of_word = _WordUses()


def read_slot_units(text: str) -> list[SlotUnit]:
    """The units of a normalised text; of one language, the one that most words speak for, of equals the first."""
    folded = text.replace("\u0130", "i").lower()
    if len(folded) > 2 * _REACH:
        sentences = [*_read_sentences(folded, 0, _REACH), *_read_sentences(folded, len(folded) - _REACH, len(folded))]
    else:
        sentences = list(_read_sentences(folded, 0, len(folded)))
    language = _choose_language(sentences)
    units: list[SlotUnit] = []
    before: tuple[_Slots, int] | None = None
    for sentence in sentences:
        slots = _read_slots(sentence, language)
        _add(units, slots, sentence.start, sentence.end)
        if before is not None and sentence.follows:
            joined = _Slots(*(mine | other for mine, other in zip(before[0], slots, strict=True)))
            _add(units, joined, before[1], sentence.end)
        before = slots, sentence.start
    return units


def _read_sentences(text: str, start: int, end: int) -> Iterator[_Sentence]:
    words = _list_words()
    follows = False
    for sentence in _SENTENCE.finditer(text, start, end):
        said = sentence[0]
        first = -1
        hits: list[_Hit] = []
        for match in _WORD.finditer(said):
            word, at = match[0], match.start()
            if first < 0:
                first = at
            place = sentence.start() + at
            length = len(word)
            if match.end() == len(said) and (cut := _WORD.match(text, place, end)):
                # A sentence that is too long ends within a word, which is read as it stands.
                word = cut[0]
            hits += [_Hit(at - first, use) for use in _uses_of_word[word]]
            for row, is_whole, uses in words.rows.get(word, ()):
                if not text.startswith(row, place, end):
                    continue
                after = place + len(row)
                if not (is_whole and after < end and _AFTER_WORD.match(text, after)):
                    hits += [_Hit(at - first, use) for use in uses]
            if not word.isascii():
                hits += _find_signs(text, place, length, end, at - first)
        if first < 0:
            # Full stops in a row divide nothing.
            continue
        marks = {_LINK} if "@" in said or "://" in text[sentence.start() : sentence.end() + 2] else set()
        if said[-1] in "?？؟":
            marks.add(_QUESTION)
        says = len(hits) + len(marks) > 0
        if says:
            yield _Sentence(sentence.start() + first, sentence.end(), hits, marks, follows)
        follows = says


def _find_signs(text: str, place: int, length: int, end: int, position: int) -> Iterator[_Hit]:
    words = _list_words()
    for at in range(place, place + length):
        for size in words.sign_lengths.get(text[at], ()):
            if at > place and ord(text[at]) < _FAR:
                break
            if at + size > end:
                break
            for use in words.signs.get(text[at : at + size], ()):
                yield _Hit(position + at - place, use)


def _choose_language(sentences: list[_Sentence]) -> int:
    """Several words of a language at one place count once."""
    counts = [0] * len(SLOT_MODEL["words"])
    for sentence in sentences:
        for _, language in {(hit.position, hit.use.language) for hit in sentence.hits}:
            counts[language] += 1
    return counts.index(max(counts))


def _read_slots(sentence: _Sentence, language: int) -> _Slots:
    own = sorted((hit for hit in sentence.hits if hit.use.language == language), key=lambda hit: hit.position)
    present = {*sentence.marks, *(hit.use.slot for hit in own)}
    first = {hit.use.slot for hit in own if hit.position <= (_FIRST_SIGNS if hit.use.is_sign else _FIRST_WORDS)}
    near: set[int] = set()
    for index, (position, use) in enumerate(own):
        for at in range(index - 1, -1, -1):
            other_position, other = own[at]
            distance = position - other_position
            if distance > _NEAR_WORDS:
                break
            is_near = distance > 0 and (distance <= _NEAR_SIGNS or not use.is_sign or not other.is_sign)
            if is_near and other.slot != use.slot:
                near.add(other.slot * _COUNT + use.slot)
    return _Slots(present, near, first)


def _add(units: list[SlotUnit], slots: _Slots, start: int, end: int) -> None:
    if not slots.present:
        return
    present = sorted(slots.present)
    pairs = [_PAIRS_AT + one * _COUNT + other for at, one in enumerate(present) for other in present[at + 1 :]]
    near = [_NEAR_AT + pair for pair in slots.near]
    units.append(SlotUnit(start, end, [*present, *pairs, *near, *(_FIRST_AT + slot for slot in slots.first)]))


@cache
def _read_weights() -> list[int]:
    return [byte - 256 if byte > 127 else byte for byte in b64decode(SLOT_MODEL["weights"])]


class ModelScore(NamedTuple):
    """0-100, and the stretch of the text that says most, in code points."""

    score: int
    start: int
    end: int


# What is taken off for each doubling of the stretches.
_CHANCE_OF_STRETCHES: Final = 80


class _WeighedUnit(NamedTuple):
    start: int
    end: int
    margin: int


def score_together(text: str, letters: LearnedScore) -> ModelScore:
    """How much the letters of a text (its score by `injection`) and what its words do speak for an attack."""
    if letters.blocks == 0:
        return ModelScore(0, 0, 0)
    units = _weigh_units(text)
    bias: int = SLOT_MODEL["bias"]
    best: int | None = None
    start, end = letters.start, letters.end
    for unit in units:
        if best is None or unit.margin > best:
            start, end, best = unit
    # How often eight units were doubled, and blocks: of many one says much by chance.
    chance = 256 * max(0, len(units).bit_length() - 4) + 192 * (letters.blocks.bit_length() - 1)
    both = _add_margins(bias if best is None else best, letters.margin) - chance
    if letters.blocks > 1:
        stretch = _find_stretch(text, units)
        if stretch.margin > both:
            start, end, both = stretch
    return ModelScore(bisect_right(SLOT_MODEL["cuts"], both), start, end)


def _weigh_units(text: str) -> list[_WeighedUnit]:
    weights = _read_weights()
    bias: int = SLOT_MODEL["bias"]
    return [
        _WeighedUnit(start, end, margin_of(sum(map(weights.__getitem__, features)), len(features), bias))
        for start, end, features in read_slot_units(text)
    ]


def _add_margins(of_slots: int, of_letters: int) -> int:
    """What both models say, in 256ths of a margin."""
    one: int = SLOT_MODEL["one"]
    one_of_letters: int = SLOT_MODEL["oneOfLetters"]
    return 256 * of_slots // one + 256 * of_letters // one_of_letters


def _find_stretch(text: str, units: list[_WeighedUnit]) -> _WeighedUnit:
    """The stretch of which both say most: what stands around an attack does not thin it out there (T-68)."""
    # In order of where they begin, but for two sentences, which come right behind the second of them.
    ordered = sorted(units, key=lambda unit: unit.start)
    bias: int = SLOT_MODEL["bias"]
    at = count = 0
    best: _WeighedUnit | None = None
    for start, end, of_letters in read_learned_stretches(text):
        count += 1
        most = bias
        while at < len(ordered) and ordered[at].start < start:
            at += 1
        while at < len(ordered) and ordered[at].start < end:
            most = max(most, ordered[at].margin)
            at += 1
        margin = _add_margins(most, of_letters)
        if best is None or margin > best.margin:
            best = _WeighedUnit(start, end, margin)
    if best is None:
        return _WeighedUnit(0, 0, -(1 << 31))
    return best._replace(margin=best.margin - _CHANCE_OF_STRETCHES * (count.bit_length() - 1))
