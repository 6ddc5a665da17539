"""A text that is let out as it is judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..._core import Decision, Replacement, StreamNeeds, Violation
from ..._gen.errors import EnforcementUnavailableError
from ..._gen.tables import MAX_TEXT_CHARS, STREAMS
from .render_text import flatten_edits, render_text

# White space (ECMA-262, 12.2 and 12.3, with U+0085) and East Asian characters, which stand without spaces between them.
_BREAK = re.compile(
    "[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2e80-\ud7ff\uf900-\ufaff]"
    "[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2e80-\ud7ff\uf900-\ufaff]*\\Z"
)


class Judgement(NamedTuple):
    """What the policies say about the text so far."""

    decision: Decision
    edits: Sequence[Replacement]
    needs: StreamNeeds


class TextFlow:
    """Judges a growing text and says up to where it may go out. Offsets are code points from its beginning."""

    def __init__(self, judge: Callable[[str], Judgement], hold_back: int) -> None:
        self._judge = judge
        self._wanted = hold_back
        self._chunks: list[str] = []
        self._text = ""
        # Code points, and UTF-16 code units, which the limits count.
        self._length = 0
        self._units = 0
        self.released_to = 0
        self._pieces: list[Replacement] = []
        # What went out under plans that are no longer in force: it stands, whatever is found there now.
        self._past: tuple[int, list[Replacement]] = (0, [])
        # Since when a policy that blocks has gone on finding something, and which do.
        self._suspicion: tuple[int, frozenset[str]] | None = None
        self._last = judge("")
        self._judged_to = 0
        # Where only what stands in the text matters, what blocks before there is any blocks it all.
        self._is_refused = not self._last.needs.whole and any(map(_blocks, self._last.decision.violations))

    @property
    def text(self) -> str:
        """The text so far."""
        if self._chunks:
            self._text = "".join((self._text, *self._chunks))
            self._chunks.clear()
        return self._text

    @property
    def length(self) -> int:
        """Its length in code points."""
        return self._length

    @property
    def is_too_long(self) -> bool:
        """Whether it is too long ever to be judged."""
        return self._units > MAX_TEXT_CHARS

    def add(self, more: str) -> None:
        """Takes more text in."""
        self._chunks.append(more)
        self._length += len(more)
        self._units += len(more) if more.isascii() else len(more.encode("utf-16-le", "surrogatepass")) // 2

    def advance(self) -> bool:
        """Judges, when that is due; False when the stream has to end, for what has been found stands.

        Raises EnforcementUnavailableError when text that has gone out is judged differently now (SPECIFICATION F-1).
        """
        if self._is_paused or self._is_refused:
            return False
        if not self._is_due():
            return True
        self._judge_now()
        if self._is_paused or self.is_too_long or self._has_stood():
            return False
        self._release()
        return True

    def resume(self) -> None:
        """Goes on after a cut that the decision did not bear out: an agent was resumed, a policy lifted."""
        self._suspicion = None
        self._is_refused = False
        self._judge_now()

    def finish(self, decision: Decision, judgement: Judgement) -> None:
        """All may go out, as the decision on the whole text says. Raises as `advance` does."""
        self._take(judgement)
        wanted = next((one.text for one in decision.transforms if one.path == "/output"), self.text)
        whole = flatten_edits(self._last.edits)
        if self._is_paused or render_text(self.text, whole, 0, self._length) != wanted:
            raise _changed()
        self.released_to = self._length

    def render(self, start: int, end: int) -> str:
        """The text of a part that may go out, everything replaced in it."""
        return render_text(self.text, self._pieces, start, end)

    @property
    def _is_paused(self) -> bool:
        return self._last.decision.verdict == "paused"

    @property
    def _hold_back(self) -> int:
        return max(self._last.needs.hold_back, self._wanted)

    def _is_due(self) -> bool:
        if self.is_too_long:
            return True
        if self._last.needs.whole or self._length <= self._hold_back:
            return False
        step: float = max(STREAMS["step"], self._judged_to / STREAMS["stepShare"])
        return self._length - self._judged_to >= step

    def _judge_now(self) -> None:
        self._take(self._judge(self.text))

    def _take(self, judgement: Judgement) -> None:
        plan_before = self._last.decision.plan_digest
        self._last = judgement
        self._judged_to = self._length
        if self._is_paused:
            return
        if plan_before != self._last.decision.plan_digest:
            self._past = (self.released_to, _before(self._pieces, self.released_to))
        now = _join_past(self._past, flatten_edits(self._last.edits))
        if _before(now, self.released_to) != _before(self._pieces, self.released_to):
            raise _changed()
        self._pieces = now

    def _has_stood(self) -> bool:
        """True when a policy that blocks has gone on finding something for as long as text is held back."""
        policies = frozenset(one.policy_id for one in self._last.decision.violations if _blocks(one))
        if not policies:
            self._suspicion = None
            return False
        since, known = self._suspicion or (self._length, policies)
        self._suspicion = (since, known & policies) if known & policies else (self._length, policies)
        return self._length - self._suspicion[0] >= self._hold_back

    def _release(self) -> None:
        if self._last.needs.whole:
            return
        run = _BREAK.search(self.text)
        settled = run.start() + 1 if run else 0
        to: float = min(settled - self._hold_back, _find_first(self._last.decision, self.released_to))
        moved = True
        while moved:
            moved = False
            for start, end, _ in self._last.edits:
                if start < to < end:
                    to = start
                    moved = True
        self.released_to = max(self.released_to, int(to))


def _blocks(violation: Violation) -> bool:
    return violation.enforcement_mode == "block"


def _find_first(decision: Decision, released_to: int) -> float:
    """Where the first evidence begins of what stops the step; what has none stops all that has not gone out yet."""
    first = float("inf")
    for one in decision.violations:
        if one.enforcement_mode in ("block", "require_approval"):
            starts = [place.start for place in one.evidence if place.path == "/output" and place.start is not None]
            first = min(first, min(starts) if starts else released_to)
    return first


def _join_past(past: tuple[int, list[Replacement]], now: list[Replacement]) -> list[Replacement]:
    to, pieces = past
    if to == 0:
        return now
    return [*pieces, *(Replacement(max(one.start, to), one.end, one.text) for one in now if one.end > to)]


def _before(pieces: Sequence[Replacement], place: int) -> list[Replacement]:
    return [one for one in pieces if one.start < place]


def _changed() -> EnforcementUnavailableError:
    return EnforcementUnavailableError(
        "text of the stream that has gone out is judged differently now: give a longer `hold_back`"
    )
