"""Networks, devices, telephones and dates."""

from __future__ import annotations

import re

from .digits import digits_of, has_luhn, is_day, is_uniform, weigh

_OCTET = re.compile(r"0|[1-9][0-9]{0,2}")
_GROUP = re.compile(r"[0-9A-Fa-f]{1,4}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_EXTENSION = re.compile(r"extension|ramal|ext|x|转|轉|#", re.IGNORECASE)
_DATES = (
    re.compile(r"[0-9]{4}([-./ ])[0-9]{1,2}\1[0-9]{1,2}"),
    re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{4}"),
)
_NUMBER = re.compile(r"[0-9]+")
_UNASSIGNED = frozenset(
    {
        *(210, 214, 215, 217, 219, 259, 384, 422, 809, 851, 854, 877, 879, 884, 885, 887, 889, 969, 978, 990, 997, 999),
        *range(280, 290),
        *range(292, 297),
        *range(424, 430),
        *range(693, 700),
        *range(801, 808),
        *range(857, 860),
        *range(871, 876),
    }
)


def _ipv4(value: str) -> bool:
    parts = value.split(".")
    return len(parts) == 4 and all(_OCTET.fullmatch(part) and int(part) <= 255 for part in parts)


def _ipv6(value: str) -> bool:
    address = value.split("%", 1)[0]
    if ":::" in address or address.count("::") > 1:
        return False
    if "::" not in address:
        return _count_groups(address, True) == 8
    before, _, after = address.partition("::")
    first = _count_groups(before, False) if before else 0
    last = _count_groups(after, True) if after else 0
    return first is not None and last is not None and first + last <= 7


def _count_groups(text: str, ipv4_allowed: bool) -> int | None:
    parts = text.split(":")
    count = 0
    for index, part in enumerate(parts):
        if ipv4_allowed and index == len(parts) - 1 and "." in part and _ipv4(part):
            count += 2
        elif _GROUP.fullmatch(part):
            count += 1
        else:
            return None
    return count


def _imei(value: str) -> bool:
    digits = digits_of(value)
    return len(digits) == 15 and not is_uniform(digits) and has_luhn(digits)


def _vin(value: str) -> bool:
    text = value.upper()
    if not _VIN.fullmatch(text) or text.isdigit() or text.isalpha():
        return False
    values = [_VIN_LETTERS[char] if char in _VIN_LETTERS else int(char) for char in text]
    return "0123456789X"[weigh(values, _VIN_WEIGHTS) % 11] == text[8]


def _phone(value: str) -> bool:
    number = _EXTENSION.split(value, maxsplit=1)[0]
    digits = digits_of(number)
    if not 6 <= len(digits) <= 15 or is_uniform(digits):
        return False
    if any(date.fullmatch(number.strip()) for date in _DATES):
        return False
    if not number.lstrip(" ([").startswith("+"):
        return True
    code = digits[0] * 100 + digits[1] * 10 + digits[2]
    return len(digits) >= 7 and digits[0] != 0 and code not in _UNASSIGNED


def _date(value: str) -> bool:
    numbers = _NUMBER.findall(value)
    if len(numbers) != 3:
        return True
    year = next((index for index, text in enumerate(numbers) if len(text) == 4), None)
    if year is not None and not 1890 <= int(numbers[year]) <= 2100:
        return False
    a, b = (int(text) for index, text in enumerate(numbers) if index != (2 if year is None else year))
    return is_day(a, b) or is_day(b, a)


NETWORKS = {"ipv4": _ipv4, "ipv6": _ipv6, "imei": _imei, "vin": _vin, "phone": _phone, "date": _date}
