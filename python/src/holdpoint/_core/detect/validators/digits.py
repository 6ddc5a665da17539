"""What the validators share. Only ASCII digits and letters count; those of other scripts do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

# Whether a matched value can be what its pattern takes it for; never raises, whatever the text.
Check = Callable[[str], bool]

_NOT_DIGITS = re.compile(r"[^0-9]+")
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]+")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def digits_of(value: str) -> list[int]:
    """The ASCII digits of a text in order, all else dropped."""
    return [ord(char) - 48 for char in _NOT_DIGITS.sub("", value)]


def fixed_digits(value: str, length: int) -> list[int]:
    """The digits of a text, or none at all unless they are as many as wanted and not all the same."""
    digits = digits_of(value)
    return digits if len(digits) == length and not is_uniform(digits) else []


def alnum_of(value: str) -> str:
    """The ASCII letters and digits of a text in upper case, all else dropped."""
    return _NOT_ALNUM.sub("", value).upper()


def upper_of(value: str) -> str:
    """The text in upper case; one that is not ASCII stays as it is, so that no other letter turns into one of ours."""
    return value.upper() if value.isascii() else value


def is_uniform(digits: Sequence[int]) -> bool:
    """Whether all digits are the same, as in placeholders; also of none."""
    return len(set(digits)) <= 1


def number_at(digits: Sequence[int], start: int, length: int) -> int:
    """The number that `length` digits from `start` on write."""
    number = 0
    for digit in digits[start : start + length]:
        number = number * 10 + digit
    return number


def weighted_sum(digits: Sequence[int], weights: Iterable[int]) -> int:
    """Sum of digit times weight over as many digits as there are weights."""
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def cross_sum(digits: Sequence[int], weights: Iterable[int]) -> int:
    """As the weighted sum, but of each product the sum of its two digits."""
    return sum(sum(divmod(digit * weight, 10)) for digit, weight in zip(digits, weights, strict=False))


def passes_luhn(digits: Sequence[int]) -> bool:
    """Luhn's test: from the right every second digit doubled, 9 off above 9, sum divisible by 10 (ISO/IEC 7812-1)."""
    return cross_sum(digits[::-1], (index % 2 + 1 for index in range(len(digits)))) % 10 == 0


def is_day(month: int, day: int) -> bool:
    """Whether a month has that day; February has 29, since many numbers do not tell the century."""
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]
