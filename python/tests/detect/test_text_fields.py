"""Fields of a text, and what speaks against a number that fills one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core.detect.pii_fields import looks_made_up, reads_as_time
from holdpoint._core.detect.text_fields import find_fields


def _fields_of(text: str) -> list[str]:
    return [text[start:end] for start, end in find_fields(text)]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("337090443", ["337090443"]),
        ('  "337090443" ', ["337090443"]),
        ("ana,337090443,lisbon", ["337090443"]),
        ("ana, 337090443, and lisbon 5", ["ana, 337090443, and lisbon 5"]),
        ("1,234,567", ["1,234,567"]),
        ("| 42 | 337 |\n|---|---|", ["337"]),
        ("first 1\r\nsecond\r\n\tthird 3", ["first 1", "third 3"]),
        ("ABCDEFGH", ["ABCDEFGH"]),
        ("no digit\nin these lines", ["no digit\nin these lines"]),
        ("", []),
        ("12", []),
        ("1" * 64, ["1" * 64]),
        ("1" * 65 + "\n5551", ["5551"]),
        ("a " * 40 + "1\n5551", ["5551"]),
    ],
)
def test_fields_are_lines_and_cells(text: str, fields: list[str]) -> None:
    assert _fields_of(text) == fields


@given(st.text(alphabet="12ab ,;|\t\n\r\"'\xa0", max_size=300))
def test_fields_are_what_stands_between_separators(text: str) -> None:
    found = _fields_of(text)
    assert all(field.strip(" \xa0") == field for field in found)
    parts = re.split("[\n\r\t|]|[,;](?![ \xa0])", text)
    assert {part for part in parts if re.fullmatch("[12ab]{5,64}", part) and re.search("[0-9]", part)} <= set(found)


@pytest.mark.parametrize("digits", ["20240131", "19991231235959", "1718000003", "1718000003123"])
def test_times_are_recognised(digits: str) -> None:
    assert reads_as_time(digits)


@pytest.mark.parametrize("digits", ["20241331", "337090443", "1300000000", "20240131256000"])
def test_other_digits_are_no_times(digits: str) -> None:
    assert not reads_as_time(digits)


@pytest.mark.parametrize(
    "digits", ["12345678", "987654321", "901 2345678", "111111118", "00-00-01", "11223344", "11112345678"]
)
def test_made_up_digits_are_recognised(digits: str) -> None:
    assert looks_made_up(digits)


@pytest.mark.parametrize("digits", ["337090443", "1234560", "8801671163269", "11213344", "900 87654321", "T1234567Z"])
def test_drawn_digits_are_not_made_up(digits: str) -> None:
    assert not looks_made_up(digits)
