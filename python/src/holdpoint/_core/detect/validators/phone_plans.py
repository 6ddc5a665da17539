"""Telephone numbers as the countries' plans have them (libphonenumber's metadata)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from holdpoint._gen.detectors import PHONE_PLANS

from .digits import Check

_NUMBER = re.compile(r"[0-9 \t\n\v\f\r+()./-]*")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_TRUNK_IN_BRACKETS = re.compile(r"\([ \t\n\v\f\r]*0[ \t\n\v\f\r]*\)")


class _Plan(NamedTuple):
    trunk: str
    numbers: re.Pattern[str]


@lru_cache(maxsize=1)
def _by_code() -> dict[str, list[_Plan]]:
    """By calling code."""
    plans: dict[str, list[_Plan]] = {}
    for line in PHONE_PLANS.split("\n"):
        code, trunk, pattern = line.split(",", 2)
        plans.setdefault(code, []).append(_Plan(trunk, re.compile(pattern)))
    return plans


@lru_cache(maxsize=1)
def _by_trunk() -> dict[str, list[_Plan]]:
    """By trunk prefix; plans without one are left out: any digits at all would be a number of some of them."""
    plans: dict[str, list[_Plan]] = {}
    for own in _by_code().values():
        for plan in own:
            if plan.trunk:
                plans.setdefault(plan.trunk, []).append(plan)
    return plans


def _before_extension(value: str) -> str:
    """The number before its extension, which begins at the first letter or `#`."""
    match = _NUMBER.match(value)
    return match[0] if match else ""


def _phone_e164(value: str) -> bool:
    """A number with its calling code, after `+` or `00`, that the country's plan has; `(0)` is left out."""
    written = _TRUNK_IN_BRACKETS.sub("", _before_extension(value), count=1)
    digits = _NOT_DIGITS.sub("", written).removeprefix("00")
    for length in (1, 2, 3):
        own = _by_code().get(digits[:length])
        rest = digits[length:]
        if own:
            return any(
                plan.numbers.fullmatch(rest) or (plan.trunk == "0" and plan.numbers.fullmatch(rest[1:])) for plan in own
            )
    return False


# Dates, months and numbers of orders that begin with 0 have up to eight digits.
_LEAST_NATIONAL = 9


def _phone_national(value: str) -> bool:
    """A number that begins with the trunk prefix of some country and goes on as its plan says.

    Shorter ones may be anything.
    """
    digits = _NOT_DIGITS.sub("", _before_extension(value))
    return len(digits) >= _LEAST_NATIONAL and any(
        digits.startswith(trunk) and any(plan.numbers.fullmatch(digits[len(trunk) :]) for plan in own)
        for trunk, own in _by_trunk().items()
    )


def _phone_plan(value: str) -> bool:
    """A number as some country has it: behind its calling code without a sign, the trunk prefix, or by itself."""
    digits = _NOT_DIGITS.sub("", _before_extension(value))
    if not 5 <= len(digits) <= 17 or len(set(digits)) == 1:
        return False
    return any(_has_number(code, plan, digits) for code, own in _by_code().items() for plan in own)


def _has_number(code: str, plan: _Plan, digits: str) -> bool:
    trunk, numbers = plan
    if numbers.fullmatch(digits):
        return True
    if trunk and digits.startswith(trunk) and numbers.fullmatch(digits[len(trunk) :]):
        return True
    if not digits.startswith(code):
        return False
    rest = digits[len(code) :]
    return bool(
        numbers.fullmatch(rest) or (trunk == "0" and rest.startswith("0") and numbers.fullmatch(rest[1:])),
    )


CHECKS: dict[str, Check] = {
    "phone_e164": _phone_e164,
    "phone_national": _phone_national,
    "phone_plan": _phone_plan,
}
