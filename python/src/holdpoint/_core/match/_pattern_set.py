"""Sets of RE2 patterns over google-re2: scan, spans and streams, offsets in code points."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdpoint._core.match._automaton import Automaton
from holdpoint._core.match._compile import CompiledPattern, compile_pattern
from holdpoint._core.match._explain import PatternExplanation, explain_pattern
from holdpoint._core.match._first_pass import find_parts
from holdpoint._core.match._parse import bound_nodes
from holdpoint._core.match._re2 import Regexp, compile_longest
from holdpoint._core.match._searches import CHUNK, MOST_PATTERN_BYTES, Searches, Sought, compile_chunks
from holdpoint._core.match._spans import EncodedText, Span, encode_text, find_lone_surrogate, find_spans
from holdpoint._core.match._stream import MatchStream, Tracker
from holdpoint._core.match._syntax import depends_on_what_follows, explain_refusal, runs_over_bytes
from holdpoint._core.match._track import ByteSpanTracker, SpanRun, SpanTracker
from holdpoint._core.match._tree import PatternSyntaxError
from holdpoint._gen import match_limits

_LIVE_REGEXPS = 256
_LIVE_AUTOMATA = 64
# Reading a pattern ourselves takes longer than RE2 does; below this, one over bytes can pass no limit that RE2 lacks.
_LARGE_PROGRAM = match_limits.MAX_PROGRAM_NODES // 4


@dataclass(frozen=True)
class PatternSource:
    """A pattern in RE2 syntax; `flags` is any of `imsU`.

    With `apart` a scan may leave it out where all its matches begin right behind an ASCII letter, digit or `_`.
    """

    id: str
    source: str
    flags: str = ""
    apart: bool = False


@dataclass(frozen=True)
class PatternProblem:
    """Why a pattern was refused; `position` is in code points."""

    id: str
    position: int
    message: str


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
    parts = [find_parts(one.source, one.flags) if len(patterns) > CHUNK else () for one in patterns]
    for pattern, known_parts in zip(patterns, parts, strict=True):
        if pattern.id in seen:
            problems.append(PatternProblem(pattern.id, 0, "another pattern of the set has the same id"))
        seen.add(pattern.id)
        # Patterns of the catalogue were compiled when it was generated.
        problem = None if known_parts else _find_problem(pattern)
        if problem is not None:
            problems.append(problem)
    if problems:
        return CompileSetResult(None, tuple(problems))
    # Where each digit of a long run may begin a match, states multiply until each character needs a new one.
    sources = [f"(?:^|[^0-9A-Za-z_])(?:{_with_flags(one)})" if one.apart else _with_flags(one) for one in patterns]
    always, refused = compile_chunks([i for i, one in enumerate(parts) if not one], sources, max_bytes)
    if refused is not None:
        message = f"the set grows past its {max_bytes} bytes at this pattern; split it"
        return CompileSetResult(None, (PatternProblem(patterns[refused].id, 0, message),))
    sought = Sought([(i, sources[i], one) for i, one in enumerate(parts) if one], max_bytes)
    return CompileSetResult(PatternSet(tuple(patterns), Searches(always, sought), max_bytes))


def _find_problem(pattern: PatternSource) -> PatternProblem | None:
    source = pattern.source
    surrogate = find_lone_surrogate(source)
    if surrogate >= 0:
        return PatternProblem(pattern.id, surrogate, "lone surrogate in the pattern; patterns are Unicode text")
    units = source.encode("utf-16-le")
    limit = match_limits.MAX_PATTERN_LENGTH
    if len(units) > 2 * limit:
        position = len(units[: 2 * limit].decode("utf-16-le", "replace"))
        return PatternProblem(pattern.id, position, f"the pattern is longer than {limit} UTF-16 units; split it")
    for letter in pattern.flags:
        if letter not in "imsU":
            message = f"unknown flag `{letter}`; the flags are `i`, `m`, `s`, `U`"
            return PatternProblem(pattern.id, 0, message)
    compiled = compile_longest(_with_flags(pattern), match_limits.MAX_SET_BYTES)
    is_large = source.count("(") > match_limits.MAX_NESTING or bound_nodes(source) > match_limits.MAX_PROGRAM_NODES
    if is_large or isinstance(compiled, str) or compiled.programsize > _LARGE_PROGRAM:
        try:
            compile_pattern(source, pattern.flags)
        except PatternSyntaxError as error:
            return PatternProblem(pattern.id, error.position, error.message)
    if isinstance(compiled, str):
        compiled = _compile_alone(_with_flags(pattern))
    if isinstance(compiled, str):
        position, message = explain_refusal(source, compiled)
        return PatternProblem(pattern.id, position, message)
    return None


def _compile_alone(source: str) -> Regexp | str:
    """Return a pattern for searches of its own, or RE2's reason for refusing it."""
    compiled = compile_longest(source, match_limits.MAX_SET_BYTES)
    if isinstance(compiled, str) and "too large" in compiled:
        return compile_longest(source, MOST_PATTERN_BYTES)
    return compiled


def _with_flags(pattern: PatternSource) -> str:
    return f"(?{pattern.flags}){pattern.source}" if pattern.flags else pattern.source


@dataclass(frozen=True)
class PatternSetStats:
    """What a set is made of: `program_size` in google-re2's instructions, `searches` the sets a scan runs through."""

    engine: str
    patterns: int
    program_size: int
    searches: int
    max_bytes: int


