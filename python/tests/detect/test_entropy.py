"""Entropy in whole numbers, as in the other language."""

from __future__ import annotations

import pytest

from holdpoint._core.detect.entropy import log2_fixed, measure_entropy


@pytest.mark.parametrize(("text", "thousandths"), [("", 0), ("aaaa", 0), ("aabb", 1000), ("abc", 1584), ("abcd", 2000)])
def test_entropy_is_measured_in_thousandths_of_a_bit(text: str, thousandths: int) -> None:
    assert measure_entropy(text) == thousandths


def test_logarithms_of_powers_of_two_are_exact() -> None:
    assert [log2_fixed(2**n) for n in range(9)] == [n * 65536 for n in range(9)]
