"""What is counted, where, and in which window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from .windows import SLIDING_SLOTS, WINDOW_LENGTH_MS, Window, calendar_window, sliding_window

_EPOCH = datetime(1970, 1, 1)
# Counters of one policy that are kept by the id of their scope.
_MOST_NAMED = 512


class Counter(NamedTuple):
    """One thing that is counted, in one window. `key` names it uniquely; `start` is RFC 3339.

    `kind`: `calendar` is all that was added under this key; `sliding` all that was added from `start` on, under any
    start; `bucket` all that was added under any start and has not leaked out since, rounded up. `leak`: of a bucket,
    how much leaks out, evenly, in one window. The start of a bucket is the time of the request.
    """

    key: str
    metric: str
    scope: str
    scope_id: str
    window: str
    start: str
    kind: str = "calendar"
    leak: int = 0


class UsageReader(Protocol):
    """What has been counted so far. A reader may also have `session` (see `SessionReader`)."""

    def read(self, counter: Counter) -> float:
        """Whole micro-dollars or things; NaN says that it cannot be read (the policy then fails closed)."""
        ...


class Subject(NamedTuple):
    """Whose step it is: the ids by which counters are kept, empty where a request names none."""

    agent_id: str
    user_id: str
    session_id: str
    workspace_id: str


@dataclass(frozen=True, slots=True)
class PolicyCounter:
    """One counter of one policy, ready to be named for a request."""

    name: str
    metric: str
    # Whose they are.
    scope: str
    # Whether the budget must hold across processes.
    strict: bool
    # The most that one window may count, in micro-dollars; None where the rule sets none.
    cap_micros: int | None
    # The counters that it reads at a time; None when the request does not name whose they are.
    list: Callable[[Subject, float], Sequence[Counter] | None]
    # False when the rule is for another scope id than the request's: the policy does not concern it then.
    concerns: Callable[[Subject], bool]
    # Whether it never is.
    is_for_all: bool
    window_at: Callable[[float], Window]
    # Whether a condition asks which share of the window is over.
    shares: bool

    def share(self, now_ms: float) -> float:
        """The part of the window that is over, from 0 to 1; 0 for a session."""
        window = self.window_at(now_ms)
        return 0.0 if window.end_ms == math.inf else (now_ms - window.start_ms) / (window.end_ms - window.start_ms)


def create_policy_counter(
    state: dict[str, Any], rule: dict[str, Any], applies_to: Sequence[str]
) -> PolicyCounter | None:
    """Readies one counter of a policy; None when the rule does not set the field that it is for.

    Scope `policy_agents` is every agent that the policy names together, or the whole organisation when it names none.
    """
    if "only" in state and _resolve(state["only"], rule) is None:
        return None
    window: str = _resolve(state["window"], rule)
    written: str = _resolve(state["scope"], rule)
    # A session's counter is the session's, whatever the scope: it has no other window.
    named = "session" if window == "session" else written
    scope = "organization" if named == "policy_agents" else named
    window_at = _create_window(state, rule, window)
    kind = "calendar" if window == "session" else state.get("kind", "calendar")
    leak = int(_resolve(state["leak"], rule)) if "leak" in state else 0
    form = _Form(state["metric"], window, kind, leak, window_at)
    agents = list(dict.fromkeys(applies_to)) if named == "policy_agents" else []
    wanted = _resolve(state["scopeId"], rule) if "scopeId" in state else None

    def list_agents(subject: Subject, now_ms: float) -> Sequence[Counter] | None:
        start = form.start(now_ms)
        return [form.counter("agent", name, start) for name in agents]

    last: tuple[float, float, dict[str, Sequence[Counter]]] = (math.inf, -math.inf, {})

    place, span_at = _PLACES.get(scope), _create_span(kind, window, window_at)

    def list_own(subject: Subject, now_ms: float) -> Sequence[Counter] | None:
        nonlocal last
        scope_id = "*" if place is None else subject[place]
        if not scope_id:
            return None
        # Naming a counter costs more than reading it: those of a window are kept. One read: another thread may
        # replace them.
        first_ms, end_ms, listed = last
        if not first_ms <= now_ms < end_ms or len(listed) >= _MOST_NAMED:
            listed = {}
            last = (*span_at(now_ms), listed)
        known = listed.get(scope_id)
        if known is None:
            known = listed[scope_id] = (form.counter(scope, scope_id, form.start(now_ms)),)
        return known

    def concerns(subject: Subject) -> bool:
        return wanted is None or written == "organization" or _id_in(written, subject) == wanted

    return PolicyCounter(
        name=state["name"],
        metric=state["metric"],
        scope=scope,
        strict="strict" in state and _resolve(state["strict"], rule) is True,
        cap_micros=_resolve(state["cap"], rule) if "cap" in state else None,
        list=list_agents if agents else list_own,
        concerns=concerns,
        is_for_all=wanted is None or written == "organization",
        window_at=window_at,
        shares=bool(state.get("share")),
    )


def _create_span(kind: str, name: str, window_at: Callable[[float], Window]) -> Callable[[float], tuple[float, float]]:
    """From when until when an instant's counters have the names that they have then."""
    if name == "session":
        return lambda now_ms: (-math.inf, math.inf)
    if kind == "bucket":
        return lambda now_ms: (now_ms, math.nextafter(now_ms, math.inf))
    if kind != "sliding":
        return window_at
    slot_ms = WINDOW_LENGTH_MS[name] // SLIDING_SLOTS

    def slot_at(now_ms: float) -> tuple[float, float]:
        end_ms = window_at(now_ms).end_ms
        return end_ms - slot_ms, end_ms

    return slot_at


