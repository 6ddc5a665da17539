"""Sets of RE2 patterns over google-re2: scan, spans and streams, offsets in code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from holdpoint._core.match._re2 import Regexp, SearchSet, compile_longest, compile_search_set
from holdpoint._core.match._syntax import depends_on_what_follows, explain_refusal, runs_over_bytes
from holdpoint._gen import match_limits

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CHUNK = 64
_LIVE_REGEXPS = 256


@dataclass(frozen=True)
class PatternSource:
    """A pattern in RE2 syntax; `flags` is any of `imsU`."""

    id: str
    source: str
    flags: str = ""


@dataclass(frozen=True)
class PatternProblem:
    """Why a pattern was refused; `position` is in code points."""

    id: str
    position: int
    message: str


@dataclass(frozen=True)
class Span:
    """A stretch of text in code points, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class CompileSetResult:
    """A set, or every reason why there is none."""

    set: PatternSet | None
    problems: tuple[PatternProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether there is a set."""
        return self.set is not None


def compile_set(patterns: Sequence[PatternSource], *, max_bytes: int = match_limits.MAX_SET_BYTES) -> CompileSetResult:
    """Return a set of all patterns, or every reason why there is none. Never raises on a pattern."""
    problems: list[PatternProblem] = []
    seen: set[str] = set()
    if len(patterns) > match_limits.MAX_PATTERNS:
        message = f"the set has more than {match_limits.MAX_PATTERNS} patterns; split it"
        return CompileSetResult(None, (PatternProblem(patterns[match_limits.MAX_PATTERNS].id, 0, message),))
    for pattern in patterns:
        if pattern.id in seen:
            problems.append(PatternProblem(pattern.id, 0, "another pattern of the set has the same id"))
        seen.add(pattern.id)
        problem = _find_problem(pattern)
        if problem is not None:
            problems.append(problem)
    if problems:
        return CompileSetResult(None, tuple(problems))
    sources = [_with_flags(pattern) for pattern in patterns]
    chunks: list[tuple[int, SearchSet]] = []
    at = 0
    size = _CHUNK
    while at < len(sources):
        searched = compile_search_set(sources[at : at + size], max_bytes)
        if searched is not None:
            chunks.append((at, searched))
            at += size
        elif size > 1:
            size = max(1, size // 2)
        else:
            message = f"the set grows past its {max_bytes} bytes at this pattern; split it"
            return CompileSetResult(None, (PatternProblem(patterns[at].id, 0, message),))
    return CompileSetResult(PatternSet(tuple(patterns), tuple(sources), tuple(chunks)))


def _find_problem(pattern: PatternSource) -> PatternProblem | None:
    source = pattern.source
    surrogate = _LONE_SURROGATE.search(source)
    if surrogate is not None:
        return PatternProblem(pattern.id, surrogate.start(), "lone surrogate in the pattern; patterns are Unicode text")
    if len(source.encode("utf-16-le")) // 2 > match_limits.MAX_PATTERN_LENGTH:
        limit = match_limits.MAX_PATTERN_LENGTH
        return PatternProblem(pattern.id, limit, f"the pattern is longer than {limit} UTF-16 units; split it")
    for letter in pattern.flags:
        if letter not in "imsU":
            message = f"unknown flag `{letter}`; the flags are `i`, `m`, `s`, `U`"
            return PatternProblem(pattern.id, 0, message)
    compiled = compile_longest(_with_flags(pattern), match_limits.MAX_SET_BYTES)
    if isinstance(compiled, str):
        position, message = explain_refusal(source, compiled)
        return PatternProblem(pattern.id, position, message)
    return None


def _with_flags(pattern: PatternSource) -> str:
    return f"(?{pattern.flags}){pattern.source}" if pattern.flags else pattern.source


def encode_text(text: str) -> bytes:
    """Return UTF-8; a lone surrogate counts as U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode("utf-8")


class PatternSet:
    """Several patterns compiled to be searched together. Made by `compile_set`."""

    def __init__(
        self, patterns: tuple[PatternSource, ...], sources: tuple[str, ...], chunks: tuple[tuple[int, SearchSet], ...]
    ) -> None:
        self.ids = tuple(pattern.id for pattern in patterns)
        self._sources = sources
        self._chunks = chunks
        self._late = frozenset(i for i, source in enumerate(sources) if depends_on_what_follows(source))
        self._regexps: OrderedDict[int, Regexp] = OrderedDict()

    def scan(self, text: str) -> tuple[int, ...]:
        """Return the indexes, ascending, of the patterns that match somewhere in the text."""
        return self._scan_bytes(encode_text(text))

    def _scan_bytes(self, encoded: bytes) -> tuple[int, ...]:
        found: list[int] = []
        for first, searched in self._chunks:
            found.extend(first + local for local in searched.Match(encoded) or ())
        return tuple(sorted(found))

    def spans(self, text: str, pattern: int) -> tuple[Span, ...]:
        """Return all leftmost-longest, non-overlapping spans of one pattern, in code points."""
        if not 0 <= pattern < len(self.ids):
            return ()
        encoded = encode_text(text)
        return find_spans(self._regexp(pattern), encoded, over_bytes=runs_over_bytes(self._sources[pattern]))

    def first_span(self, text: EncodedText, pattern: int, at: int) -> Span | None:
        """Return the leftmost-longest span of one pattern that begins at `at` or later, or None."""
        match = self._regexp(pattern).search(text.encoded, text.to_byte(at))
        return None if match is None else Span(*map(text.to_code_point, match.span()))

    def stream(self) -> MatchStream:
        """Return a reader of text that comes in pieces."""
        return MatchStream(self)

    def _regexp(self, pattern: int) -> Regexp:
        regexp = self._regexps.pop(pattern, None)
        if regexp is None:
            compiled = compile_longest(self._sources[pattern], match_limits.MAX_SET_BYTES)
            if isinstance(compiled, str):  # pragma: no cover - it compiled before
                raise AssertionError(compiled)
            regexp = compiled
        self._regexps[pattern] = regexp
        if len(self._regexps) > _LIVE_REGEXPS:
            self._regexps.popitem(last=False)
        return regexp


class EncodedText:
    """A text as the engine reads it, for searches that begin in its midst."""

    def __init__(self, text: str) -> None:
        self.encoded = encode_text(text)
        self._starts: list[int] | None = None
        if len(self.encoded) != len(text):
            widths = (
                1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4 for char in text
            )
            self._starts = [0, *accumulate(widths)]

    def to_byte(self, at: int) -> int:
        """Return the byte offset of a code point offset."""
        return at if self._starts is None else self._starts[at]

    def to_code_point(self, offset: int) -> int:
        """Return the code point offset of the byte offset of a character."""
        return offset if self._starts is None else bisect_left(self._starts, offset)


def find_spans(regexp: Regexp, encoded: bytes, *, over_bytes: bool) -> tuple[Span, ...]:
    """Return the spans in code points; one that begins or ends inside a character covers the whole of it."""
    spans: list[Span] = []
    counted_to = 0
    counted = 0

    def to_code_points(offset: int) -> int:
        nonlocal counted_to, counted
        counted += len(encoded[counted_to:offset].decode("utf-8"))
        counted_to = offset
        return counted

    at = 0
    last_end = -1
    covered_to = 0
    while at <= len(encoded):
        match = regexp.search(encoded, at)
        if match is None:
            break
        start, end = match.span()
        at = end if end > start else start + (1 if over_bytes else _width(encoded, start))
        if end == start == last_end:
            continue
        last_end = end
        begins = _floor(encoded, start)
        ends = begins if end == start else _ceil(encoded, end)
        if begins < covered_to:
            continue
        covered_to = ends
        first = to_code_points(begins)
        span = Span(first, to_code_points(ends))
        if not spans or spans[-1] != span:
            spans.append(span)
    return tuple(spans)


def _is_inside(encoded: bytes, offset: int) -> bool:
    return offset < len(encoded) and encoded[offset] & 0xC0 == 0x80


def _floor(encoded: bytes, offset: int) -> int:
    while _is_inside(encoded, offset):
        offset -= 1
    return offset


def _ceil(encoded: bytes, offset: int) -> int:
    while _is_inside(encoded, offset):
        offset += 1
    return offset


def _width(encoded: bytes, offset: int) -> int:
    return _ceil(encoded, offset + 1) - offset


class MatchStream:
    """Gives the answers of one scan over the whole text, wherever the pieces are cut.

    google-re2 cannot carry a search from one piece to the next, so all text is kept until `end`, and searched again
    each time it has grown by an eighth. A pattern is never reported before it is sure; `end` reports all that is left.
    """

    def __init__(self, patterns: PatternSet) -> None:
        self._patterns = patterns
        self._begin()

    def _begin(self) -> None:
        self._text = ""
        self._searched_to = 0
        self._found: set[int] = set()

    def push(self, chunk: str) -> tuple[int, ...]:
        """Return the patterns found for the first time, ascending."""
        self._text += chunk
        if len(self._text) - self._searched_to < max(1, self._searched_to // 8):
            return ()
        self._searched_to = len(self._text)
        late = self._patterns._late
        # The last character may be the first half of a surrogate pair.
        settled = self._text[:-1] if self._text[-1:] >= "\ud800" and self._text[-1:] <= "\udbff" else self._text
        return self._report(index for index in self._patterns.scan(settled) if index not in late)

    def end(self) -> tuple[int, ...]:
        """Return what is left; the stream then begins anew."""
        found = self._report(iter(self._patterns.scan(self._text)))
        self._begin()
        return found

    def _report(self, indexes: object) -> tuple[int, ...]:
        fresh = tuple(index for index in indexes if index not in self._found)  # type: ignore[attr-defined]
        self._found.update(fresh)
        return fresh
