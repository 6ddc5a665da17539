"""Addresses of networks and telephone numbers."""

from __future__ import annotations

import re

from .digits import Check, digits_of, is_uniform

_IPV4 = re.compile(r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])")
_GROUP = re.compile(r"[0-9A-Fa-f]{1,4}")
_SPACES = " \t\n\v\f\r"
_NUMBER = re.compile(r"[0-9 \t\n\v\f\r+()./-]*")
_YEAR_FIRST = re.compile(r"(?:19|20)[0-9]{2}([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])")
# What begins with a date and goes on is that date's hour; a month with its year, and an amount with two decimals, are
# none either.
_DATE_AND_HOUR = re.compile(r"(?:19|20)[0-9]{2}([-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01]) [0-9]{1,2}")
_MONTH_AND_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])[-./](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[-./](?:0[1-9]|1[0-2])")
_AMOUNT = re.compile(r"[1-9][0-9]{3,7}\.[0-9]{2}")
_YEAR_LAST = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|[12][0-9]|3[01])\1(?:19|20)[0-9]{2}")
_NOT_PHONE = (_YEAR_FIRST, _YEAR_LAST, _DATE_AND_HOUR, _MONTH_AND_YEAR, _AMOUNT)

# Country codes of three digits that nobody has, by what they begin with (ITU-T E.164, list of assigned codes).
_UNASSIGNED = re.compile(
    r"21[04579]|259|28|29[2-6]|384|42[24-9]|69[3-9]|80[1-79]|83|85[14789]|87[1-579]|88[4579]|89|969|978|99[079]"
)


# Behind these a local part begins anew: addresses stand in query strings too.
_QUERY_START = re.compile(r".*[=&#]")


def _email(value: str) -> bool:
    """A mail address within the lengths of RFC 5321 section 4.5.3.1.

    64 characters before the `@`, those of a query string aside, 63 in each label behind it, 255 in all of them.
    """
    before, _, host = value.rpartition("@")
    local = _QUERY_START.sub("", before, count=1)
    return 0 < len(local) <= 64 and len(host) <= 255 and all(0 < len(label) <= 63 for label in host.split("."))


def _ipv4(value: str) -> bool:
    """Four decimal parts up to 255 without leading zeros (RFC 6943 section 3.1.1, strict form)."""
    parts = value.split(".")
    return len(parts) == 4 and all(_IPV4.fullmatch(part) for part in parts)


def _count_groups(part: str) -> int | None:
    """How many groups of 16 bits a part of an IPv6 address has, or None; IPv4 may end it and counts two."""
    if part == "":
        return 0
    *groups, last = part.split(":")
    count = 2 if _ipv4(last) else 1 if _GROUP.fullmatch(last) else None
    return None if count is None or not all(map(_GROUP.fullmatch, groups)) else len(groups) + count


def _ipv6(value: str) -> bool:
    """Eight groups, or fewer around one `::`, IPv4 only at the end, a zone after `%` (RFC 4291 2.2, RFC 4007)."""
    address, percent, zone = value.partition("%")
    if percent and not zone:
        return False
    counts = [_count_groups(half) for half in address.split("::")]
    if len(counts) == 1:
        return counts[0] == 8
    if len(counts) != 2 or counts[0] is None or counts[1] is None or "." in address.split("::")[0]:
        return False
    return counts[0] + counts[1] <= 7


def _phone(value: str) -> bool:
    """A telephone number before its extension, which begins at the first letter or `#` (ITU-T E.164).

    6 to 15 digits, not all the same, not a date; after `+` at least 7 digits and a country code that is assigned.
    """
    match = _NUMBER.match(value)
    number = match[0].strip(_SPACES) if match else ""
    digits = digits_of(number)
    if not 6 <= len(digits) <= 15 or is_uniform(digits):
        return False
    if any(form.fullmatch(number) for form in _NOT_PHONE):
        return False
    if not number.lstrip(" (").startswith("+"):
        return True
    return len(digits) >= 7 and digits[0] != 0 and not _UNASSIGNED.match("".join(map(str, digits)))


CHECKS: dict[str, Check] = {"email": _email, "ipv4": _ipv4, "ipv6": _ipv6, "phone": _phone}
