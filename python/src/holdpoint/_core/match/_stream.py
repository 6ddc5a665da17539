"""Streams: the answers of one scan over the whole text, wherever the pieces are cut."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from holdpoint._core.match._automaton import Automaton, State
from holdpoint._core.match._re2 import Regexp
from holdpoint._core.match._track import StreamSpan

# Bytes before a piece that are searched again with it, so that most matches are reported as soon as they end.
_WINDOW = 512


@dataclass(frozen=True)
class StreamStep:
    """What a call brought: patterns `found` for the first time, and `spans` that are final, both ascending.

    Text before `released_to` (in code points of the whole text) may go out: no later span begins there.
    """

    found: tuple[int, ...]
    spans: tuple[StreamSpan, ...]
    released_to: int


class Searched(Protocol):
    """What a stream needs of a set."""

    def scan_bytes(self, encoded: bytes) -> tuple[int, ...]:
        """Return the patterns that match somewhere."""

    def regexp(self, pattern: int) -> Regexp:
        """Return one pattern."""

    def automaton(self, pattern: int) -> tuple[Automaton, bool]:
        """Return an automaton for what one pattern is searched as, and whether it runs over bytes."""


class Tracker(Protocol):
    """Finds the spans of one pattern."""

    @property
    def held_from(self) -> int:
        """Where the text begins that is still needed."""

    def read(self, text: str, begins_at: int, *, last: bool) -> list[StreamSpan]:
        """Read on; return the spans that are final."""


class _StreamScan:
    """Which patterns were found.

    google-re2 cannot carry a search from one piece to the next, so the text is kept: the last part of it is searched
    with each piece, all of it each time it has grown by an eighth, and at the end. What matches only because of what
    follows is confirmed by an automaton of our own, which can wait.
    """

    def __init__(self, searched: Searched, late: Collection[int]) -> None:
        self._searched = searched
        self._late = late
        self._encoded = bytearray()
        self._searched_to = 0
        self._found: set[int] = set()
        self._waiting: dict[int, State] = {}

    def read(self, piece: bytes, *, last: bool) -> tuple[int, ...]:
        self._encoded += piece
        fresh: list[int] = []
        if last:
            fresh += (i for i in self._searched.scan_bytes(bytes(self._encoded)) if i not in self._found)
            return tuple(fresh)
        if not piece:
            return ()
        fresh += (i for i in list(self._waiting) if self._confirm(i, piece))
        start = self._choose_window(len(piece))
        for index in self._searched.scan_bytes(bytes(self._encoded[start:])):
            if index in self._found or index in self._waiting or index in fresh:
                continue
            if index in self._late:
                self._waiting[index] = self._searched.automaton(index)[0].begin()
                if self._confirm(index, bytes(self._encoded)):
                    fresh.append(index)
            elif start == 0 or self._searched.regexp(index).search(bytes(self._encoded), start) is not None:
                fresh.append(index)
        self._found.update(fresh)
        return tuple(sorted(fresh))

    def _choose_window(self, piece_length: int) -> int:
        length = len(self._encoded)
        if length - self._searched_to >= max(1, self._searched_to // 8):
            self._searched_to = length
            return 0
        start = max(0, length - piece_length - _WINDOW)
        while start > 0 and self._encoded[start] & 0xC0 == 0x80:
            start -= 1
        return start

    def _confirm(self, pattern: int, piece: bytes) -> bool:
        automaton, over_bytes = self._searched.automaton(pattern)
        state = self._waiting[pattern]
        for char in piece.decode("latin-1" if over_bytes else "utf-8"):
            state = state.nexts.get(char) or automaton.step(state, char)
            if state.reports:
                del self._waiting[pattern]
                return True
        self._waiting[pattern] = state
        return False


class MatchStream:
    """Reads text that comes in pieces. Made by `PatternSet.stream`."""

    def __init__(
        self,
        searched: Searched,
        late: Collection[int],
        encode: Callable[[str], bytes],
        create_trackers: Callable[[], Sequence[Tracker]],
    ) -> None:
        self._searched = searched
        self._late = late
        self._encode = encode
        self._create_trackers = create_trackers
        self._begin()

    def _begin(self) -> None:
        self._scan = _StreamScan(self._searched, self._late)
        self._trackers = self._create_trackers()
        self._held = ""
        self._held_from = 0

    def push(self, chunk: str) -> StreamStep:
        """Read a piece; offsets are of the whole text."""
        return self._read(chunk, last=False)

    def end(self) -> StreamStep:
        """Report what matches only because the text ends; the stream then begins anew."""
        step = self._read("", last=True)
        self._begin()
        return step

    def _read(self, chunk: str, *, last: bool) -> StreamStep:
        piece = self._encode(chunk)
        found = self._scan.read(piece, last=last)
        self._held += piece.decode("utf-8")
        released_to = self._held_from + len(self._held)
        spans: list[StreamSpan] = []
        for tracker in self._trackers:
            spans += tracker.read(self._held, self._held_from, last=last)
            if not last:
                released_to = min(released_to, tracker.held_from)
        self._held = self._held[released_to - self._held_from :]
        self._held_from = released_to
        spans.sort(key=lambda span: (span.start, span.pattern))
        return StreamStep(found, tuple(spans), released_to)
