"""What is counted, where, and in which window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from .windows import Window, day_window, month_window

_EPOCH = datetime(1970, 1, 1)


class Counter(NamedTuple):
    """One thing that is counted, in one window. `key` names it uniquely; `start` is RFC 3339."""

    key: str
    metric: str
    scope: str
    scope_id: str
    window: str
    start: str


class UsageReader(Protocol):
    """What has been counted so far."""

    def read(self, counter: Counter) -> float:
        """Whole micro-dollars; NaN says that it cannot be read (the policy then fails closed)."""
        ...


# The counters that one policy's state reads for one agent at one time (ms since the epoch).
CounterLister = Callable[[str, float], Sequence[Counter]]


def create_counter_lister(state: dict[str, str], rule: dict[str, Any], applies_to: Sequence[str]) -> CounterLister:
    """Lists the counters of a policy's state.

    Scope `agent` is the agent by itself; `policy_agents` is every agent that the policy names together, or the whole
    organisation when it names none.
    """
    window_at = _create_window(state, rule)
    wide = state["scope"] == "policy_agents"
    agents = list(dict.fromkeys(applies_to))

    def list_counters(agent_id: str, now_ms: float) -> Sequence[Counter]:
        start = format_instant(window_at(now_ms).start_ms)
        if not wide:
            return (_create_counter("agent", agent_id, state, start),)
        if not agents:
            return (_create_counter("organization", "*", state, start),)
        return [_create_counter("agent", name, state, start) for name in agents]

    return list_counters


def format_instant(at_ms: float) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, with milliseconds."""
    return (_EPOCH + timedelta(milliseconds=math.floor(at_ms))).isoformat(timespec="milliseconds") + "Z"


def _create_counter(scope: str, scope_id: str, state: dict[str, str], start: str) -> Counter:
    metric, window = state["metric"], state["window"]
    return Counter(f"{metric}|{scope}|{scope_id}|{window}|{start}", metric, scope, scope_id, window, start)


def _create_window(state: dict[str, str], rule: dict[str, Any]) -> Callable[[float], Window]:
    """Remembers the last window: finding one costs more than a decision."""
    reset_day = int(rule[state["resetDay"]]) if "resetDay" in state else 1
    zone_name: str = rule[state["timezone"]] if "timezone" in state else "UTC"
    daily = state["window"] == "1d"
    last = Window(math.inf, -math.inf)

    def window_at(now_ms: float) -> Window:
        nonlocal last
        window = last  # one read: another thread may replace it
        if not window.start_ms <= now_ms < window.end_ms:
            window = day_window(now_ms) if daily else month_window(now_ms, reset_day, zone_name)
            last = window
        return window

    return window_at
