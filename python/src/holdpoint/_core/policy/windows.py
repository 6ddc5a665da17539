"""Stretches of time in which something is counted."""

from __future__ import annotations

import calendar
import math
from datetime import date
from typing import NamedTuple

from .timezone import local_date, start_of_date


class Window(NamedTuple):
    """From `start_ms` up to, not including, `end_ms`."""

    start_ms: float
    end_ms: float


# How long a sliding window of a name is; a month has 30 days then.
WINDOW_LENGTH_MS = {"1m": 60_000, "1h": 3_600_000, "1d": 86_400_000, "1mo": 2_592_000_000}

# A sliding window is looked at in so many whole slots, and the one that now is in.
SLIDING_SLOTS = 60

# A session has no end that is known, and starts for every counter at the same time: that of the epoch.
_SESSION_WINDOW = Window(0, math.inf)


def calendar_window(name: str, now_ms: float, reset_day: int = 1, zone_name: str = "UTC") -> Window:
    """The calendar minute, hour or day in UTC, or the month in a time zone, that holds an instant."""
    if name == "session":
        return _SESSION_WINDOW
    if name == "1mo":
        return month_window(now_ms, reset_day, zone_name)
    length_ms = WINDOW_LENGTH_MS[name]
    start_ms = math.floor(now_ms / length_ms) * length_ms
    return Window(start_ms, start_ms + length_ms)


def sliding_window(name: str, now_ms: float) -> Window:
    """The sliding window that ends with the slot that an instant is in.

    60 whole slots and that one, so that any stretch as long as the window's name says lies within it.
    """
    if name == "session":
        return _SESSION_WINDOW
    slot_ms = WINDOW_LENGTH_MS[name] // SLIDING_SLOTS
    slot = math.floor(now_ms / slot_ms)
    return Window((slot - SLIDING_SLOTS) * slot_ms, (slot + 1) * slot_ms)


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
