"""Properties of windows, hours, caps, hosts, arguments and histories."""

from __future__ import annotations

import ipaddress
import math
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from holdpoint._core import CompileContext, append_step, charges_for, compile_policies, effects_for, evaluate
from holdpoint._core.policy.argument_shingles import are_alike, summarise_arguments
from holdpoint._core.policy.host import is_private_host, read_host
from holdpoint._core.policy.plan import Plan
from holdpoint._core.policy.session_state import SessionState, SessionStep
from holdpoint._core.policy.timezone import local_time
from holdpoint._core.policy.windows import calendar_window, month_window, sliding_window

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham"]
DAY_MS = 86_400_000

# 1990 to 2060, in milliseconds.
instants = st.integers(631_152_000_000, 2_840_140_800_000)
zones = st.sampled_from(ZONES)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


def plan_of(policy_type: str, rule: dict[str, Any]) -> Plan:
    policy = {"id": "p", "policyType": policy_type, "enforcementMode": "block", "ruleDefinition": rule}
    plan = compile_policies([policy], CompileContext()).plan
    assert plan is not None
    return plan


class Usage:
    """Counters in a dictionary, and no session that has begun."""

    def __init__(self, amount: float = 0) -> None:
        self.amounts: dict[str, float] = {}
        self.amount = amount

    def read(self, counter: Any) -> float:
        return self.amounts.get(counter.key, self.amount)

    def session(self, session_id: str) -> None:
        return None


@given(st.sampled_from(["1m", "1h", "1d"]), instants)
def test_calendar_windows_hold_the_instant_and_follow_on_each_other(name: str, now_ms: int) -> None:
    window = calendar_window(name, now_ms)
    assert window.start_ms <= now_ms < window.end_ms
    assert calendar_window(name, window.end_ms).start_ms == window.end_ms
    assert calendar_window(name, window.end_ms - 1) == window


@given(st.integers(1, 31), zones, instants)
def test_months_hold_the_instant_on_every_reset_day_in_every_zone(reset_day: int, zone: str, now_ms: int) -> None:
    window = month_window(now_ms, reset_day, zone)
    assert window.start_ms <= now_ms < window.end_ms
    assert month_window(window.end_ms, reset_day, zone).start_ms == window.end_ms
    assert month_window(window.end_ms - 1, reset_day, zone) == window
    assert 27.8 < (window.end_ms - window.start_ms) / DAY_MS < 31.2


@given(instants)
def test_sliding_windows_reach_back_their_length_and_less_than_a_slot_more(now_ms: int) -> None:
    window = sliding_window("1h", now_ms)
    assert 3_600_000 <= now_ms - window.start_ms < 3_660_000
    assert window.end_ms > now_ms


@given(st.integers(0, 1439), st.integers(0, 1439), zones, instants)
def test_hours_are_those_of_the_clock_on_the_wall_over_midnight_too(
    start: int, end: int, zone: str, now_ms: int
) -> None:
    assume(start != end)
    first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start, end))
    plan = plan_of("time_window", {"allow": [{"from": first, "to": last}], "timezone": zone})
    local = local_time(now_ms, zone)
    at = local.hour * 60 + local.minute
    inside = start <= at < end if start < end else at >= start or at < end
    assert evaluate(plan, {"agentId": "a"}, Usage(), lambda: now_ms).allowed is inside


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_cap_passes_at_it_and_holds_one_micro_dollar_over(spent: int, more: int) -> None:
    def decide(cap_micros: int) -> bool:
        plan = plan_of("cost_budget", {"cap_usd": cap_micros / 1_000_000})
        request = {"agentId": "a", "estimatedCost": more / 1_000_000}
        return evaluate(plan, request, Usage(spent), lambda: 0).allowed

    assert decide(spent + more)
    assert spent + more == 0 or not decide(spent + more - 1)