class PatternSet:
    """Several patterns compiled to be searched together. Made by `compile_set`."""

    def __init__(self, patterns: tuple[PatternSource, ...], searches: Searches, max_bytes: int) -> None:
        self.ids = tuple(pattern.id for pattern in patterns)
        self.keys = tuple(f"{pattern.flags}/{pattern.source}" for pattern in patterns)
        self._patterns = patterns
        self._sources = tuple(_with_flags(pattern) for pattern in patterns)
        self._searches = searches
        self._max_bytes = max_bytes
        # Read once a stream asks: that takes as long as a thousand texts.
        self._late: frozenset[int] | None = None
        self._regexps: OrderedDict[int, Regexp] = OrderedDict()
        self._automata: OrderedDict[tuple[int, bool], tuple[Automaton, bool]] = OrderedDict()

    def scan(self, text: str) -> tuple[int, ...]:
        """Return the indexes, ascending, of the patterns that match somewhere in the text."""
        return self.scan_encoded(text, encode_text(text))

    def scan_bytes(self, encoded: bytes) -> tuple[int, ...]:
        """Return the same for a text in UTF-8; bytes that are none stand for themselves."""
        return self.scan_encoded(encoded.decode("utf-8", "replace"), encoded)

    def scan_encoded(self, text: str, encoded: bytes) -> tuple[int, ...]:
        """Return the same for a text that is there in both forms."""
        always, sought = self._searches
        found = [members[i] for members, match in always for i in match(encoded) or ()]
        found += sought.find(text, encoded)
        return tuple(sorted(found)) if found else ()

    def spans(self, text: str, pattern: int) -> tuple[Span, ...]:
        """Return all leftmost-longest, non-overlapping spans of one pattern, in code points."""
        if not 0 <= pattern < len(self.ids):
            return ()
        encoded = encode_text(text)
        return find_spans(self.regexp(pattern), encoded, over_bytes=runs_over_bytes(self._sources[pattern]))

    def span_finder(self, text: EncodedText, pattern: int) -> Callable[[int], tuple[int, int] | None]:
        """Return a search for the leftmost-longest span of one pattern that begins at an offset or later."""
        search, encoded = self.regexp(pattern).search, text.encoded
        if text.is_plain:
            return lambda at: search(encoded, at)

        def find(at: int) -> tuple[int, int] | None:
            found = search(encoded, text.to_byte(at))
            return None if found is None else (text.to_code_point(found[0]), text.to_code_point(found[1]))

        return find

    def stream(self, *, spans: Sequence[int] = (), max_hold_back: int = match_limits.MAX_HOLD_BACK) -> MatchStream:
        """Return a reader of text that comes in pieces; it also tells the spans of the patterns in `spans`."""
        wanted = sorted({pattern for pattern in spans if 0 <= pattern < len(self.ids)})
        limit = match_limits.MAX_HOLD_BACK
        # What is no number bounds nothing.
        hold_back = max(1, max_hold_back) if max_hold_back < limit else limit
        if self._late is None:
            self._late = frozenset(i for i, source in enumerate(self._sources) if depends_on_what_follows(source))
        return MatchStream(
            self, self._late, encode_text, lambda: [self._create_tracker(pattern, hold_back) for pattern in wanted]
        )

    def explain(self, pattern: int) -> PatternExplanation | None:
        """Return what can be said of a pattern without a text; None for an index that names no pattern."""
        if not 0 <= pattern < len(self.ids):
            return None
        source = self._patterns[pattern]
        compiled = compile_pattern(source.source, source.flags)
        size = self.regexp(pattern).programsize
        return explain_pattern(source.id, source.source, source.flags, compiled, size)

    def stats(self) -> PatternSetStats:
        """Return what the set is made of; google-re2 does not tell the states it has built."""
        size = sum(self.regexp(i).programsize for i in range(len(self.ids)))
        return PatternSetStats(
            "google-re2",
            len(self.ids),
            size,
            len(self._searches.always) + len(self._searches.sought.members),
            self._max_bytes,
        )

    def regexp(self, pattern: int) -> Regexp:
        """Return one pattern for leftmost-longest searches."""
        regexp = self._regexps.pop(pattern, None)
        if regexp is None:
            compiled = _compile_alone(self._sources[pattern])
            if isinstance(compiled, str):  # pragma: no cover - it compiled before
                raise AssertionError(compiled)
            regexp = compiled
        self._regexps[pattern] = regexp
        if len(self._regexps) > _LIVE_REGEXPS:
            self._regexps.popitem(last=False)
        return regexp

    def automaton(self, pattern: int, *, whole: bool = False) -> tuple[Automaton, bool]:
        """Return an automaton for one pattern (`whole`: with all its matches), and whether it runs over bytes."""
        key = (pattern, whole)
        known = self._automata.pop(key, None)
        if known is None:
            compiled = self.compiled(pattern)
            tree = compiled.tree if whole else compiled.search_tree
            known = (Automaton([tree]), compiled.parsed.uses_bytes)
        self._automata[key] = known
        if len(self._automata) > _LIVE_AUTOMATA:
            self._automata.popitem(last=False)
        return known

    def compiled(self, pattern: int) -> CompiledPattern:
        """Return the trees of a pattern."""
        source = self._patterns[pattern]
        return compile_pattern(source.source, source.flags)

    def _create_tracker(self, pattern: int, hold_back: int) -> Tracker:
        automaton, over_bytes = self.automaton(pattern, whole=True)
        run = SpanRun(automaton, lambda: self.regexp(pattern), over_bytes=over_bytes)
        return (ByteSpanTracker if over_bytes else SpanTracker)(pattern, run, hold_back)
