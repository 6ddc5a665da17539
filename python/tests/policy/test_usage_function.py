"""Counters that expressions read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core.expr import compile_expression
from holdpoint._core.policy.charges import charges_for
from holdpoint._core.policy.compile import compile_policies
from holdpoint._core.policy.counters import Counter
from holdpoint._core.policy.evaluate import evaluate
from holdpoint._core.policy.plan import Plan
from holdpoint._core.policy.usage_function import EXPRESSION_ENVIRONMENT, list_counters
from holdpoint._gen.tables import USAGE_METRIC_VALUES, USAGE_SCOPE_VALUES, USAGE_WINDOW_VALUES

NOW_MS = 1_790_000_000_000.0


def clock() -> float:
    return NOW_MS


def plan_of(*expressions: str) -> Plan:
    policies = [
        {
            "id": f"p{index}",
            "policyType": "expression",
            "enforcementMode": "block",
            "ruleDefinition": {"expression": expression},
        }
        for index, expression in enumerate(expressions)
    ]
    result = compile_policies(policies)
    assert result.plan is not None, result.problems
    return result.plan


class Store:
    """Counts in memory, and writes down what is asked."""

    def __init__(self) -> None:
        self.counted: dict[str, int] = {}
        self.reads: list[str] = []

    def read(self, counter: Counter) -> float:
        self.reads.append(counter.key)
        return self.counted.get(counter.key, 0)

    def apply(self, plan: Plan, request: Any) -> list[str]:
        charges = charges_for(plan, request, clock)
        for charge in charges:
            self.counted[charge.counter.key] = self.counted.get(charge.counter.key, 0) + charge.amount
        return [charge.counter.key for charge in charges]


def write(metric: str, window: str, scope: str) -> str:
    return f'usage("{metric}", "session")' if window == "session" else f'usage("{metric}", "{window}", "{scope}")'


CALLS = st.builds(
    write,
    st.sampled_from(USAGE_METRIC_VALUES),
    st.sampled_from(USAGE_WINDOW_VALUES),
    st.sampled_from(USAGE_SCOPE_VALUES),
)
PHASES = ("input", "tool_call", "tool_result", "output", "agent_call")

# Phases whose steps are counted (SPECIFICATION D-32).
COUNTED = {
    "cost": PHASES,
    "tokens": ("input", "output"),
    "calls": ("input", "tool_call", "agent_call"),
    "tool_calls": ("tool_call",),
    "external_calls": ("tool_call",),
    "turns": ("input",),
    "records": ("tool_result",),
}


def request_of(phase: str) -> dict[str, Any]:
    return {
        "agentId": "bot",
        "phase": phase,
        "userId": "u",
        "sessionId": "s",
        "workspaceId": "w",
        "estimatedCost": 0.25,
        "estimatedTokens": 7,
        "input": "hello there",
        "output": "general",
        "targetAgentId": "other",
        "tool": {"name": "fetch", "args": {"url": "https://example.org/"}},
        "toolOutputs": [{"name": "fetch", "output": [{"id": 1}, {"id": 2}]}],
        "recordCount": 2,
    }


@given(st.lists(CALLS, min_size=1, max_size=8), st.sampled_from(PHASES), st.booleans())
def test_charges_are_exactly_what_is_read(calls: list[str], phase: str, below: bool) -> None:
    conditions = [f"{call} {'<' if below else '>'} 1.0e9" for call in calls]
    plan = plan_of((" || " if below else " && ").join(conditions))
    store, request = Store(), request_of(phase)
    evaluate(plan, request, store, clock)
    charged = store.apply(plan, request)
    assert len(set(store.reads)) == len(store.reads)
    assert sorted(charged) == sorted(key for key in store.reads if phase in COUNTED[key.split("|")[0]])


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_the_limit_holds_from_the_step_that_reaches_it(steps: int) -> None:
    plan = plan_of(f'usage("cost", "1mo", "organization") >= {0.25 * steps}')
    store, request = Store(), request_of("input")
    for _ in range(steps):
        assert evaluate(plan, request, store, clock).allowed
        store.apply(plan, request)
    assert not evaluate(plan, request, store, clock).allowed


def test_a_counter_that_raises_leaves_the_policy_undecided() -> None:
    class Down:
        def read(self, counter: Counter) -> float:
            raise OSError

    decision = evaluate(plan_of('usage("cost", "1d") > 1.0'), request_of("input"), Down(), clock)
    assert [(one.status, one.reason) for one in decision.outcomes] == [("error", "USAGE_UNAVAILABLE")]
    assert not decision.allowed


def test_an_expression_without_counters_reads_none() -> None:
    plan = plan_of("usage.cost_today > 1.0", "cost > 1.0", 'usage("calls", "1m", "user") > 1.0')
    store = Store()
    assert evaluate(plan, request_of("input"), store, clock).verdict == "allow"
    assert ["|".join(key.split("|")[:4]) for key in store.reads] == ["cost|agent|bot|1d", "calls|user|u|1m"]
    assert [len(one.counters) for one in plan.compiled] == [1, 0, 1]


def test_programs_name_calls_and_their_cost() -> None:
    source = 'usage.cost_today > 1.0 || usage("cost", "1d", "agent") > 2.0 || usage("cost", "1d") > 3.0'
    program = compile_expression(source, EXPRESSION_ENVIRONMENT).program
    assert program is not None
    assert [call.args for call in program.calls] == [("cost", "1d", "agent"), ("cost", "1d")]
    assert [(one.name, list(one.bindings)) for one in list_counters(program)] == [
        ("usage(cost, 1d, agent)", ["usage(cost, 1d, agent)", "usage.cost_today"])
    ]
    cheap = compile_expression('usage("cost", "1d") > 5.0', EXPRESSION_ENVIRONMENT).program
    assert cheap is not None
    assert cheap.cost_estimate == 55
