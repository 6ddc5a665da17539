"""Words that stand near a value and say what it is (SPECIFICATION T-15, T-16)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate, count
from typing import Any, NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from ..match import normalise_text
from .word_characters import WORD_CHARACTERS, is_digit

_STRETCH = 256
# So far before a value its own word ends, in code points; no word of the catalogue is longer than the second.
_NEAR_REACH = 16
_LONGEST_WORD = 64
# Shorter words stand at humps of base64 everywhere.
_LEAST_AT_HUMP = 4
# A word that nothing stands before may be shorter where a hump follows: `npiNumber`.
_LEAST_BEFORE_HUMP = 3
_DIGIT = re.compile("[0-9]")
# A word is that of a number in the same line, or in the same part of a sentence.
DIGIT_OR_LINE = re.compile("[0-9\n]")
DIGIT_OR_PART = re.compile(r"[0-9]|[,;、،][\s\S]*[^ -@\[-`{-~]")
# So many digits are a number by themselves.
_FEW_DIGITS = 6
# Behind so few UTF-16 units a number is one more of a list.
_LIST_REACH = 10
# Dates and times are nobody's number; where a date is looked for, they alone are.
_DATE_OR_TIME = re.compile(
    r"(?<![0-9])(?<![0-9][./-])(?:[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?![0-9]|[./-][0-9])"
)
_DATE_OR_DIGIT = re.compile(f"{_DATE_OR_TIME.pattern}|[0-9]")
# Where a match begins within a number, what stands before it there.
_HEAD_OF_NUMBER = re.compile(r"[0-9./-]+\Z")
# So near before a number, in UTF-16 units, a word is that number's, but where one of these stands between.
_NEXT_REACH = 8
_ENDS_PART = frozenset("),;\n、،")
# Two UTF-16 units each.
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_PLAIN = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


# What joins the words of a name in a program or a file counts as a blank.
_UNJOIN = str.maketrans("_-", "  ")
_SMALL_WORD = re.compile("[a-z]+")
# Shorter words without their marks are other words: `thẻ`, `née`.
_LEAST_PLAIN = 6
_MARKS = re.compile("[\u0300-\u036f]")
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_PRINTABLE_ASCII = re.compile("[ -~]+")


class _ContextWord:
    __slots__ = ("is_stem", "lists", "text", "written")

    def __init__(self, written: str) -> None:
        # Written with `*`: any ending may follow.
        self.is_stem = written.endswith("*")
        # As texts are: look-alike letters folded, so that a word is found in the form that it has there.
        self.written = lower_of(normalise_text(written[:-1] if self.is_stem else written).text)
        self.text = self.written.translate(_UNJOIN)
        self.lists: set[int] = set()


class _Form(NamedTuple):
    """A word as it may stand in a text."""

    text: str
    # Of several words written as one: where each but the first begins.
    humps: tuple[int, ...]
    word: _ContextWord


def _list_forms(word: _ContextWord) -> list[_Form]:
    forms: list[_Form] = []
    for text in _list_writings(word):
        forms.append(_Form(text, (), word))
        parts = text.split(" ")
        if len(parts) > 1 and all(_SMALL_WORD.fullmatch(part) for part in parts):
            humps = tuple(accumulate(map(len, parts[:-1])))
            forms.append(_Form("".join(parts), humps, word))
    return forms


def _list_writings(word: _ContextWord) -> list[str]:
    """A word, and how it is typed where letters have no marks: names in programs and files above all."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", word.written)).translate(_PLAIN_LETTERS)
    is_other = plain != word.written and len(word.written) >= _LEAST_PLAIN and _PRINTABLE_ASCII.fullmatch(plain)
    return [word.text, plain.translate(_UNJOIN)] if is_other else [word.text]


class _Searched(NamedTuple):
    """A text in the three ways in which words are looked for in it; offsets are the same."""

    text: str
    lower: str
    unjoined: str


def _read(text: str) -> _Searched:
    lower = lower_of(text)
    return _Searched(text, lower, lower.translate(_UNJOIN))


class _Occurrence(NamedTuple):
    start: int
    end: int
    word: _ContextWord
    # It stands there as the list has it, not as a program's name for it.
    is_written: bool


