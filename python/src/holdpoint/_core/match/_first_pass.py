"""Which patterns of a large set a text can hold at all: a search for literals, before any pattern runs.

Hundreds of patterns with gaps (`ignore\\W+(?:\\w+\\W+){0,5}rules`) multiply the states of one automaton until ordinary
text leads to a new one at every character. Literals do not, so they are searched first (decision match-two-steps).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import ahocorasick  # type: ignore[import-not-found]

from holdpoint._gen.first_pass import FOLD, PARTS, PATTERNS

_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_BOUNDARY = "\0"


def find_parts(source: str, flags: str) -> tuple[int, ...]:
    """Return the parts of which a text holds a literal each where the pattern matches; none for an unknown one."""
    key = hashlib.sha256(f"{flags}/{source}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return PATTERNS.get(key, ())


class FirstPass:
    """A search for the parts of patterns; `items` are what stands for a pattern, with its parts, the rarest first."""

    def __init__(self, items: Iterable[tuple[int, tuple[int, ...]]]) -> None:
        self._waiting: dict[int, list[tuple[int, frozenset[int]]]] = {}
        wanted: set[int] = set()
        for item, parts in items:
            self._waiting.setdefault(parts[0], []).append((item, frozenset(parts[1:])))
            wanted.update(parts)
        plain: dict[str, list[int]] = {}
        bounded: dict[str, list[tuple[int, bool, bool, int]]] = {}
        for part in sorted(wanted):
            for literal in PARTS[part]:
                text = literal.strip(_BOUNDARY)
                begins, ends = literal.startswith(_BOUNDARY), literal.endswith(_BOUNDARY)
                if begins or ends:
                    bounded.setdefault(text, []).append((len(text), begins, ends, part))
                else:
                    plain.setdefault(text, []).append(part)
        self._automaton: Any = ahocorasick.Automaton()
        for text in {**plain, **bounded}:
            self._automaton.add_word(text, (tuple(plain.get(text, ())), tuple(bounded.get(text, ()))))
        self._automaton.make_automaton()

    def find(self, text: str) -> set[int]:
        """Return the items whose parts all stand in the text; a pattern that matches there is among them."""
        found: set[int] = set()
        for end, (plain, bounded) in self._automaton.iter(text.translate(FOLD)):
            found.update(plain)
            for length, begins, ends, part in bounded:
                if (
                    part not in found
                    and (not begins or _is_border(text, end - length + 1))
                    and (not ends or _is_border(text, end + 1))
                ):
                    found.add(part)
        waiting = self._waiting
        return {item for part in found if part in waiting for item, further in waiting[part] if further <= found}


def _is_border(text: str, at: int) -> bool:
    r"""`\b`, as RE2 has it: between an ASCII word character and anything else."""
    return (at > 0 and text[at - 1] in _WORD) != (at < len(text) and text[at] in _WORD)
