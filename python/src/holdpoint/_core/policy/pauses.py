"""Kill switches."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from ..._gen.messages import Agent, Pause
from ..._gen.tables import LEVEL_RANK

_EPOCH = datetime(1970, 1, 1)
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_FOUR_YEARS = timedelta(days=1461)


def find_pause(
    pauses: Iterable[Pause],
    agent_id: str,
    agent: Agent | None,
    now_ms: float,
    stated: tuple[str, str] | None = ("", ""),
) -> Pause | None:
    """The pause that holds an agent now: the highest level wins.

    `until` in the past is over; one that is not a date never ends. `stated`: the team and workspace that the request
    names besides; None when they cannot be read.
    """
    found: Pause | None = None
    for pause in pauses:
        if not _concerns(pause, agent_id, agent, stated) or _is_over(pause, now_ms):
            continue
        if found is None or LEVEL_RANK.get(pause.level, -1) > LEVEL_RANK.get(found.level, math.inf):
            found = pause
    return found


def _concerns(pause: Pause, agent_id: str, agent: Agent | None, stated: tuple[str, str] | None) -> bool:
    if agent_id == "":
        return True  # an agent that cannot be read could be any agent
    if pause.level == "agent":
        return pause.target_id == agent_id
    if pause.level == "team":
        return stated is None or _is_one_of(pause.target_id, agent.team_id if agent else None, stated[0])
    if pause.level == "workspace":
        return stated is None or _is_one_of(pause.target_id, agent.workspace_id if agent else None, stated[1])
    # A pause of the whole tenant or platform, and any level not known here, holds everyone.
    return True


def _is_one_of(target: str, own: str | None, stated: str) -> bool:
    return (own is not None and target == own) or (stated != "" and target == stated)


def _is_over(pause: Pause, now_ms: float) -> bool:
    return parse_instant(pause.until or "") <= now_ms


def parse_instant(text: str) -> float:
    """RFC 3339 as milliseconds since the epoch, NaN for anything else."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return math.nan
    year, month, day, hour, minute, second, fraction, sign, zone_hours, zone_minutes = match.groups()
    no_year = year == "0000"  # datetime begins with year 1
    try:
        at = datetime(4 if no_year else int(year), int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        return math.nan
    since = at - _EPOCH - (_FOUR_YEARS if no_year else timedelta())
    since += timedelta(milliseconds=int((fraction or "0").ljust(3, "0")[:3]))
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        since = since - offset if sign == "+" else since + offset
    return since / timedelta(milliseconds=1)
