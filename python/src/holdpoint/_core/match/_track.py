"""Spans of one pattern in a text that comes in pieces; the same as in TypeScript, in code points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdpoint._core.match._automaton import Automaton
from holdpoint._core.match._re2 import Regexp
from holdpoint._core.match._spans import Window, find_byte_spans


@dataclass(frozen=True)
class StreamSpan:
    """A span that is final; `cut` when the match may have gone on past the hold-back and was cut there."""

    pattern: int
    start: int
    end: int
    cut: bool = False


class SpanRun:
    """Searches from every position at once, character by character.

    A stretch begins with the character that puts a first match under way (or shows an empty one) and ends where none is
    under way any more: no match can reach across, so each is searched for spans as a text of its own, and only when a
    match ended in it. Over bytes, `text` holds one character a byte.
    """

    def __init__(self, automaton: Automaton, regexp: Callable[[], Regexp], *, over_bytes: bool) -> None:
        self._automaton = automaton
        self._regexp = regexp
        self._over_bytes = over_bytes
        self._state = automaton.begin()
        self._stretch_from = -1
        self._before_stretch = ""
        self._last_char = ""
        self._match_ended = False
        self._last_end = -1
        self.read_to = 0

    @property
    def held_from(self) -> int:
        """Where the text begins that is still needed."""
        return self.read_to if self._stretch_from < 0 else self._stretch_from

    def forget_stretch(self) -> None:
        """Give the search up where it stands and begin anew after it."""
        self._state = self._automaton.begin((), self._last_char)
        self._stretch_from = -1
        self._match_ended = False
        self._last_end = self.read_to

    def read(self, text: str, begins_at: int, *, last: bool) -> list[tuple[int, int]]:
        """Read on to the end of `text`, whose first character is at `begins_at`; return the spans that are final."""
        spans: list[tuple[int, int]] = []
        step = self._automaton.step
        state = self._state
        at = self.read_to - begins_at
        end = len(text)
        while at < end:
            char = text[at]
            state = state.nexts.get(char) or step(state, char)
            if state.kernel or state.reports:
                if self._stretch_from < 0:
                    self._stretch_from = begins_at + at
                    self._before_stretch = text[at - 1] if at > 0 else self._last_char
                if state.reports:
                    self._match_ended = True
                at += 1
                continue
            at += 1
            if self._stretch_from >= 0:
                self._settle(text, begins_at, at, text[at : at + 1] or " ", spans)
        self._state = state
        if text:
            self._last_char = text[-1]
        self.read_to = begins_at + end
        if last:
            if step(state, "").reports:
                self._match_ended = True
                if self._stretch_from < 0:
                    self._stretch_from = self.read_to
                    self._before_stretch = self._last_char
            if self._stretch_from >= 0:
                self._settle(text, begins_at, end, "", spans)
        return spans

    def _settle(self, text: str, begins_at: int, to: int, after: str, spans: list[tuple[int, int]]) -> None:
        start = self._stretch_from
        if self._match_ended:
            stretch = text[start - begins_at : to]
            encoding = "latin-1" if self._over_bytes else "utf-8"
            before = self._before_stretch.encode(encoding)
            inner = stretch.encode(encoding)
            first = len(before)
            window = Window(first, first + len(inner), first if self._last_end == start else -1)
            whole = before + inner + after.encode(encoding)
            counted = first
            chars = 0
            for begin, end in find_byte_spans(self._regexp(), whole, window, over_bytes=self._over_bytes):
                if begin == window.end and after:
                    # An empty span at the border belongs to what follows.
                    continue
                chars += len(whole[counted:begin].decode(encoding))
                width = len(whole[begin:end].decode(encoding))
                spans.append((start + chars, start + chars + width))
                chars += width
                counted = end
                self._last_end = start + chars
        self._stretch_from = -1
        self._match_ended = False


class SpanTracker:
    """The spans of one pattern, with no more held back than `max_hold_back` characters."""

    def __init__(self, pattern: int, run: SpanRun, max_hold_back: int) -> None:
        self._pattern = pattern
        self._run = run
        self._max_hold_back = max_hold_back

    @property
    def held_from(self) -> int:
        """Where the text begins that is still needed."""
        return self._run.held_from

    def read(self, text: str, begins_at: int, *, last: bool) -> list[StreamSpan]:
        """Read on to the end of `text`, whose first character is at `begins_at`; return the spans that are final."""
        found = [StreamSpan(self._pattern, *span) for span in self._run.read(text, begins_at, last=last)]
        start = self._run.held_from
        if not last and self._run.read_to - start > self._max_hold_back:
            found.append(StreamSpan(self._pattern, start, self._run.read_to, cut=True))
            self._run.forget_stretch()
        return found


class ByteSpanTracker:
    r"""The same for a pattern over bytes (`\C`, `\B`): the run counts bytes, everything else characters."""

    def __init__(self, pattern: int, run: SpanRun, max_hold_back: int) -> None:
        self._pattern = pattern
        self._run = run
        self._max_hold_back = max_hold_back
        self._bytes = ""
        self._bytes_from = 0
        # By byte held, and one more: the offset of its character in the text.
        self._offsets = [0]
        self._previous: tuple[int, int] | None = None

    @property
    def held_from(self) -> int:
        """Where the text begins that is still needed."""
        return self._offsets[self._run.held_from - self._bytes_from]

    def read(self, text: str, begins_at: int, *, last: bool) -> list[StreamSpan]:
        """Read on to the end of `text`, whose first character is at `begins_at`; return the spans that are final."""
        at = self._offsets.pop()
        for char in text[at - begins_at :]:
            encoded = char.encode("utf-8")
            self._offsets += [at] * len(encoded)
            self._bytes += encoded.decode("latin-1")
            at += 1
        self._offsets.append(at)
        found = self._widen(self._run.read(self._bytes, self._bytes_from, last=last))
        if not last and at - self.held_from > self._max_hold_back:
            found.append(StreamSpan(self._pattern, self.held_from, at, cut=True))
            self._run.forget_stretch()
        if found:
            self._previous = (found[-1].start, found[-1].end)
        drop = self._run.held_from - self._bytes_from
        self._bytes = self._bytes[drop:]
        self._offsets = self._offsets[drop:]
        self._bytes_from += drop
        return found

    def _widen(self, spans: list[tuple[int, int]]) -> list[StreamSpan]:
        found: list[StreamSpan] = []
        previous = self._previous
        offsets = self._offsets
        for start, end in spans:
            begins = offsets[start - self._bytes_from]
            last = end - self._bytes_from
            while start < last + self._bytes_from and last < len(offsets) - 1 and offsets[last] == offsets[last - 1]:
                last += 1
            widened = (begins, offsets[last])
            if previous is not None and (begins < previous[1] or widened == previous):
                continue
            previous = widened
            found.append(StreamSpan(self._pattern, *widened))
        return found
