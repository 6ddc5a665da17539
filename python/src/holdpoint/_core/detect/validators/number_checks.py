"""The checks that the catalogue states as data (validators.md, "Checks as data")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from holdpoint._gen.detectors import NUMBER_CHECKS

from .digits import Check, digits_of, is_day, is_uniform, number_at, passes_luhn, weighted_sum


def _create_check(row: dict[str, Any]) -> Check:
    starts = re.compile(row["starts"])

    def check(value: str) -> bool:
        digits = digits_of(value)
        if len(digits) not in row["digits"] or is_uniform(digits) or not starts.match("".join(map(str, digits))):
            return False
        if row["month"] >= 0 and not _holds_day(row, digits):
            return False
        if row["luhn"] and not passes_luhn(digits):
            return False
        # A number that may be shorter by one is led by a 0.
        padded = [0, *digits] if row["sums"] and len(digits) < max(row["digits"]) else digits
        return all(_agrees(one, padded) for one in row["sums"])

    return check


def _holds_day(row: dict[str, Any], digits: Sequence[int]) -> bool:
    month, day = number_at(digits, row["month"], 2), number_at(digits, row["day"], 2)
    return any(is_day(month, day - less) for less in (0, *row["dayLess"]))


def _agrees(one: dict[str, Any], digits: Sequence[int]) -> bool:
    check = _take_check(one, digits, one["weights"])
    if check == 10 and one["again"]:
        check = _take_check(one, digits, one["again"])
    return bool((one["ten"] if check == 10 else check) == digits[one["at"]])


def _take_check(one: dict[str, Any], digits: Sequence[int], weights: Sequence[int]) -> int:
    place: int = one["crossed"]
    crossed = 0 if place < 0 else digits[place] * weights[place] // 10
    modulus: int = one["modulus"]
    rest = (weighted_sum(digits, weights) + crossed) % modulus
    if one["take"] == "rest":
        return rest
    return (modulus - rest) % (modulus if one["take"] == "complement" else 10)


CHECKS: dict[str, Check] = {row["name"]: _create_check(row) for row in NUMBER_CHECKS}
