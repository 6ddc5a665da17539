"""Stretches of time in which something is counted."""

from __future__ import annotations

import calendar
import math
from datetime import date
from typing import NamedTuple

from .timezone import DAY_MS, local_date, start_of_date


class Window(NamedTuple):
    """From `start_ms` up to, not including, `end_ms`."""

    start_ms: float
    end_ms: float


def day_window(now_ms: float) -> Window:
    """The calendar day in UTC that holds an instant."""
    start_ms = math.floor(now_ms / DAY_MS) * DAY_MS
    return Window(start_ms, start_ms + DAY_MS)


def month_window(now_ms: float, reset_day: int, zone_name: str) -> Window:
    """The month that holds an instant: from `reset_day` of one month to that of the next, in a time zone.

    In a month that has no such day, its last day.
    """
    today = local_date(now_ms, zone_name)
    begun = today.day >= min(reset_day, _days_in(today.year, today.month))
    start = _reset_date(today.year, today.month if begun else today.month - 1, reset_day)
    end = _reset_date(today.year, today.month + 1 if begun else today.month, reset_day)
    return Window(start_of_date(start, zone_name), start_of_date(end, zone_name))


def _reset_date(year: int, month: int, reset_day: int) -> date:
    year, month = divmod(year * 12 + month - 1, 12)
    return date(year, month + 1, min(reset_day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
