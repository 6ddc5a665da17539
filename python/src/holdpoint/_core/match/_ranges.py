"""Code points as sorted, disjoint, non-touching inclusive ranges, flat: `(first, last, first, last, …)`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from holdpoint._gen import unicode_tables

Ranges = tuple[int, ...]
MAX_CODE_POINT = 0x10FFFF
ANY: Ranges = (0, MAX_CODE_POINT)
_DIGITS = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")}


def merge(pairs: Iterable[tuple[int, int]]) -> Ranges:
    """Return the union of ranges given in any order."""
    merged: list[int] = []
    for first, last in sorted(pairs):
        if merged and first <= merged[-1] + 1:
            merged[-1] = max(merged[-1], last)
        else:
            merged += (first, last)
    return tuple(merged)


def pairs(ranges: Ranges) -> Iterator[tuple[int, int]]:
    """Iterate over the ranges as pairs."""
    return zip(ranges[::2], ranges[1::2], strict=True)


def negate(ranges: Ranges) -> Ranges:
    """Return every code point that is not in the ranges."""
    rest: list[int] = []
    at = 0
    for first, last in pairs(ranges):
        if first > at:
            rest += (at, first - 1)
        at = last + 1
    if at <= MAX_CODE_POINT:
        rest += (at, MAX_CODE_POINT)
    return tuple(rest)


def has(ranges: Ranges, code: int) -> bool:
    """Return whether a code point is in the ranges."""
    index = bisect_right(ranges, code)
    return index % 2 == 1 or (index > 0 and ranges[index - 1] == code)


def read_numbers(text: str) -> Iterator[int]:
    """Read what the generator wrote: five bits a character, least significant first, a flag for "more follows"."""
    value = 0
    shift = 0
    for char in text:
        digit = _DIGITS[char]
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield value
            value = shift = 0


def _open_runs(runs: str) -> Iterator[tuple[int, int]]:
    """Read runs over the code space: the length of each, and the index of its name plus one (0: none)."""
    lengths, values = runs.split(" ")
    return zip(read_numbers(lengths), read_numbers(values), strict=True)


def _read_runs(names: list[str], runs: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    at = 0
    for length, name in _open_runs(runs):
        if name:
            found[names[name - 1]].append((at, at + length - 1))
        at += length
    return found


@cache
def _groups() -> dict[str, Ranges]:
    categories = _read_runs(unicode_tables.CATEGORY_NAMES.split(" "), unicode_tables.CATEGORY_RUNS)
    scripts = _read_runs(unicode_tables.SCRIPT_NAMES.split(" "), unicode_tables.SCRIPT_RUNS)
    groups = {name: merge(members) for name, members in (*categories.items(), *scripts.items())}
    for major in "CLMNPSZ":
        groups[major] = merge(pair for name, members in categories.items() if name[0] == major for pair in members)
    groups["Any"] = ANY
    return groups


def find_unicode_group(name: str) -> Ranges | None:
    """Return the code points of a general category or a script, or None when RE2 knows no such name."""
    return _groups().get(name)


@cache
def _orbits() -> dict[int, tuple[int, ...]]:
    members: dict[int, list[int]] = {}
    at = 0
    numbers = read_numbers(unicode_tables.SIMPLE_FOLDING)
    for distance in numbers:
        at += distance
        signed = next(numbers)
        target = at + (signed // 2 if signed % 2 == 0 else -(signed + 1) // 2)
        members.setdefault(target, [target]).append(at)
    return {member: tuple(orbit) for orbit in members.values() for member in orbit}


@cache
def _foldable() -> list[int]:
    return sorted(_orbits())


def find_case_orbit(code: int) -> tuple[int, ...]:
    """Return every code point with the same simple folding, the given one included."""
    return _orbits().get(code, (code,))


def fold(ranges: Ranges) -> Ranges:
    """Return the ranges with every simple case variant added."""
    orbits = _orbits()
    foldable = _foldable()
    more = list(pairs(ranges))
    for first, last in pairs(ranges):
        for code in foldable[bisect_left(foldable, first) : bisect_right(foldable, last)]:
            more += [(member, member) for member in orbits[code]]
    return merge(more)
