"""Which patterns of a large set a text can hold at all: a search for literals, before any pattern runs.

Hundreds of patterns with gaps (`ignore\\W+(?:\\w+\\W+){0,5}rules`) multiply the states of one automaton until ordinary
text leads to a new one at every character. Literals do not, so they are searched first (decision match-two-steps).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

import ahocorasick  # type: ignore[import-not-found]

from holdpoint._gen.first_pass import FOLD, PARTS, PATTERNS

_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_BOUNDARY = "\0"


def find_parts(source: str, flags: str) -> tuple[int, ...]:
    """Return the parts of which a text holds a literal each where the pattern matches; none for an unknown one."""
    key = hashlib.sha256(f"{flags}/{source}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return PATTERNS.get(key, ())


_Borders = tuple[int, bool, bool, int]
_NOTHING: frozenset[int] = frozenset()
# Folding of ASCII, as `bytes.translate` wants it: five times as fast as that of `str`.
_ASCII_FOLD = bytes(FOLD.get(code, code) if code < 0x80 else code for code in range(256))
# The automaton asks the letters of a state one after the other, in the order in which they came.
_BY_FREQUENCY = {ord(letter): place for place, letter in enumerate(" etaoinsrhldcumfpgwybvkxjqz0")}


class FirstPass:
    """A search for the parts of patterns; `items` are what stands for a pattern, with its parts, the rarest first."""

    def __init__(self, items: Iterable[tuple[int, tuple[int, ...]]]) -> None:
        self._waiting: dict[int, list[tuple[int, frozenset[int]]]] = {}
        further: set[int] = set()
        for item, parts in items:
            self._waiting.setdefault(parts[0], []).append((item, frozenset(parts[1:])))
            further.update(parts[1:])
        # Ordinary text holds the rarest part of no pattern: the others need not be looked for then.
        self._rarest = _compile_parts(self._waiting)
        self._further = _compile_parts(further) if further else None

    def find(self, text: str, encoded: bytes) -> AbstractSet[int]:
        """Return the items whose parts all stand in the text; a pattern that matches there is among them."""
        folded = str(encoded.translate(_ASCII_FOLD), "ascii") if text.isascii() else text.translate(FOLD)
        found = _find_parts(self._rarest, folded, text)
        if not found:
            return _NOTHING
        items: set[int] = set()
        waiting: list[tuple[int, frozenset[int]]] = []
        for part in found:
            for one in self._waiting[part]:
                if one[1]:
                    waiting.append(one)
                else:
                    items.add(one[0])
        if waiting and self._further is not None:
            further = _find_parts(self._further, folded, text)
            items.update([item for item, others in waiting if others <= further])
        return items


def _compile_parts(parts: Iterable[int]) -> Any:
    """Return a search for the literals of some parts; it gives what stands for each: parts, and parts with borders."""
    plain: dict[str, list[int]] = {}
    bounded: dict[str, list[_Borders]] = {}
    for part in sorted(parts):
        for literal in PARTS[part]:
            text = literal.strip(_BOUNDARY)
            begins, ends = literal.startswith(_BOUNDARY), literal.endswith(_BOUNDARY)
            if begins or ends:
                bounded.setdefault(text, []).append((len(text), begins, ends, part))
            else:
                plain.setdefault(text, []).append(part)
    automaton: Any = ahocorasick.Automaton()
    for text in sorted({**plain, **bounded}, key=lambda text: text.translate(_BY_FREQUENCY)):
        automaton.add_word(text, (len(automaton), tuple(plain.get(text, ())), tuple(bounded.get(text, ()))))
    automaton.make_automaton()
    return automaton


def _find_parts(automaton: Any, folded: str, text: str) -> set[int]:
    found: set[int] = set()
    # Literals that can show nothing more: long runs of one sort of character hold the same ones at each place.
    done: set[int] = set()
    for end, (literal, plain, bounded) in automaton.iter(folded):
        if literal in done:
            continue
        found.update(plain)
        is_done = True
        for length, begins, ends, part in bounded:
            if part in found:
                continue
            if (not begins or _is_border(text, end - length + 1)) and (not ends or _is_border(text, end + 1)):
                found.add(part)
            else:
                is_done = False
        if is_done:
            done.add(literal)
    return found


def _is_border(text: str, at: int) -> bool:
    r"""`\b`, as RE2 has it: between an ASCII word character and anything else."""
    return (at > 0 and text[at - 1] in _WORD) != (at < len(text) and text[at] in _WORD)