class ContextLists:
    """
    All lists of words, made ready to be looked for at once. Threads may compile plans side by side: each step that
    changes what others see is one operation of a dictionary, a set or an attribute.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._words: dict[str, _ContextWord] = {}
        # Of how many words it is made, the search, the length of the longest word.
        self._made: tuple[int, Any, int] = (0, None, 0)
        self._next = count()

    def number_of(self, words: Sequence[str]) -> int:
        """The number of a list, to ask with. Lists with the same words share one."""
        key = tuple(words)
        known = self._numbers.get(key)
        if known is not None:
            return known
        number = next(self._next)
        for written in words:
            word = self._words.get(written)
            if word is None:
                word = self._words.setdefault(written, _ContextWord(written))
            word.lists.add(number)
        # Last: until then the lists are what they were. Whoever was first has given the number.
        return self._numbers.setdefault(key, number)

    @property
    def size(self) -> int:
        """How many lists there are: what was found in them before they were as many has to be found again."""
        return len(self._numbers)

    def find(self, searched: _Searched, begin: int, to: int) -> list[_Occurrence]:
        """The words that begin between two offsets of a text."""
        made_of, search, longest = self._made
        if made_of != len(self._words):
            _, search, longest = self._compile()
        text, lower, unjoined = searched
        size = len(unjoined)
        found: list[_Occurrence] = []
        if search is None or begin >= size:
            return found
        for last, forms in search.iter(unjoined, begin, min(size, to + longest)):
            end = last + 1
            # A word that ends with a word character does not go on there, but a number may follow its last letter.
            goes_on = end < size and unjoined[last] in WORD_CHARACTERS and unjoined[end] in WORD_CHARACTERS
            if goes_on and is_digit(unjoined[end]) and not is_digit(unjoined[last]):
                goes_on = False
            ends_at_hump = goes_on and _is_hump(text, end)
            for form, humps, word in forms:
                at = end - len(form)
                is_long = len(form) >= _LEAST_AT_HUMP
                is_inside = at > 0 and unjoined[at - 1] in WORD_CHARACTERS and unjoined[at] in WORD_CHARACTERS
                may_end = ends_at_hump and (is_long or (not is_inside and len(form) >= _LEAST_BEFORE_HUMP))
                if at >= to or (goes_on and not (word.is_stem or may_end)):
                    continue
                if is_inside and not (is_long and _is_hump(text, at)):
                    continue
                if all(_is_hump(text, at + hump) for hump in humps):
                    found.append(_Occurrence(at, end, word, lower.startswith(word.written, at)))
        return found

    def _compile(self) -> tuple[int, Any, int]:
        all_words = list(self._words.values())
        by_text: dict[str, list[_Form]] = {}
        for word in all_words:
            for form in _list_forms(word):
                if form.text:
                    by_text.setdefault(form.text, []).append(form)
        search: Any = ahocorasick.Automaton() if by_text else None
        for text, forms in by_text.items():
            search.add_word(text, tuple(forms))
        if by_text:
            search.make_automaton()
        made = (len(all_words), search, max(map(len, by_text), default=0))
        self._made = made
        return made


def lower_of(text: str) -> str:
    """Lower case with every offset kept: İ is the one letter whose lower case is longer."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.replace("İ", "i").lower()


def _is_hump(text: str, at: int) -> bool:
    """
    Whether a word of a name like `cardNumber` or `SSNNumber` begins there; what stands before it has two characters at
    least, unlike `iPhone`.
    """
    if at < 2 or not "A" <= text[at : at + 1] <= "Z" or text[at - 2] not in _PLAIN or text[at - 1] not in _PLAIN:
        return False
    return not text[at - 1].isupper() or "a" <= text[at + 1 : at + 2] <= "z"


def _find_taken(text: str, start: int, begin: int, *, is_date: bool) -> int:
    """Where a number ends before `start` whose word is not the match's, -1: none, or a line ends first."""
    between = _HEAD_OF_NUMBER.sub("", text[begin:start])
    if "\n" in between:
        return -1
    others = _DATE_OR_DIGIT if is_date else _DATE_OR_TIME
    rest = others.sub(lambda one: one[0] if is_date == (len(one[0]) > 1) else " " * len(one[0]), between)
    digits = 0
    for at in range(len(rest) - 1, -1, -1):
        if not is_digit(rest[at]):
            continue
        if digits == 0:
            behind = rest[at + 1 :]
            units = len(behind) + len(_ASTRAL.findall(behind))
            if units <= _LIST_REACH and ":" not in behind and "=" not in behind:
                return -1
        digits += 1
        if digits == _FEW_DIGITS:
            return begin + at
    return -1


