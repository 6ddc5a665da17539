"""What holds of every decision: adding, reordering, tightening and explaining; the laws of the cascade."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint._core import (
    Agent,
    CompileContext,
    canonical_json,
    check_governance_settings,
    compile_policies,
    evaluate,
    resolve_governance,
    to_wire,
)
from holdpoint._core.policy.cascade import meet, read_demands
from holdpoint._core.policy.governance import gather_demands
from holdpoint._gen.packs import PACKS
from holdpoint._gen.tables import VERDICT_RANK

_AGENT = Agent("a", team_id="ops", workspace_id="eu", autonomy_level="autonomous")
_AGENTS = [_AGENT, Agent("b", team_id="sales", autonomy_level="observe"), Agent("c")]
_MODES = ["monitor", "warn", "require_approval", "block"]

_documents = st.fixed_dictionaries(
    {"level": st.sampled_from(["agent", "team", "workspace", "tenant", "platform", "galaxy"])},
    optional={
        "targetId": st.sampled_from(["", "a", "ops", "eu"]),
        "maxAutonomy": st.sampled_from(["observe", "advise", "godlike"]),
        "minimumModes": st.dictionaries(
            st.sampled_from(["*", "cel", "cost_limit", "new_type"]), st.sampled_from([*_MODES, "odd"]), max_size=2
        ),
        "packs": st.lists(st.sampled_from([pack["pack"] for pack in PACKS]), max_size=2, unique=True),
        "artifactGovernance": st.sampled_from(["open", "reviewed", "sealed"]),
        "discovery": st.dictionaries(st.sampled_from(["tools", "orbits"]), st.booleans()),
    },
)
_rules = st.sampled_from(
    [
        {"policyType": "expression", "ruleDefinition": {"expression": "cost > 1.0"}},
        {"policyType": "expression", "ruleDefinition": {"expression": 'metadata.region == "eu"'}},
        {"policyType": "cost_limit", "ruleDefinition": {"max_cost_per_execution": 2, "daily_budget": 4}},
        {"policyType": "tool_invocation", "ruleDefinition": {"deny": ["u"], "require_approval": ["t"]}},
    ]
)
_more = st.fixed_dictionaries(
    {},
    optional={
        "enforcementMode": st.sampled_from(_MODES),
        "onError": st.sampled_from(["hold", "record"]),
        "appliesToAgents": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "evaluationOrder": st.integers(0, 3),
    },
)


@st.composite
def _policies(draw: st.DrawFn) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 4))):
        policy = {"id": f"p{index}", **draw(_rules), **draw(_more)}
        if index and draw(st.booleans()):
            policy["prerequisites"] = [f"p{index - 1}"]
            policy["chainTrigger"] = draw(st.sampled_from(["all_passed", "any_violated", "always"]))
        listed.append(policy)
    return listed


_requests = st.fixed_dictionaries(
    {"agentId": st.sampled_from(["a", "b", "c", "d"])},
    optional={
        "phase": st.sampled_from(["input", "tool_call", "output"]),
        "estimatedCost": st.sampled_from([0, 0.5, 2, 5, "much"]),
        "metadata": st.sampled_from([{}, {"region": "eu"}, 7]),
        "teamId": st.sampled_from(["ops", "x", 7]),
        "tool": st.sampled_from([{"name": "t"}, {"name": "u"}]),
    },
)


class _Usage:
    def read(self, _counter: object) -> float:
        return 3_000_000

    def session(self, _session_id: str) -> None:
        return None


def _decide(policies: list[Any], documents: list[Any], request: Any, *, explain: bool = False) -> Any:
    context = CompileContext(agents=_AGENTS, settings=documents)
    compiled = compile_policies(policies, context)
    assert compiled.plan is not None, compiled.problems
    return evaluate(compiled.plan, request, _Usage(), lambda: 1_790_000_000_000, explain=explain)


_pure = settings(max_examples=60, deadline=None)
_few = st.lists(_documents.filter(lambda document: not document.get("packs")), max_size=2)


@given(st.lists(_documents, max_size=3), st.lists(_documents, max_size=3), st.lists(_documents, max_size=3))
def test_the_meet_is_idempotent_commutative_and_associative(one: list[Any], two: list[Any], three: list[Any]) -> None:
    a, b, c = (gather_demands(documents, _AGENT) for documents in (one, two, three))
    assert meet(a, a) == a
    assert meet(a, b) == meet(b, a)
    assert meet(meet(a, b), c) == meet(a, meet(b, c))


@given(st.lists(_documents, max_size=4))
def test_settings_may_stand_in_any_order(documents: list[Any]) -> None:
    forwards = canonical_json(to_wire(resolve_governance(documents, _AGENT)))
    assert canonical_json(to_wire(resolve_governance(documents[::-1], _AGENT))) == forwards


_anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(_anything | st.fixed_dictionaries({"level": _anything, "packs": _anything, "minimumModes": _anything}))
def test_no_settings_document_raises(document: Any) -> None:
    read_demands(document)
    check_governance_settings([document])
    resolve_governance([document], _AGENT)


@_pure
@given(_policies(), _rules, _few, _requests)
def test_a_block_policy_more_never_weakens_a_verdict(
    policies: list[Any], added: dict[str, Any], documents: list[Any], request_: Any
) -> None:
    before = _decide(policies, documents, request_).verdict
    after = _decide([*policies, {"id": "added", "enforcementMode": "block", **added}], documents, request_).verdict
    assert VERDICT_RANK[after] >= VERDICT_RANK[before]


@_pure
@given(_policies(), _few, _documents, _requests)
def test_a_stricter_level_never_loosens_a_verdict(
    policies: list[Any], documents: list[Any], more: dict[str, Any], request_: Any
) -> None:
    before = _decide(policies, documents, request_).verdict
    after = _decide(policies, [*documents, more], request_).verdict
    assert VERDICT_RANK[after] >= VERDICT_RANK[before]


@_pure
@given(_policies(), _few, _requests)
def test_order_and_explanations_change_nothing(policies: list[Any], documents: list[Any], request_: Any) -> None:
    told = to_wire(_decide(policies, documents, request_, explain=True))
    assert to_wire(_decide(policies[::-1], documents, request_, explain=True)) == told
    told.pop("explanation")
    assert to_wire(_decide(policies, documents, request_)) == told


@_pure
@given(_policies(), _few, _anything)
def test_no_request_raises(policies: list[Any], documents: list[Any], request_: Any) -> None:
    for explain in (False, True):
        _decide(policies, documents, request_, explain=explain)
