"""Kill switches."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from ..._gen.messages import Agent, Pause
from ..._gen.tables import LEVEL_RANK

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_INSTANT = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?"
    r"(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)


def find_pause(pauses: Iterable[Pause], agent_id: str, agent: Agent | None, now_ms: float) -> Pause | None:
    """The pause that holds an agent now: the highest level wins.

    `until` in the past is over; one that is not a date never ends.
    """
    found: Pause | None = None
    for pause in pauses:
        if not _concerns(pause, agent_id, agent) or _is_over(pause, now_ms):
            continue
        if found is None or LEVEL_RANK.get(pause.level, -1) > LEVEL_RANK.get(found.level, math.inf):
            found = pause
    return found


def _concerns(pause: Pause, agent_id: str, agent: Agent | None) -> bool:
    if pause.level == "agent":
        return pause.target_id == agent_id
    if pause.level == "team":
        return agent is not None and agent.team_id is not None and pause.target_id == agent.team_id
    if pause.level == "workspace":
        return agent is not None and agent.workspace_id is not None and pause.target_id == agent.workspace_id
    # A pause of the whole tenant or platform, and any level not known here, holds everyone.
    return True


def _is_over(pause: Pause, now_ms: float) -> bool:
    return bool(pause.until) and parse_instant(pause.until or "") <= now_ms


def parse_instant(text: str) -> float:
    """Milliseconds since the epoch of an RFC 3339 instant (UTC unless it says otherwise); NaN when it is none."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return math.nan
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    millis = int((fraction or "0").ljust(3, "0")[:3])
    try:
        whole_day = hour == "24"
        at = datetime(int(year), int(month or 1), int(day or 1), 0 if whole_day else int(hour or 0), int(minute or 0))  # noqa: DTZ001
        at += timedelta(seconds=_read_seconds(second), milliseconds=millis, days=1 if whole_day else 0)
        offset = 0 if zone in (None, "Z") else int(zone[:3]) * 60 + int(zone[0] + zone[4:])
        return (at - _EPOCH) / timedelta(milliseconds=1) - offset * 60_000
    except (ValueError, OverflowError):
        return math.nan


def _read_seconds(text: str | None) -> int:
    seconds = int(text or 0)
    if seconds >= 60:
        raise ValueError(seconds)
    return seconds
