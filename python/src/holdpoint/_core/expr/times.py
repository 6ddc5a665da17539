"""Timestamps, durations, time zones."""

import re
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.values import CelDuration, CelTimestamp
from holdpoint._gen.expr_limits import TIME_ZONES_MAX

_SECOND = 1_000_000_000
_MIN_TIMESTAMP = -62135596800 * _SECOND
_MAX_TIMESTAMP = 253402300800 * _SECOND - 1
_MAX_DURATION = 2**63 - 1


def to_timestamp(nanos: int) -> CelTimestamp | ErrorValue:
    """Return a timestamp of years 1 to 9999, or an overflow."""
    if _MIN_TIMESTAMP <= nanos <= _MAX_TIMESTAMP:
        return CelTimestamp(nanos)
    return fail("overflow", "timestamp is out of range")


def to_duration(nanos: int) -> CelDuration | ErrorValue:
    """Return a duration of 64 bits of nanoseconds, or an overflow."""
    if -_MAX_DURATION - 1 <= nanos <= _MAX_DURATION:
        return CelDuration(nanos)
    return fail("overflow", "duration is out of range")


_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


def parse_timestamp(text: str) -> CelTimestamp | ErrorValue:
    """Return what an RFC 3339 text says, with a capital T and Z, up to nanoseconds."""
    bad = fail("invalid_argument", "text is not an RFC 3339 timestamp")
    found = _RFC3339.fullmatch(text)
    if found is None:
        return bad
    year, month, day, hour, minute, second = (int(found[group]) for group in range(1, 7))
    offset_hours, offset_minutes = int(found[9] or 0), int(found[10] or 0)
    if not 1 <= month <= 12 or not 1 <= day <= _days_in_month(year, month):
        return bad
    if hour > 23 or minute > 59 or second > 59 or offset_hours > 23 or offset_minutes > 59:
        return bad
    offset = offset_hours * 60 + offset_minutes
    minutes = hour * 60 + minute - (-offset if found[8] == "-" else offset)
    seconds = _days_from_civil(year, month, day) * 86400 + minutes * 60 + second
    return to_timestamp(seconds * _SECOND + int((found[7] or "").ljust(9, "0")))


def _days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days_from_civil(year: int, month: int, day: int) -> int:
    """Count days from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms")."""
    y = year - 1 if month <= 2 else year
    era = y // 400
    year_of_era = y - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def _civil_from_days(days: int) -> tuple[int, int, int]:
    z = days + 719468
    era = z // 146097
    day_of_era = z - era * 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (1 if month <= 2 else 0), month, day_of_year - (153 * shifted + 2) // 5 + 1


def _fraction(nanos: int) -> str:
    return "" if nanos == 0 else "." + f"{nanos:09d}".rstrip("0")


def format_timestamp(value: CelTimestamp) -> str:
    """Return RFC 3339 in UTC."""
    seconds, nanos = divmod(value.nanos, _SECOND)
    days, rest = divmod(seconds, 86400)
    year, month, day = _civil_from_days(days)
    time = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}T{time}{_fraction(nanos)}Z"


def format_duration(value: CelDuration) -> str:
    """Return seconds, as in `1.5s`."""
    size = abs(value.nanos)
    return f"{'-' if value.nanos < 0 else ''}{size // _SECOND}{_fraction(size % _SECOND)}s"


_UNITS = {"h": 3600 * _SECOND, "m": 60 * _SECOND, "s": _SECOND, "ms": 1_000_000, "ns": 1}
_UNITS.update({"us": 1000, "µs": 1000, "μs": 1000})
_DURATION = re.compile(r"([+-]?)((?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|us|µs|μs|ns|m|s))+|0)")
_DURATION_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(h|ms|us|µs|μs|ns|m|s)")