@given(st.lists(st.integers(0, 10**9), max_size=30), st.integers(0, 10**9))
def test_steps_that_are_charged_never_pass_more_than_the_cap_together(costs: list[int], cap: int) -> None:
    plan = plan_of("cost_budget", {"cap_usd": cap / 1_000_000, "window": "1mo"})
    usage = Usage()
    for cost in costs:
        request = {"agentId": "a", "estimatedCost": cost / 1_000_000}
        if not evaluate(plan, request, usage, lambda: 0).allowed:
            continue
        for charge in charges_for(plan, request, lambda: 0):
            usage.amounts[charge.counter.key] = usage.read(charge.counter) + charge.amount
    assert max(usage.amounts.values(), default=0) <= cap


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_the_same_however_it_is_written(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    plain = str(address)
    a, b, c, d = address.packed
    spellings = [plain, f"{plain}.", str(number), hex(number), f"0{number:o}", f"{a}.{b}.{c * 256 + d}"]
    spellings += [f"{a}.{(b * 256 + c) * 256 + d}", ".".join(map(hex, address.packed)), f"[::ffff:{plain}]"]
    assert {read_host(spelling) for spelling in spellings} == {plain}


@given(st.integers(0, 2**32 - 1))
def test_what_the_standard_library_calls_private_is_private(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if not address.is_global or address.is_multicast:
        # Its registry holds a few anycast addresses that it calls neither; none of them is private here.
        assert is_private_host(str(address)) or address in ipaddress.ip_network("192.88.99.0/24")


@given(st.text(max_size=40))
def test_hosts_are_read_the_same_twice_and_never_raise(text: str) -> None:
    host = read_host(text)
    if host is not None:
        assert read_host(f"[{host}]" if ":" in host else host) == host


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5), st.dictionaries(st.text(max_size=8), json_values))
def test_arguments_are_alike_themselves_in_any_order_and_alike_both_ways(a: dict[str, Any], b: dict[str, Any]) -> None:
    left, right = summarise_arguments(a), summarise_arguments(b)
    turned = summarise_arguments(dict(reversed(a.items())))
    assert are_alike(left, turned, 999)
    assert are_alike(left, right, 500) == are_alike(right, left, 500)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 300), max_size=500))
def test_histories_stay_within_their_bounds_and_say_when_something_is_lost(tools: list[int]) -> None:
    state: SessionState | None = None
    for index, tool in enumerate(tools):
        state = append_step(state, SessionStep(index, "tool_call", "a", f"t{tool}", shingles=(index,)))
    steps = state.steps if state else ()
    assert len(steps) <= 200
    assert sum(bool(step.shingles) for step in steps) <= 32
    if {f"t{tool}" for tool in tools} - {step.tool for step in steps}:
        assert state is not None
        assert state.truncated


RULES: dict[str, dict[str, Any]] = {
    "cost_budget": {"cap_usd": 1, "scope": "user"},
    "rate_limit": {"max_calls": 1, "burst": 1},
    "token_limit": {"max_tokens_per_window": 5},
    "external_call_limit": {"allowed_domains": ["*.example"], "max_calls": 1},
    "record_count_limit": {"max_records_per_session": 1},
}
PLANS = {name: plan_of(name, rule) for name, rule in RULES.items()}
values = json_values | st.just(math.nan)


@given(
    st.sampled_from(sorted(RULES)),
    st.sampled_from(["input", "tool_call", "tool_result", "output", "agent_call"]),
    st.fixed_dictionaries(
        {},
        optional={
            "sessionId": values,
            "userId": values,
            "tool": st.fixed_dictionaries({"name": values, "args": values}),
            "toolOutputs": st.lists(st.fixed_dictionaries({"name": values, "output": values}), max_size=3),
            "estimatedCost": values,
            "estimatedTokens": values,
            "recordCount": values,
            "parentSessionId": values,
        },
    ),
    values,
)
def test_nothing_raises_whatever_the_request_and_whatever_the_store_gives(
    name: str, phase: str, more: dict[str, Any], counted: Any
) -> None:
    request = {"agentId": "a", "phase": phase, **more}
    decision = evaluate(PLANS[name], request, Usage(counted), lambda: 0)
    assert len(decision.outcomes) <= 1
    for charge in effects_for(PLANS[name], request, decision, lambda: 0).charges:
        assert isinstance(charge.amount, int)
        assert charge.amount > 0