_PLACES = {"agent": 0, "user": 1, "session": 2, "workspace": 3}
_PART_OF_SCOPE = {"user": "user", "session": "session", "workspace": "workspaceId"}


def parts_of_counters(counters: Sequence[PolicyCounter]) -> list[str]:
    """Parts of a request that say whose counters they are."""
    return [_PART_OF_SCOPE[one.scope] for one in counters if one.scope in _PART_OF_SCOPE]


def _id_in(scope: str, subject: Subject) -> str:
    """The id of a scope; the organisation needs none."""
    place = _PLACES.get(scope)
    return "*" if place is None else subject[place]


def _resolve(value: str, rule: dict[str, Any]) -> Any:
    return rule.get(value[5:]) if value.startswith("rule.") else value


class _Form(NamedTuple):
    metric: str
    window: str
    kind: str
    leak: int
    window_at: Callable[[float], Window]

    def start(self, now_ms: float) -> str:
        """A bucket has no window: what it holds depends on the instant alone."""
        return format_instant(now_ms if self.kind == "bucket" else self.window_at(now_ms).start_ms)

    def counter(self, scope: str, scope_id: str, start: str) -> Counter:
        shown = scope_id
        if "|" in scope_id or "%" in scope_id:
            # Keys are told apart whatever ids hold.
            shown = scope_id.replace("%", "%25").replace("|", "%7C")
        mark = {"calendar": "", "sliding": "sliding|"}.get(self.kind, f"bucket:{self.leak}|")
        key = f"{self.metric}|{scope}|{shown}|{self.window}|{mark}{start}"
        leak = self.leak if self.kind == "bucket" else 0
        return Counter(key, self.metric, scope, scope_id, self.window, start, self.kind, leak)


def format_instant(at_ms: float) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, with milliseconds."""
    second, rest_ms = divmod(math.floor(at_ms), 1000)
    return f"{_format_second(second)}.{rest_ms:03d}Z"


@lru_cache(maxsize=64)
def _format_second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat(timespec="seconds")


def _create_window(state: dict[str, Any], rule: dict[str, Any], name: str) -> Callable[[float], Window]:
    """Remembers the last window: finding one costs more than a decision."""
    if state.get("kind") == "sliding":
        return lambda now_ms: sliding_window(name, now_ms)
    reset_day = int(rule[state["resetDay"]]) if "resetDay" in state else 1
    zone_name: str = rule[state["timezone"]] if "timezone" in state else "UTC"
    last = Window(math.inf, -math.inf)

    def window_at(now_ms: float) -> Window:
        nonlocal last
        window = last  # one read: another thread may replace it
        if not window.start_ms <= now_ms < window.end_ms:
            window = calendar_window(name, now_ms, reset_day, zone_name)
            last = window
        return window

    return window_at
