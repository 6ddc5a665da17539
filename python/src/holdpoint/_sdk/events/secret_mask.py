"""Texts of a decision without the credentials that were found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..._core import Decision, Evidence
from ..._core.detect import SECRET_KIND_NAMES
from ..._gen.tables import MAX_EVIDENCE

_FINDERS = frozenset({"secret_leak", "tool_output_scan"})
_KINDS = frozenset(SECRET_KIND_NAMES)


# Runs of this many characters are looked for when it is asked whether a mask left a part of a credential.
_REST_CHARS = 4


@dataclass(frozen=True, slots=True)
class SecretMask:
    """How texts are recorded in which a policy found credentials (SPECIFICATION S-14).

    `is_whole` is false where more was found than evidence names: then no text of the decision is known to be free of
    them.
    """

    is_whole: bool
    by_path: dict[str, list[Evidence]]

    def write(self, path: str, original: str, shown: str) -> str:
        """`shown`, which policies may have changed, without what was found in `original`.

        What stands at a place of evidence is replaced wherever `shown` has it: other masks may have moved it.
        """
        evidence = self.by_path.get(path)
        return _write_without(evidence, original, shown) if evidence else shown


def _write_without(evidence: list[Evidence], original: str, shown: str) -> str:
    places = _join_places(evidence)
    found: dict[str, str] = {}
    for start, end, written in (*places, *map(_to_place, evidence)):
        if value := original[start:end]:
            found.setdefault(value, written)
    # The longest first: one may be part of another.
    values = sorted(found, key=len, reverse=True)
    text = shown
    for value in values:
        text = text.replace(value, found[value])
    hidden = [value for value in values if shown.count(value) < original.count(value)]
    starts, ends = [place[0] for place in places], [place[1] for place in places]
    outside = [original[end:start] for end, start in zip([0, *ends], [*starts, len(original)], strict=True)]
    left = text
    for mark in found.values():
        left = left.replace(mark, "\0")
    return found[hidden[0]] if _has_rest(hidden, outside, left) else text


def _has_rest(hidden: list[str], outside: list[str], left: str) -> bool:
    """Whether a mask that lies over a part of a credential left some of it. What stands outside of all is none."""
    runs = {run for value in hidden for run in _runs_of(value)}
    if not runs:
        return False
    for text in outside:
        runs.difference_update(_runs_of(text))
    return not runs.isdisjoint(_runs_of(left))


def _runs_of(text: str) -> Iterator[str]:
    return (text[at : at + _REST_CHARS] for at in range(len(text) - _REST_CHARS + 1))


_Place = tuple[int, int, str]


def _join_places(evidence: list[Evidence]) -> list[_Place]:
    """In order. Places of several policies may reach into each other: these are one."""
    joined: list[_Place] = []
    for one in sorted(evidence, key=lambda place: (place.start, -place.end)):
        if joined and one.start < joined[-1][1]:
            start, end, written = joined[-1]
            joined[-1] = (start, max(end, one.end), written)
        else:
            joined.append(_to_place(one))
    return joined


def _to_place(one: Evidence) -> _Place:
    return one.start, one.end, f"[{one.category.upper()}]"


def create_secret_mask(decision: Decision) -> SecretMask | None:
    """None when no credential was found."""
    if not decision.violations:
        return None
    found = [one.evidence for one in decision.violations if one.policy_type in _FINDERS]
    by_path: dict[str, list[Evidence]] = {}
    for evidence in found:
        for place in evidence:
            if place.category in _KINDS:
                by_path.setdefault(place.path, []).append(place)
    is_whole = all(len(evidence) < MAX_EVIDENCE for evidence in found)
    return None if is_whole and not by_path else SecretMask(is_whole, by_path)
