import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint._core.detect.validators import VALIDATOR_NAMES, validate
from holdpoint._gen.detectors import PII_CATEGORIES

FOLDER = Path(__file__).parents[3] / "conformance/vectors/validators"
VECTORS: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text())["cases"]
]
NAMES = st.sampled_from(VALIDATOR_NAMES)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=[])),
    st.text("0123456789ABXYZabxyz -./:+%()", max_size=40),
)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_judges_as_the_vector_says(vector: dict[str, Any]) -> None:
    assert validate(vector["validator"], vector["value"]) is vector["valid"]


def test_are_those_that_the_catalogue_names() -> None:
    named = {
        pattern[name]
        for row in PII_CATEGORIES
        for pattern in row["patterns"]
        for name in ("validator", "fieldValidator")
    } - {""}
    assert tuple(sorted(named)) == VALIDATOR_NAMES


def test_have_at_least_four_valid_and_four_invalid_vectors_each() -> None:
    def count(name: str, valid: bool) -> int:
        return sum(vector["validator"] == name and vector["valid"] is valid for vector in VECTORS)

    assert [name for name in VALIDATOR_NAMES if count(name, True) < 4 or count(name, False) < 4] == []


@pytest.mark.parametrize("name", ["", "Luhn", "constructor", "__class__"])
def test_pass_nothing_under_a_name_that_is_not_known(name: str) -> None:
    assert validate(name, "4111111111111111") is False


@settings(max_examples=3000, deadline=None)
@given(NAMES, TEXTS)
def test_answer_true_or_false_to_any_text_and_the_same_again(name: str, text: str) -> None:
    answer = validate(name, text)
    assert isinstance(answer, bool)
    assert validate(name, text) is answer


@pytest.mark.parametrize("unit", ["1", "0", "A", "a", ":", "::", "1.", " ", "-", "+", "😀", "\ud800"])
@pytest.mark.parametrize("end", ["", "1", "x", " "])
def test_answer_to_texts_of_a_hundred_thousand_characters(unit: str, end: str) -> None:
    assert [name for name in VALIDATOR_NAMES if validate(name, unit * (100_000 // len(unit)) + end)] == []


@pytest.mark.parametrize("zero", [0x660, 0x966, 0xFF10, 0x1D7CE])
def test_count_no_digits_but_those_of_ascii(zero: int) -> None:
    table = {ord("0") + digit: zero + digit for digit in range(10)}
    for vector in VECTORS:
        other = vector["value"].translate(table)
        if vector["valid"] and other != vector["value"]:
            assert validate(vector["validator"], other) is False, vector["id"]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=15, max_size=15), st.integers(0, 15), st.integers(1, 9))
def test_luhn_finds_every_change_of_a_single_digit(body: list[int], place: int, change: int) -> None:
    whole = [[*body, last] for last in range(10) if validate("luhn", "".join(map(str, [*body, last])))]
    assert len(whole) == 1 or len(set(body)) == 1
    for number in whole:
        number[place] = (number[place] + change) % 10
        assert validate("luhn", "".join(map(str, number))) is False