def _is_before_number(text: str, end: int) -> bool:
    """Whether a number follows right behind a word."""
    units = 0
    for char in text[end : end + _NEXT_REACH]:
        if units >= _NEXT_REACH or char in _ENDS_PART:
            return False
        if is_digit(char):
            return True
        units += 2 if char >= "\U00010000" else 1
    return False


class ContextSearch:
    """Where words of any list stand in one text. A stretch is searched when it is first asked for, and once."""

    def __init__(self, text: str, lists: ContextLists) -> None:
        self._text = text
        self._lists = lists
        self._searched: _Searched | None = None
        self._stretches: dict[int, list[_Occurrence]] = {}
        # Many patterns ask of the same place.
        self._taken: dict[tuple[int, bool], int] = {}
        # The lists that have a word anywhere.
        self._held: frozenset[int] | None = None

    def holds(self, words: int) -> bool:
        """Whether a word of the list stands anywhere in the text."""
        if self._held is None:
            stretches = range((len(self._text) + _STRETCH - 1) // _STRETCH)
            held = {one.word for index in stretches for one in self._stretch(index)}
            self._held = frozenset(number for word in held for number in word.lists)
        return words in self._held

    def has(self, words: int, start: int, end: int, before: int, after: int, *, as_written: bool = False) -> bool:
        """
        Whether a word of the list stands wholly within `before` code points before or `after` behind the match; with
        `as_written` not one whose blanks are joined otherwise.
        """
        return self._has_within(words, max(0, start - before), start, as_written=as_written) or self._has_within(
            words, end, min(len(self._text), end + after), as_written=as_written
        )

    def is_near(self, words: int, start: int, parts: re.Pattern[str] = _DIGIT) -> bool:
        """Whether a word of the list stands right before `start`: few characters between, and nothing of `parts`."""
        begin = max(0, start - _NEAR_REACH - _LONGEST_WORD)
        return any(
            start - _NEAR_REACH <= one.end <= start
            and words in one.word.lists
            and parts.search(self._text, one.end, start) is None
            and start - one.end + len(_ASTRAL.findall(self._text, one.end, start)) <= _NEAR_REACH
            for index in range(begin // _STRETCH, (start + _STRETCH - 1) // _STRETCH)
            for one in self._stretch(index)
        )

    def has_own(self, words: int, start: int, end: int, before: int, after: int, *, is_date: bool) -> bool:
        """
        As `has`, but for words that are another number's: more digits stand between, or they stand right before the
        next one (T-71).
        """
        begin = max(0, start - before)
        taken = self._taken.get((start, is_date))
        if taken is None:
            taken = self._taken[start, is_date] = _find_taken(self._text, start, begin, is_date=is_date)
        return any(
            begin <= one.start and taken < one.end <= start and words in one.word.lists
            for index in range(begin // _STRETCH, (start + _STRETCH - 1) // _STRETCH)
            for one in self._stretch(index)
        ) or any(
            end <= one.start
            and one.end <= end + after
            and words in one.word.lists
            and not _is_before_number(self._text, one.end)
            for index in range(end // _STRETCH, (end + after + _STRETCH - 1) // _STRETCH)
            for one in self._stretch(index)
        )

    def _has_within(self, words: int, begin: int, to: int, *, as_written: bool) -> bool:
        for index in range(begin // _STRETCH, (to + _STRETCH - 1) // _STRETCH):
            for start, end, word, is_written in self._stretch(index):
                # They stand in order of their ends: none after one that ends too late is near enough.
                if end > to:
                    break
                if start >= begin and words in word.lists and (is_written or not as_written):
                    return True
        return False

    def _stretch(self, index: int) -> list[_Occurrence]:
        known = self._stretches.get(index)
        if known is not None:
            return known
        if self._searched is None:
            self._searched = _read(self._text)
        found = self._lists.find(self._searched, index * _STRETCH, (index + 1) * _STRETCH)
        self._stretches[index] = found
        return found


def find_context_lists(text: str, lists: ContextLists) -> frozenset[int]:
    """The numbers of all lists that have a word in the text."""
    found = lists.find(_read(text), 0, len(text))
    return frozenset(number for one in found for number in one.word.lists)
