"""JSON's escapes in a text, read; the rest is in the vectors of texts inside texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core.detect.escapes import cuts_escape, read_escapes
from holdpoint._core.match import normalise_text

PLAIN = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"], max_codepoint=0x2FF), max_size=30)


@given(PLAIN, PLAIN, st.integers(min_value=1, max_value=2), st.booleans())
def test_what_json_wrote_is_read_again_and_leads_back(before: str, after: str, times: int, ascii_only: bool) -> None:
    text = f"{before}\n<MARK>{after}"
    for _ in range(times):
        text = json.dumps(text, ensure_ascii=ascii_only)
    reading = read_escapes(normalise_text(text, decode=False), decode=False)
    assert reading is not None
    start = reading.text.index("\n<MARK>") + 1
    first, last = reading.to_original_span(start, start + 6)
    assert text[first:last] == "<MARK>"


@pytest.mark.parametrize(
    "text", [r"C:\Users\system", r"\d+\s*", r"\u12g4", "\\" * 9, "none", "at the end \\", r"\ud83d \ude00"]
)
def test_what_is_no_escape_stays_as_it_was_written(text: str) -> None:
    assert read_escapes(normalise_text(text)) is None


def test_surrogate_pairs_are_one_character() -> None:
    for text in (r"\ud83d\ude00", r"\\uD83D\\uDE00"):
        reading = read_escapes(normalise_text(text))
        assert reading is not None
        assert reading.text == "\U0001f600"
        assert reading.to_original_span(0, 1) == (0, len(text))


def test_a_span_may_cut_an_escape_in_two() -> None:
    assert cuts_escape(r"a\nb", 2, 4)
    assert cuts_escape(r"a\nb", 0, 2)
    assert not cuts_escape(r"a\nb", 3, 4)
    assert not cuts_escape(r"a\xb", 2, 4)
