"""What is looked at once, or not at all, gives what the long way gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core import compile_policies, evaluate
from holdpoint._core.detect import find_pii, holds_no_pii, list_pii_patterns, list_pii_signals, scan_text
from holdpoint._core.detect.text_scan import Text
from holdpoint._core.match import compile_set
from holdpoint._core.policy.counters import Counter, Subject, create_policy_counter
from holdpoint._core.policy.request import bind_request

_PII = compile_set(list_pii_patterns()).set
_SIGNALS = list_pii_signals()
_DAY_MS = 86_400_000
_STATES: list[dict[str, Any]] = [
    {"name": "n", "metric": "calls", "scope": "agent", "window": window, **more}
    for window in ("1m", "1h", "1d", "1mo", "session")
    for more in ({}, {"kind": "sliding"}, {"kind": "bucket", "leak": "rule.leak"})
    if window != "session" or not more
]


@given(
    st.sampled_from(_STATES),
    st.lists(st.tuples(st.integers(0, 3 * _DAY_MS), st.sampled_from(["a", "b|c"])), min_size=1, max_size=12),
)
def test_a_counter_is_named_as_if_it_had_never_been_named_before(
    state: dict[str, Any], steps: list[tuple[int, str]]
) -> None:
    again = create_policy_counter(state, {"leak": 3}, ())
    assert again is not None
    for at_ms, name in steps:
        fresh = create_policy_counter(state, {"leak": 3}, ())
        assert fresh is not None
        now_ms = 1_795_262_400_000 + at_ms
        subject = Subject(name, "", name, "")
        assert again.list(subject, now_ms) == fresh.list(subject, now_ms)


@given(
    st.text(alphabet=st.sampled_from("aeinst .-@0123456789,;|\n\té٣"), max_size=300),
    st.sampled_from(["input", "output"]),
    st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]),
    st.booleans(),
)
def test_a_text_that_is_passed_by_holds_no_personal_data(
    text: str, role: str, min_confidence: float, is_asked: bool
) -> None:
    assert _PII is not None
    scan = scan_text(Text(role, f"/{role}", text), _PII)
    if holds_no_pii(scan, min_confidence):
        assert find_pii(scan, _PII, _SIGNALS, lambda _: True, min_confidence, is_asked=is_asked) == []


class _Sly(dict[str, Any]):
    """Shows fewer members than it has."""

    def __iter__(self) -> Any:
        return iter(("agentId",))


def test_a_mapping_that_hides_members_is_read_member_by_member() -> None:
    view = bind_request(_Sly(agentId="a", output="text", model="m"), "production")
    assert (view.output, view.model) == ("text", "m")


class _Nothing:
    def read(self, counter: Counter) -> float:
        return 0


@pytest.mark.parametrize("rule", [{"max_tool_calls": 1}, {"max_turns": 0}, {"max_duration_s": 0, "max_cost_usd": 0.01}])
def test_conditions_that_a_rule_settles_are_explained_all_the_same(rule: dict[str, Any]) -> None:
    policy = {"id": "s", "policyType": "session_limits", "enforcementMode": "block", "ruleDefinition": rule}
    plan = compile_policies([policy]).plan
    assert plan is not None
    request = {"agentId": "a", "sessionId": "s", "input": "x", "estimatedCost": 1.0}

    class Usage(_Nothing):
        def session(self, session_id: str) -> None:
            return None

    decided = evaluate(plan, request, Usage(), lambda: 1_795_262_400_000)
    explained = evaluate(plan, request, Usage(), lambda: 1_795_262_400_000, explain=True)
    assert decided.violations == explained.violations
    assert decided.outcomes == explained.outcomes
    assert len(plan.compiled[0].tests) < len(plan.compiled[0].kind.conditions)
