"""What the checks share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def digits_of(value: str) -> list[int]:
    """The ASCII decimal digits in order, all else dropped."""
    return [ord(char) - 48 for char in value if "0" <= char <= "9"]


def alnum_of(value: str) -> str:
    """All but ASCII letters and digits dropped, in upper case."""
    return "".join(char for char in value if char.isascii() and char.isalnum()).upper()


def weigh(digits: Sequence[int], weights: Iterable[int]) -> int:
    """The sum of products, over the shorter of the two."""
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def is_uniform(digits: Sequence[int]) -> bool:
    """True when all digits are the same."""
    return len(set(digits)) <= 1


def number_of(digits: Iterable[int]) -> int:
    """Digits as one number."""
    number = 0
    for digit in digits:
        number = number * 10 + digit
    return number


def is_day(month: int, day: int) -> bool:
    """True for a day of a month, February having 29."""
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]


def has_luhn(digits: Sequence[int]) -> bool:
    """From the right every second digit doubled, less 9 when above 9: divisible by 10 (ISO/IEC 7812-1)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if index % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def sum_digits(number: int) -> int:
    """The sum of a number's decimal digits."""
    return sum(divmod(number, 10)) if number < 100 else sum(map(int, str(number)))
