"""Formats that are asserted; every other is refused when written."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...._gen.tables import MAX_URI_CHARS
from ...decide import utf16_length
from ...expr.cidr import in_cidr

_PCT = "%[0-9A-Fa-f]{2}"
_PLAIN = "[A-Za-z0-9._~!$&'()*+,;=-]"
_CHAR = f"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{_PCT})"
_NO_COLON = f"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|{_PCT})"
_TAIL = rf"(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
_AUTHORITY = (
    rf"(?:(?:{_PLAIN}|:|{_PCT})*@)?"
    rf"(\[[0-9A-Fa-f:.]+\]|\[[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+\]|(?:{_PLAIN}|{_PCT})*)(?::[0-9]*)?"
)
_ROOTED = rf"//{_AUTHORITY}(?:/{_CHAR}*)*|/(?:{_CHAR}+(?:/{_CHAR}*)*)?"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_ROOTED}|{_CHAR}+(?:/{_CHAR}*)*|){_TAIL}")
_RELATIVE = re.compile(rf"(?:{_ROOTED}|{_NO_COLON}+(?:/{_CHAR}*)*|){_TAIL}")

_CLOCK = "[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S"
_DAYS = "[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D"
_DURATION = re.compile(f"P(?:[0-9]+W|(?:{_DAYS})(?:T(?:{_CLOCK}))?|T(?:{_CLOCK}))")

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*")@(\[[^\]]+\]|[^\[\]]+)')
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")
_UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_POINTER = "(?:/(?:[^~/]|~[01])*)*"
_JSON_POINTER = re.compile(_POINTER)
_RELATIVE_POINTER = re.compile(f"(?:0|[1-9][0-9]*)(?:#|{_POINTER})")


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) for part in found.groups())
    if not 1 <= month <= 12:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = (29 if leap else 28) if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return 1 <= day <= last


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if not found:
        return False
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    offset_hour, offset_minute = int(found[5] or "0"), int(found[6] or "0")
    if hour > 23 or minute > 59 or offset_hour > 23 or offset_minute > 59:
        return False
    if second < 60:
        return True
    # A leap second is the last of a day in UTC.
    shift = (offset_hour * 60 + offset_minute) * (1 if found[4] == "-" else -1)
    return second == 60 and (hour * 60 + minute + shift) % 1440 == 1439


def _is_date_time(text: str) -> bool:
    return text[10:11] in ("T", "t") and _is_date(text[:10]) and _is_time(text[11:])


def _is_hostname(text: str) -> bool:
    return len(text) <= 253 and _HOSTNAME.fullmatch(text) is not None


def _is_ipv4(text: str) -> bool:
    return ":" not in text and in_cidr(text, "0.0.0.0/0") is True


def _is_ipv6(text: str) -> bool:
    return ":" in text and isinstance(in_cidr(text, "::/0"), bool)


def _is_email(text: str) -> bool:
    found = _EMAIL.fullmatch(text)
    if not found:
        return False
    domain = found[1]
    if not domain.startswith("["):
        return _is_hostname(domain)
    address = domain[1:-1]
    return _is_ipv6(address[5:]) if address.startswith("IPv6:") else _is_ipv4(address)


def _has_address(host: str | None) -> bool:
    """The host between brackets must be an address."""
    return not host or not host.startswith("[") or host[1] in "vV" or _is_ipv6(host[1:-1])


def _is_uri(text: str) -> bool:
    found = _URI.fullmatch(text)
    return found is not None and _has_address(found[1])


def _is_reference(text: str) -> bool:
    found = _RELATIVE.fullmatch(text)
    return _is_uri(text) if found is None else _has_address(found[1])


def _bounded(test: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: utf16_length(text) <= MAX_URI_CHARS and bool(test(text))


FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": _bounded(_is_date_time),
    "date": _bounded(_is_date),
    "time": _bounded(_is_time),
    "duration": _bounded(_DURATION.fullmatch),
    "email": _bounded(_is_email),
    "hostname": _is_hostname,
    "ipv4": _bounded(_is_ipv4),
    "ipv6": _bounded(_is_ipv6),
    "uri": _bounded(_is_uri),
    "uri-reference": _bounded(_is_reference),
    "uuid": _bounded(_UUID.fullmatch),
    "json-pointer": _bounded(_JSON_POINTER.fullmatch),
    "relative-json-pointer": _bounded(_RELATIVE_POINTER.fullmatch),
}