def parse_duration(text: str) -> CelDuration | ErrorValue:
    """Return what `1h30m`, `-1.5s`, `100ms`, `0` say; what is finer than 1 ns is cut off."""
    found = _DURATION.fullmatch(text) if len(text) <= 128 else None
    if found is None:
        return fail("invalid_argument", "text is not a duration such as `1h30m` or `1.5s`")
    total = 0
    for whole, decimals, unit in _DURATION_PART.findall(found[2]):
        total += int(whole or "0") * _UNITS[unit] + int(decimals or "0") * _UNITS[unit] // 10 ** len(decimals)
    return to_duration(-total if found[1] == "-" else total)


_FIXED = re.compile(r"([+-]?)([0-9]{2}):([0-9]{2})")
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")


def _zone_offset(zone: str, seconds: int) -> int | ErrorValue:
    """Return seconds east of UTC at an instant: `UTC`, `+02:00`, `02:00`, or a name of the IANA database."""
    if zone == "UTC":
        return 0
    fixed = _FIXED.fullmatch(zone)
    if fixed is not None:
        size = int(fixed[2]) * 3600 + int(fixed[3]) * 60
        return -size if fixed[1] == "-" else size
    info = _find_zone(zone)
    if info is None:
        return fail("invalid_argument", "unknown time zone")
    # Both ends of the calendar have no room for an offset; it is asked one day inside.
    inside = min(max(seconds, -62135596800 + 86400), 253402300799 - 86400)
    days, rest = divmod(inside, 86400)
    year, month, day = _civil_from_days(days)
    instant = datetime(year, month, day, rest // 3600, rest // 60 % 60, rest % 60, tzinfo=timezone.utc)
    offset = instant.astimezone(info).utcoffset()
    return 0 if offset is None else offset.days * 86400 + offset.seconds


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=TIME_ZONES_MAX)
def _find_zone(zone: str) -> ZoneInfo | None:
    if not _ZONE_NAME.fullmatch(zone):
        return None
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        # Names count in any case, as in the other language.
        name = _zone_names().get(zone.lower())
        return None if name is None else ZoneInfo(name)


def check_zone(zone: str) -> ErrorValue | None:
    """Return None for a zone that exists."""
    offset = _zone_offset(zone, 0)
    return offset if isinstance(offset, ErrorValue) else None


def timestamp_part(value: CelTimestamp, part: str, zone: str) -> Any:
    """Return a part as seen in a zone. Months, days of month (but getDate) and of year count from 0, Sunday is 0."""
    utc, nanos = divmod(value.nanos, _SECOND)
    if part == "getMilliseconds":
        offset = _zone_offset(zone, utc)
        return offset if isinstance(offset, ErrorValue) else nanos // 1_000_000
    offset = _zone_offset(zone, utc)
    if isinstance(offset, ErrorValue):
        return offset
    seconds = utc + offset
    days = seconds // 86400
    if part == "getHours":
        return seconds % 86400 // 3600
    if part == "getMinutes":
        return seconds % 3600 // 60
    if part == "getSeconds":
        return seconds % 60
    if part == "getDayOfWeek":
        return (days + 4) % 7
    year, month, day = _civil_from_days(days)
    if part == "getFullYear":
        return year
    if part == "getMonth":
        return month - 1
    if part == "getDate":
        return day
    if part == "getDayOfMonth":
        return day - 1
    return days - _days_from_civil(year, 1, 1)


_DURATION_UNITS = {"getHours": 3600 * _SECOND, "getMinutes": 60 * _SECOND, "getSeconds": _SECOND}


def duration_part(value: CelDuration, part: str) -> Any:
    """Return whole hours, minutes or seconds; milliseconds are those beyond the last whole second."""
    size = abs(value.nanos)
    sign = -1 if value.nanos < 0 else 1
    if part in _DURATION_UNITS:
        return sign * (size // _DURATION_UNITS[part])
    if part == "getMilliseconds":
        return sign * (size % _SECOND // 1_000_000)
    return fail("type_mismatch", f"a duration has no `{part}`")
