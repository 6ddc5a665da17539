import math
import random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint._core.match import (
    PatternSet,
    PatternSource,
    Span,
    StreamSpan,
    StreamStep,
    compile_set,
    equivalent,
    includes,
)
from holdpoint._gen import match_limits


def set_of(*sources: str) -> PatternSet:
    result = compile_set([PatternSource(f"p{i}", source) for i, source in enumerate(sources)])
    assert result.set is not None, result.problems
    return result.set


def test_tells_which_patterns_match_in_ascending_order() -> None:
    assert set_of("zebra", "(?i)APPLE", "q$", "^x").scan("x zebra apple q") == (0, 1, 2, 3)
    assert set_of("abc").scan("nothing") == ()


def test_flags_go_with_their_pattern() -> None:
    result = compile_set([PatternSource("a", "abc", "i"), PatternSource("b", "abc")])
    assert result.set is not None
    assert result.set.scan("ABC") == (0,)


def test_lone_surrogates_count_as_the_replacement_character() -> None:
    assert set_of("a\ufffdb").scan("a\ud800b") == (0,)
    assert set_of("\ufffd").spans("x\udc00", 0) == (Span(1, 2),)


@pytest.mark.parametrize(
    ("source", "text", "spans"),
    [
        ("a|ab|abc", "😀abcab", [(1, 4), (4, 6)]),
        ("b*", "abb", [(0, 0), (1, 3)]),
        ("", "é", [(0, 0), (1, 1)]),
        ("\\B", "aéb", [(1, 1)]),
        ("\\C+", "é日", [(0, 2)]),
    ],
)
def test_spans_are_leftmost_longest_in_code_points(source: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert set_of(source).spans(text, 0) == tuple(Span(start, end) for start, end in spans)


@pytest.mark.parametrize(
    ("source", "position", "reason"),
    [
        ("a(?=b)", 1, "look-ahead"),
        ("x(?<!b)", 1, "negative look-behind"),
        # In code points, of which 16,384 UTF-16 units hold fewer.
        ("a" * 16_385, 16_384, "the pattern is longer than 16384 UTF-16 units"),
        ("\U0001f600" * 8_193, 8_192, "the pattern is longer than 16384 UTF-16 units"),
        # What google-re2 cannot hold is refused in our words.
        ("\\pL{1000}" * 30, 0, "the program of the pattern is too large"),
        ("(a)\\1", 3, "back-reference"),
        ("a{1001}", 1, "repetition `{1001}` is above 1000"),
        ("(a", 0, "`(` lacks its `)`"),
        ("\\p{Klingon}", 0, "unknown category or script"),
        ("a\ud800", 1, "lone surrogate"),
    ],
)
def test_refuses_with_a_position_and_a_reason(source: str, position: int, reason: str) -> None:
    result = compile_set([PatternSource("bad", source)])
    assert not result.ok
    assert result.problems[0].message.startswith(reason)
    assert result.problems[0].position == position


def test_names_every_problem() -> None:
    result = compile_set([PatternSource("a", "x"), PatternSource("a", "("), PatternSource("b", "x", "q")])
    assert [problem.id for problem in result.problems] == ["a", "a", "b"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("(){}[]*+?|\\^$.-,:<>=PQbB019aé"), max_size=20))
def test_never_raises_on_a_pattern(source: str) -> None:
    result = compile_set([PatternSource("any", source)])
    assert result.ok or all(0 <= problem.position <= len(source) for problem in result.problems)


def test_a_stream_gives_the_answers_of_one_scan_at_every_cut() -> None:
    patterns = set_of("foo\\b", "b.r", "(?i)straße", "x$", "日本")
    text = "foob bar STRASSE straße 日本 x"
    for cut in range(len(text) + 1):
        stream = patterns.stream()
        found = [*stream.push(text[:cut]).found, *stream.push(text[cut:]).found, *stream.end().found]
        assert sorted(found) == list(patterns.scan(text))


def test_a_large_set_is_compiled_in_pieces() -> None:
    rng = random.Random(1)  # noqa: S311
    words = ["".join(rng.choices("abcdefghij", k=7)) for _ in range(500)]
    patterns = set_of(*(f"(?i)\\b{word}\\W+(?:\\w+\\W+){{0,5}}end" for word in words))
    assert patterns.scan(f"so {words[321]} one two end") == (321,)


