"""Whether one set of patterns finds everything another one finds, by a product of automata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from holdpoint._core.match._automaton import Automaton, State, kind_of
from holdpoint._core.match._compile import CompiledPattern
from holdpoint._core.match._ranges import has
from holdpoint._gen import match_limits

_READABLE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "


@dataclass(frozen=True)
class SetComparison:
    """`no` comes with the shortest text that shows it, `unknown` with the reason."""

    answer: Literal["yes", "no", "unknown"]
    counter_example: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class _Place:
    """A text read so far in which no wide pattern matched: where it leads, and the last step of it."""

    state: State
    narrow_matched: bool
    came_from: _Place | None
    char: str


@dataclass
class _Budget:
    """What a comparison may still do: for each step of the automata one, and one for each thread it carried."""

    work: int


class Compared(Protocol):
    """What a comparison needs of a set."""

    @property
    def keys(self) -> Sequence[str]:
        """What each pattern is written as."""

    def scan(self, text: str) -> Sequence[int]:
        """Return the indexes of the patterns that match somewhere in the text."""

    def compiled(self, pattern: int) -> CompiledPattern:
        """Return the trees of a pattern."""


_TOO_MUCH = SetComparison("unknown", reason=f"more than {match_limits.MAX_PRODUCT_WORK} steps to compare")
_TOO_MANY = SetComparison("unknown", reason=f"more than {match_limits.MAX_PRODUCT_STATES} states to compare")
_OVER_BYTES = SetComparison("unknown", reason="a pattern with `\\C` or `\\B` runs over bytes")


def includes(wide: Compared, narrow: Compared) -> SetComparison:
    """Tell whether some pattern of `wide` matches in every text in which some pattern of `narrow` does.

    Each narrow pattern is compared with as few wide ones as it takes: a text that shows the difference to those is
    searched for by all of `wide`, and what finds it takes part from then on.
    """
    known = set(wide.keys)
    budget = _Budget(match_limits.MAX_PRODUCT_WORK)
    answer = SetComparison("yes")
    for index, key in enumerate(narrow.keys):
        if key in known:
            continue
        result = _covers(wide, narrow.compiled(index), budget)
        if _is_stronger(result, answer):
            answer = result
    return answer


def equivalent(a: Compared, b: Compared) -> SetComparison:
    """Tell whether the two sets find something in the same texts."""
    first = includes(a, b)
    return includes(b, a) if first.answer == "yes" else first


def _is_stronger(result: SetComparison, before: SetComparison) -> bool:
    if result.counter_example is not None:
        return before.counter_example is None or len(result.counter_example) < len(before.counter_example)
    return result.answer == "unknown" and before.answer == "yes"


def _covers(wide: Compared, pattern: CompiledPattern, budget: _Budget) -> SetComparison:
    if pattern.parsed.uses_bytes:
        return _OVER_BYTES
    chosen: list[CompiledPattern] = []
    while True:
        trees = [one.search_tree for one in (*chosen, pattern)]
        result = _explore(Automaton(trees), len(chosen), budget)
        if result.counter_example is None:
            return result
        finders = wide.scan(result.counter_example)
        if not finders:
            return result
        candidates = (wide.compiled(index) for index in finders)
        following = next((one for one in candidates if not one.parsed.uses_bytes), None)
        if following is None:
            return _OVER_BYTES
        chosen.append(following)


def _explore(automaton: Automaton, wide_count: int, budget: _Budget) -> SetComparison:
    samples = _sample_classes(automaton)
    start = _Place(automaton.begin(), False, None, "")
    seen = {_key(start)}
    queue = [start]
    for place in queue:
        budget.work -= (len(samples) + 1) * (1 + len(place.state.kernel))
        if budget.work < 0:
            return _TOO_MUCH
        ended = automaton.step(place.state, "")
        if not _has_wide(ended, wide_count) and (place.narrow_matched or ended.reports):
            return SetComparison("no", counter_example=_spell(place))
        for char in samples:
            state = automaton.step(place.state, char)
            if _has_wide(state, wide_count):
                continue
            following = _Place(state, place.narrow_matched or bool(state.reports), place, char)
            key = _key(following)
            if key not in seen:
                seen.add(key)
                queue.append(following)
        if len(queue) > match_limits.MAX_PRODUCT_STATES:
            return _TOO_MANY
    return SetComparison("yes")


def _key(place: _Place) -> tuple[tuple[int, ...], int, tuple[int, ...], bool]:
    state = place.state
    return state.kernel, state.context, state.reports, place.narrow_matched


def _has_wide(state: State, wide_count: int) -> bool:
    return bool(state.reports) and state.reports[0] < wide_count


def _sample_classes(automaton: Automaton) -> list[str]:
    """Return a readable character for each class of characters that no pattern can tell apart."""
    starts = {0}
    for ranges in automaton.sets:
        for i, end in enumerate(ranges):
            starts.add(end + i % 2)
    samples: dict[tuple[int, frozenset[int]], str] = {}
    readable = _READABLE + "".join(map(chr, range(33, 127)))
    others = (
        chr(code) for code in sorted(starts | {10, 11, 0xE000, 0x10000}) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    )
    for char in (*readable, *others):
        signature = frozenset(i for i, ranges in enumerate(automaton.sets) if has(ranges, ord(char)))
        samples.setdefault((kind_of(char), signature), char)
    return list(samples.values())


def _spell(place: _Place) -> str:
    chars: list[str] = []
    at: _Place | None = place
    while at is not None:
        chars.append(at.char)
        at = at.came_from
    return "".join(reversed(chars))
