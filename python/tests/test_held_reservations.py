"""Reservations that nobody will settle are not remembered."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest

from holdpoint import EnforcementHaltError, Holdpoint, MemoryUsageStore, PolicyBlockedError

STEP: dict[str, Any] = {"agent_id": "a", "estimated_cost": 0.01}


def _cost_limit(daily_budget: float) -> dict[str, Any]:
    rule = {"daily_budget": daily_budget}
    return {"id": "b", "policyType": "cost_limit", "enforcementMode": "block", "ruleDefinition": rule}


TOOLS = {
    "id": "t",
    "policyType": "tool_invocation",
    "enforcementMode": "block",
    "ruleDefinition": {"deny": ["drop"], "require_approval": ["send"]},
}


def _held(usage: MemoryUsageStore) -> int:
    return len(usage._book)


def test_nothing_is_remembered_after_ten_thousand_steps_however_each_went() -> None:
    usage = MemoryUsageStore()
    stopped = 0
    with Holdpoint(policies=[_cost_limit(1_000_000), TOOLS], usage=usage) as hp:
        for _ in range(1250):
            hp.enforce_policy(**STEP)
            for verb, more in (
                (hp.enforce_tool_call, {"tool": "drop"}),
                (hp.enforce_tool_call, {"tool": "send"}),
                (hp.enforce_policy, {"estimated_cost": math.nan}),
            ):
                try:
                    verb(**{**STEP, **more})
                except EnforcementHaltError:
                    stopped += 1
            assert "".join(hp.guard_stream(["one ", "two"], **STEP)) == "one two"
            with hp.start_trace(agent_id="a") as settled:
                hp.enforce_policy(trace=settled, **STEP)
                settled.record_usage(cost_usd=0.02)
            silent = hp.start_trace(agent_id="a")
            hp.enforce_policy(trace=silent, **STEP)
            with contextlib.suppress(PolicyBlockedError):
                hp.enforce_tool_call(tool="drop", trace=silent, **STEP)
            assert _held(usage) == 1
            silent.end()
        assert stopped == 3 * 1250
        assert _held(usage) == 0


def test_what_a_trace_has_reserved_and_never_reported_stands_as_spent() -> None:
    with Holdpoint(policies=[_cost_limit(1)]) as hp:
        trace = hp.start_trace(agent_id="a")
        hp.enforce_policy(agent_id="a", estimated_cost=0.5, trace=trace)
        trace.end()
        trace.record_usage(cost_usd=0)
        hp.enforce_policy(agent_id="a", estimated_cost=0.4)
        with pytest.raises(PolicyBlockedError):
            hp.enforce_policy(agent_id="a", estimated_cost=0.2)
