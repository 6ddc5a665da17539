"""Check digits and other tests of matched values (spec/catalog/detectors/pii/validators.md)."""

from __future__ import annotations

from collections.abc import Callable


def validate(name: str, value: str) -> bool:
    """Whether a matched value passes the named check; a name that is not known passes nothing."""
    check = _CHECKS.get(name)
    return check is not None and check(value)


def _digits_of(value: str) -> list[int]:
    return [int(char) for char in value if "0" <= char <= "9"]


def _luhn(value: str) -> bool:
    digits = _digits_of(value)[::-1]
    total = sum(
        digit if index % 2 == 0 else digit * 2 - 9 if digit > 4 else digit * 2 for index, digit in enumerate(digits)
    )
    return len(digits) > 1 and total % 10 == 0


_CHECKS: dict[str, Callable[[str], bool]] = {"luhn": _luhn}
