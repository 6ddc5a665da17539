import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint._core.match import PatternSet, PatternSource, Span, compile_set


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
