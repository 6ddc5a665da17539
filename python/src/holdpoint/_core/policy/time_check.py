"""`time_check`: allowed hours by the clock on the wall, freezes by the instant (SPECIFICATION P-22)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..._gen.tables import WEEKDAY_VALUES
from .decode_message import decode_name
from .operator import Evaluation, PrepareContext, PreparedOperator
from .pauses import parse_instant
from .problems import ProblemList, point_to
from .timezone import LocalTime, local_time, start_of_date

_DAY_MINUTES = 1440
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_FREEZE = "expected a date such as `2026-12-24`, or a time such as `2026-12-24T18:00:00+01:00`"


class _Hours(NamedTuple):
    """`days`: on which the hours begin, Monday first. Minutes since midnight; `to` is over 1440 on the next day."""

    days: Sequence[bool]
    start: int
    end: int


class _Freeze(NamedTuple):
    from_ms: float
    to_ms: float


def prepare_time_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Reads hours and freezes."""
    place = point_to(context.pointer, "ruleDefinition")
    zone = rule.get("timezone") or "UTC"
    hours: list[_Hours] | None = None
    if rule.get("allow") is not None:
        read = [_read_hours(item, point_to(f"{place}/allow", i), context) for i, item in enumerate(rule["allow"])]
        hours = [one for one in read if one is not None]
    freezes = [
        freeze
        for index, item in enumerate(rule.get("freeze") or ())
        if (freeze := _read_freeze(item, zone, point_to(f"{place}/freeze", index), context.problems)) is not None
    ]
    passing = {"outside": False, "frozen": False, "local": "", "evidence": ()}
    # No clock of any zone ever moved by less than a second: the time on the wall is found once for each.
    last: tuple[float, LocalTime, bool] = (math.nan, LocalTime(0, 0, 0), False)

    def run(evaluation: Evaluation) -> dict[str, Any]:
        nonlocal last
        now_ms = evaluation.now_ms
        second = math.floor(now_ms / 1000)
        known = last  # one read: another thread may replace it
        if known[0] != second:
            local = local_time(second * 1000, zone)
            minute = local.hour * 60 + local.minute
            outside = hours is not None and not any(_is_inside(one, local.weekday, minute) for one in hours)
            last = known = (second, local, outside)
        frozen = any(from_ms <= now_ms < to_ms for from_ms, to_ms in freezes)
        if not known[2] and not frozen:
            return passing
        return {"outside": known[2], "frozen": frozen, "local": _describe(known[1], zone), "evidence": ()}

    return PreparedOperator(run, passing=passing)


def _is_inside(hours: _Hours, weekday: int, minute: int) -> bool:
    if hours.days[weekday] and hours.start <= minute < hours.end:
        return True
    return hours.days[(weekday + 6) % 7] and minute < hours.end - _DAY_MINUTES


def _describe(local: LocalTime, zone: str) -> str:
    return f"{WEEKDAY_VALUES[local.weekday]} {local.hour:02d}:{local.minute:02d} {zone}"


def _read_hours(item: dict[str, Any], pointer: str, context: PrepareContext) -> _Hours | None:
    problems = context.problems
    start, end = _read_minutes(item.get("from"), False), _read_minutes(item.get("to"), True)
    if start is None:
        problems.add(f"{pointer}/from", "expected an hour and minute from `00:00` to `23:59`")
    if end is None:
        problems.add(f"{pointer}/to", "expected an hour and minute from `00:00` to `24:00`")
    if start is None or end is None:
        return None
    if start == end:
        problems.add(f"{pointer}/to", "is the same as `from`: no time lies between")
        return None
    names = [
        decode_name("weekday", day or "", point_to(f"{pointer}/days", index), problems)
        for index, day in enumerate(item.get("days") or ())
    ]
    days = [not names or day in names for day in WEEKDAY_VALUES]
    return _Hours(days, start, end + _DAY_MINUTES if end < start else end)


def _read_minutes(text: Any, end: bool) -> int | None:
    found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    minutes = int(found.group(1)) * 60 + int(found.group(2))
    return minutes if minutes < _DAY_MINUTES or (end and minutes == _DAY_MINUTES) else None


def _read_freeze(item: dict[str, Any], zone: str, pointer: str, problems: ProblemList) -> _Freeze | None:
    from_ms, to_ms = _read_end(item.get("from"), 0, zone), _read_end(item.get("to"), 1, zone)
    if math.isnan(from_ms):
        problems.add(f"{pointer}/from", _FREEZE)
    if math.isnan(to_ms):
        problems.add(f"{pointer}/to", _FREEZE)
    if to_ms <= from_ms:
        problems.add(f"{pointer}/to", "is not after `from`")
    return _Freeze(from_ms, to_ms) if to_ms > from_ms else None


def _read_end(text: Any, days_after: int, zone: str) -> float:
    """A date's own start, or that of the day after it, or the instant that a text names; NaN for none."""
    if not isinstance(text, str):
        return math.nan
    if len(text) != 10:
        return parse_instant(text)
    if math.isnan(parse_instant(f"{text}T00:00:00Z")):
        return math.nan
    try:
        return start_of_date(date.fromisoformat(text) + timedelta(days=days_after), zone)
    except (ValueError, OverflowError):
        return math.nan
