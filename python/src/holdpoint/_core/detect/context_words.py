"""Words that stand near a value and say what it is (SPECIFICATION T-15, T-16)."""

from __future__ import annotations

from collections.abc import Sequence

from ..match import normalise_text
from .word_characters import WORD_CHARACTERS

_STRETCH = 256


class _ContextWord:
    __slots__ = ("is_stem", "lists", "text")

    def __init__(self, written: str) -> None:
        # Written with `*`: any ending may follow.
        self.is_stem = written.endswith("*")
        # As texts are: look-alike letters folded, so that a word is found in the form that it has there.
        self.text = lower_of(normalise_text(written[:-1] if self.is_stem else written).text)
        self.lists: set[int] = set()


class ContextLists:
    """All lists of words, made ready to be looked for at once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._words: dict[str, _ContextWord] = {}
        # By the first two characters of a word in lower case: the words that begin so.
        self.by_start: dict[str, list[_ContextWord]] = {}

    def number_of(self, words: Sequence[str]) -> int:
        """The number of a list, to ask with. Lists with the same words share one."""
        key = tuple(words)
        known = self._numbers.get(key)
        if known is not None:
            return known
        number = self._numbers[key] = len(self._numbers)
        for written in words:
            word = self._words.get(written)
            if word is None:
                word = self._words[written] = _ContextWord(written)
                self.by_start.setdefault(word.text[:2], []).append(word)
            word.lists.add(number)
        return number


def lower_of(text: str) -> str:
    """Lower case with every offset kept: İ is the one letter whose lower case is longer."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.replace("İ", "i").lower()


class ContextSearch:
    """Where words of any list stand in one text. A stretch is searched when it is first asked for, and once."""

    def __init__(self, text: str, lists: ContextLists) -> None:
        self._text = text
        self._by_start = lists.by_start
        self._lower: str | None = None
        self._stretches: dict[int, list[tuple[int, int, _ContextWord]]] = {}

    def has(self, words: int, start: int, end: int, before: int, after: int) -> bool:
        """Whether a word of the list stands wholly within `before` code points before or `after` behind the match."""
        return self._has_within(words, max(0, start - before), start) or self._has_within(
            words, end, min(len(self._text), end + after)
        )

    def _has_within(self, words: int, begin: int, to: int) -> bool:
        return any(
            start >= begin and end <= to and words in word.lists
            for index in range(begin // _STRETCH, (to + _STRETCH - 1) // _STRETCH)
            for start, end, word in self._stretch(index)
        )

    def _stretch(self, index: int) -> list[tuple[int, int, _ContextWord]]:
        known = self._stretches.get(index)
        if known is not None:
            return known
        if self._lower is None:
            self._lower = lower_of(self._text)
        lower = self._lower
        found = _find_words(lower, index * _STRETCH, (index + 1) * _STRETCH, self._by_start)
        self._stretches[index] = found
        return found


def find_context_lists(text: str, lists: ContextLists) -> frozenset[int]:
    """The numbers of all lists that have a word in the text."""
    words = _find_words(lower_of(text), 0, len(text), lists.by_start)
    return frozenset(number for _, _, word in words for number in word.lists)


def _find_words(
    lower: str, begin: int, to: int, by_start: dict[str, list[_ContextWord]]
) -> list[tuple[int, int, _ContextWord]]:
    """The words that begin between two offsets of a text in lower case."""
    found: list[tuple[int, int, _ContextWord]] = []
    for at in range(begin, min(len(lower), to)):
        if at > 0 and lower[at - 1] in WORD_CHARACTERS and lower[at] in WORD_CHARACTERS:
            continue
        for key in {lower[at : at + 2], lower[at]}:
            for word in by_start.get(key, ()):
                if not lower.startswith(word.text, at):
                    continue
                end = at + len(word.text)
                # A word that ends with a word character does not go on there.
                if word.is_stem or not (lower[end - 1] in WORD_CHARACTERS and lower[end : end + 1] in WORD_CHARACTERS):
                    found.append((at, end, word))
    return found
