"""Calendar dates in time zones of the IANA database."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1)
_SPELLING = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*")
_FIVE_CAPITALS = re.compile("[A-Z]{5}")


def is_timezone(name: str) -> bool:
    """True for a name of the IANA time zone database, spelled as there."""
    # No name of the database has five capitals in a row; other languages' databases take such names all the same.
    spelled = _SPELLING.fullmatch(name) is not None and _FIVE_CAPITALS.search(name) is None
    return spelled and _find_zone(name) is not None


def local_date(now_ms: float, zone_name: str) -> date:
    """The calendar date in a time zone."""
    return (_EPOCH + timedelta(milliseconds=now_ms + _offset_ms(now_ms, zone_name))).date()


class LocalTime(NamedTuple):
    """The clock on the wall. `weekday`: 0 is Monday."""

    weekday: int
    hour: int
    minute: int


def local_time(now_ms: float, zone_name: str) -> LocalTime:
    """The clock on the wall in a time zone."""
    shifted = _EPOCH + timedelta(milliseconds=now_ms + _offset_ms(now_ms, zone_name))
    return LocalTime(shifted.weekday(), shifted.hour, shifted.minute)


def start_of_date(day: date, zone_name: str) -> int:
    """The instant at which a date begins in a time zone, ms since the epoch.

    Where a clock change skips midnight, the instant of the change; where it repeats midnight, the first.
    """
    wall = (day.toordinal() - _EPOCH.toordinal()) * DAY_MS
    before = wall - _offset_ms(wall - DAY_MS, zone_name)
    if _offset_ms(before, zone_name) == wall - before:
        return before
    after = wall - _offset_ms(wall + DAY_MS, zone_name)
    return after if _offset_ms(after, zone_name) == wall - after else before


def _offset_ms(at_ms: float, zone_name: str) -> int:
    if zone_name == "UTC":
        return 0
    zone = _find_zone(zone_name)
    if zone is None:
        return 0
    seconds = int(at_ms // 1000)
    offset = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=timezone.utc).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds()) * 1000


@lru_cache(maxsize=1024)
def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such zone is a KeyError, a folder of zones an OSError
        return None