def test_a_pattern_the_twin_takes_is_taken_here_however_large() -> None:
    assert set_of("x", "=\\p{L}{1000}é").scan(f"={'ß' * 1000}é") == (1,)


def test_a_stream_reports_as_it_goes() -> None:
    stream = set_of("foo\\b", "b.r", "x$", "(?s)a.*z").stream()
    assert stream.push("foo").found == ()
    assert stream.push(" bar").found == (0, 1)
    assert stream.push("-" * 4000).found == ()
    assert stream.push("z").found == ()
    assert stream.push("x").found == ()
    assert stream.end().found == (2, 3)


def test_a_stream_holds_back_a_span_that_may_go_on() -> None:
    stream = set_of("\\d{3}-\\d{4}").stream(spans=[0])
    assert stream.push("call 555-") == StreamStep((), (), 5)
    assert stream.push("1234 now") == StreamStep((0,), (StreamSpan(0, 5, 13),), 17)
    assert stream.end() == StreamStep((), (), 17)


@pytest.mark.parametrize("source", ["a+b", "a+b\\B"])
def test_a_stream_cuts_a_span_that_outgrows_the_hold_back(source: str) -> None:
    stream = set_of(source).stream(spans=[0], max_hold_back=100)
    step = stream.push("x" + "a" * 150)
    assert step.spans == (StreamSpan(0, 1, 151, cut=True),)
    assert step.released_to == 151


@pytest.mark.parametrize("bound", [math.nan, math.inf, match_limits.MAX_HOLD_BACK])
def test_a_stream_holds_back_up_to_the_limit_where_the_bound_asked_for_is_no_number(bound: float) -> None:
    stream = set_of("(?s)x.*y").stream(spans=[0], max_hold_back=cast("int", bound))
    assert stream.push("x" + "a" * 3000).released_to == 0
    assert stream.push("a" * 70_000).released_to == 73_001


def test_a_stream_holds_back_no_more_than_its_bound() -> None:
    rng = random.Random(5)  # noqa: S311
    patterns = set_of("a+b", "x\\w*y", "\\Ba.*c", "é\\C*z")
    for _ in range(30):
        text = "".join(rng.choices("aaaxwé b\n😀", k=300))
        stream = patterns.stream(spans=[0, 1, 2, 3], max_hold_back=30)
        released = at = 0
        while at < len(text):
            size = rng.randint(1, 40)
            step = stream.push(text[at : at + size])
            at = min(len(text), at + size)
            assert released <= step.released_to
            assert at - step.released_to <= 30
            assert all(released <= span.start and span.end <= at for span in step.spans)
            released = step.released_to


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab1é -😀\n"), max_size=30), st.lists(st.integers(1, 8), max_size=12))
def test_a_stream_gives_the_spans_of_one_search(text: str, sizes: list[int]) -> None:
    patterns = set_of("a+b", "\\b1*", "é.?", "\\B-", "(?m)^.+$", "b*", "\\C{3}")
    stream = patterns.stream(spans=range(7))
    steps = []
    at = 0
    for size in [*sizes, len(text)]:
        steps.append(stream.push(text[at : at + size]))
        at += size
    steps.append(stream.end())
    spans = sorted((span.pattern, span.start, span.end) for step in steps for span in step.spans)
    assert spans == [(i, span.start, span.end) for i in range(7) for span in patterns.spans(text, i)]


def test_sets_are_compared_with_a_text_that_shows_the_difference() -> None:
    assert includes(set_of("foo"), set_of("foobar", "\\bfoo\\b")).answer == "yes"
    assert equivalent(set_of("(?i)abc"), set_of("[aA][bB][cC]")).answer == "yes"
    comparison = includes(set_of("\\bfoo\\b"), set_of("foo"))
    assert comparison.counter_example is not None
    assert set_of("foo").scan(comparison.counter_example) == (0,)
    assert set_of("\\bfoo\\b").scan(comparison.counter_example) == ()


def test_deep_nesting_is_read_without_deep_recursion() -> None:
    deep = "(?:" * 900 + "a" + ")?b" * 900
    patterns = set_of(deep)
    explanation = patterns.explain(0)
    assert explanation is not None
    assert explanation.max_length == 901
    assert patterns.stream(spans=[0]).push("ab").found == (0,)


def test_a_set_says_what_it_is_made_of() -> None:
    stats = set_of("abc", "d+").stats()
    assert (stats.engine, stats.patterns, stats.searches) == ("google-re2", 2, 1)
    assert stats.program_size > 0
