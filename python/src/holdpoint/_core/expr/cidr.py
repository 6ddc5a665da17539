"""Addresses and ranges of IP."""

import re
from typing import Any

from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.values import mismatch

_NOT_AN_ADDRESS = fail("invalid_argument", "text is not an IP address")
_NOT_A_RANGE = fail("invalid_argument", "text is not an IP range such as `10.0.0.0/8`")


def in_cidr(ip: Any, cidr: Any) -> Any:
    """Return True when an IPv4 or IPv6 address lies in a range.

    An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is that IPv4 address; an address of the other family is
    outside. Bits of the range beyond its prefix are ignored.
    """
    if type(ip) is not str:
        return mismatch("string", ip)
    if type(cidr) is not str:
        return mismatch("string", cidr)
    within = _parse_range(cidr)
    if within is None:
        return _NOT_A_RANGE
    address = parse_address(ip)
    if address is None:
        return _NOT_AN_ADDRESS
    groups, prefix = within
    if len(address) != len(groups):
        return False
    shift = len(groups) * 16 - prefix
    return _number(address) >> shift == _number(groups) >> shift


def _number(groups: list[int]) -> int:
    number = 0
    for group in groups:
        number = number << 16 | group
    return number


def check_cidr(cidr: Any) -> ErrorValue | None:
    """Return an error for a text that is no range, else None."""
    return _NOT_A_RANGE if type(cidr) is str and _parse_range(cidr) is None else None


def _parse_range(text: str) -> tuple[list[int], int] | None:
    address, slash, digits = text.partition("/")
    groups = parse_address(address) if slash else None
    if groups is None or not re.fullmatch(r"0|[1-9][0-9]{0,2}", digits):
        return None
    prefix = int(digits) - (96 if len(groups) == 2 and ":" in text else 0)
    return (groups, prefix) if 0 <= prefix <= len(groups) * 16 else None


def parse_address(text: str) -> list[int] | None:
    """Return two groups of 16 bits for IPv4, eight for IPv6."""
    if len(text) > 45:
        return None
    if ":" not in text:
        return _parse_ipv4(text)
    body = text
    if "." in text:
        head, _, tail = text.rpartition(":")
        v4 = _parse_ipv4(tail)
        if v4 is None:
            return None
        body = f"{head}:{v4[0]:x}:{v4[1]:x}"
    halves = body.split("::")
    if len(halves) > 2:
        return None
    parts = [half.split(":") if half else [] for half in halves]
    missing = 8 - sum(len(part) for part in parts)
    if missing != 0 if len(parts) == 1 else missing < 1:
        return None
    whole = parts[0] if len(parts) == 1 else [*parts[0], *["0"] * missing, *parts[1]]
    if not all(re.fullmatch(r"[0-9a-fA-F]{1,4}", part) for part in whole):
        return None
    groups = [int(part, 16) for part in whole]
    mapped = not any(groups[:5]) and groups[5] == 0xFFFF
    return groups[6:] if mapped else groups


def _parse_ipv4(text: str) -> list[int] | None:
    parts = text.split(".")
    if len(parts) != 4 or not all(re.fullmatch(r"0|[1-9][0-9]{0,2}", part) and int(part) < 256 for part in parts):
        return None
    a, b, c, d = (int(part) for part in parts)
    return [a * 256 + b, c * 256 + d]
