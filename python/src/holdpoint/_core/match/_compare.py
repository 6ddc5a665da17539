"""Whether one set of patterns finds everything another one finds, by a product of automata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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


def compare_patterns(wide: Sequence[CompiledPattern], narrow: Sequence[CompiledPattern]) -> SetComparison:
    """Tell whether some wide pattern matches in every text in which some narrow one does."""
    patterns = [*wide, *narrow]
    if any(pattern.parsed.uses_bytes for pattern in patterns):
        return SetComparison("unknown", reason="a pattern with `\\C` or `\\B` runs over bytes")
    return _explore(Automaton([pattern.search_tree for pattern in patterns]), len(wide))


def _explore(automaton: Automaton, wide_count: int) -> SetComparison:
    samples = _sample_classes(automaton)
    start = _Place(automaton.begin(), False, None, "")
    seen = {_key(start)}
    queue = [start]
    for place in queue:
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
            reason = f"more than {match_limits.MAX_PRODUCT_STATES} states to compare"
            return SetComparison("unknown", reason=reason)
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
