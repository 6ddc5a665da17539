"""Values of a rule beyond texts, numbers and lists of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..._gen.tables import MAX_NAME_CHARS, MAX_NODES, MAX_RULE_ITEMS, MAX_URI_CHARS
from ..decide import own_keys, utf16_length
from .hosts import is_refused_host
from .pauses import parse_instant
from .problems import ProblemList, describe_type, is_object, point_to
from .walk_json import JsonWalk

_DURATION = re.compile("([0-9]{1,9})([smhd])")
_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_TIME = re.compile("(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
_URL = re.compile(r"https://(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?")


def decode_duration(value: Any, pointer: str, problems: ProblemList) -> int | None:
    """`30s`, `15m`, `2h`, `7d` → milliseconds."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found:
        return int(found[1]) * _UNITS[found[2]]
    problems.add(pointer, "expected a duration, for example `30s`, `15m`, `2h` or `7d`")
    return None


def decode_instant(value: Any, pointer: str, problems: ProblemList) -> float | None:
    """RFC 3339 → milliseconds since the epoch."""
    ms = parse_instant(value) if isinstance(value, str) else math.nan
    if not math.isnan(ms):
        return ms
    problems.add(pointer, "expected a date and time with its offset, for example `2027-01-31T18:00:00Z`")
    return None


def decode_time_of_day(value: Any, pointer: str, problems: ProblemList) -> str | None:
    """`HH:MM`."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value
    problems.add(pointer, "expected a time of day from `00:00` to `24:00`")
    return None


def is_endpoint_url(value: str) -> bool:
    """True for an https address of a host that the public can name. Names are not looked up."""
    found = _URL.fullmatch(value)
    return found is not None and len(value) <= MAX_URI_CHARS and not is_refused_host(found[1].strip("[]"))


def decode_https_url(value: Any, pointer: str, problems: ProblemList) -> str | None:
    """An https address of a host that the public can name (SPECIFICATION B-14)."""
    if not isinstance(value, str):
        problems.add(pointer, f"expected a string, got {describe_type(value)}")
        return None
    found = _URL.fullmatch(value)
    if not found or len(value) > MAX_URI_CHARS:
        problems.add(pointer, "expected an https address without a user, for example `https://example.com/validate`")
    elif is_refused_host(found[1].strip("[]")):
        problems.add(pointer, "names a host of a private network, of this machine, or none at all")
    else:
        return value
    return None


def decode_json(value: Any, pointer: str, problems: ProblemList) -> Any:
    """Any JSON value within the bounds of a request."""
    walk = JsonWalk(MAX_NODES, None)
    walk.visit(value, pointer)
    if walk.problem is None:
        return value
    problems.add(walk.problem[0], walk.problem[2])
    return None


def decode_map(
    value: Any, pointer: str, problems: ProblemList, decode: Callable[[Any, str], Any]
) -> dict[str, Any] | None:
    """An object from names to values of one kind; a member that is null is absent."""
    if not is_object(value):
        problems.add(pointer, f"expected an object, got {describe_type(value)}")
        return None
    names = [name for name in own_keys(value) if value[name] is not None]
    if len(names) > MAX_RULE_ITEMS:
        problems.add(pointer, f"has {len(names)} members, at most {MAX_RULE_ITEMS} are allowed")
        return None
    decoded: dict[str, Any] = {}
    for name in names:
        if name == "" or utf16_length(name) > MAX_NAME_CHARS:
            problems.add(pointer, f"expected names of 1 to {MAX_NAME_CHARS} characters")
        item = decode(value[name], point_to(pointer, name))
        if item is not None:
            decoded[name] = item
    return decoded
