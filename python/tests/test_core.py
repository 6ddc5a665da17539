"""The evaluator: promises that hold in every language."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core import (
    CompileContext,
    Counter,
    Pause,
    Plan,
    canonical_json,
    charges_for,
    compile_policies,
    evaluate,
    parse_instant,
    read_policy_document,
    suggest,
    to_micros,
    to_wire,
)
from holdpoint._core.detect.validators import VALIDATOR_NAMES, validate
from holdpoint._core.policy.timezone import is_timezone
from holdpoint._core.policy.windows import month_window

NOW_MS = 1795262400000  # 2026-11-21T12:00:00Z


class Spent:
    def __init__(self, amount: float = 0) -> None:
        self.amount = amount
        self.asked: list[Counter] = []

    def read(self, counter: Counter) -> float:
        self.asked.append(counter)
        return self.amount


def plan_of(*policies: dict[str, Any], **context: Any) -> Plan:
    compiled = compile_policies(list(policies), CompileContext(**context))
    assert compiled.plan is not None, compiled.problems
    return compiled.plan


def policy(policy_type: str, rule: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "p", "policyType": policy_type, "enforcementMode": "block", "ruleDefinition": rule, **fields}


def decide(plan: Plan, request: Any, spent: Spent | None = None, pauses: list[Pause] | None = None) -> dict[str, Any]:
    return to_wire(evaluate(plan, request, spent or Spent(), lambda: NOW_MS, pauses or []))


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1)


@given(
    st.recursive(
        st.none() | st.booleans() | NUMBER | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)
    )
)
def test_canonical_json_agrees_with_another_implementation(value: Any) -> None:
    assert canonical_json(value).encode() == rfc8785.dumps(value)


def test_canonical_json_writes_what_json_cannot_say_as_null() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    assert canonical_json([math.nan, math.inf, object(), 10**400]) == "[null,null,null,null]"
    assert canonical_json(cycle).count("[") == 257
    assert canonical_json("\ud83d lone") == '"\\ud83d lone"'
    assert canonical_json("\ud83d\ude00") == '"😀"'
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2}) == '{"😀":2,"\ufb33":1}'
    assert canonical_json([1e21, 1e-7, 0.000001, -0.0, 2.0, True]) == "[1e+21,1e-7,0.000001,0,2,true]"


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"agentId": "a", "estimatedCost": math.nan}, "/estimatedCost"),
        ({"agentId": "a", "estimatedCost": True}, "/estimatedCost"),
        ({"agentId": "a", "inptu": "x"}, "/inptu"),
        ({"agentId": 5}, "/agentId"),
        ({"agentId": "a", "tool": {"name": "t", "args": {"n": 10**400}}}, "/tool/args/n"),
        ({"agentId": "a", "tool": {"name": "t", "args": {1: 2}}}, "/tool/args"),
        ({"agentId": "a", "metadata": {"f": object()}}, "/metadata/f"),
        ({"agentId": "a", "input": b"bytes"}, "/input"),
        ([], ""),
        (None, ""),
    ],
)
def test_what_is_wrong_with_a_request_is_part_of_the_decision(request_: Any, path: str) -> None:
    rule = {"expression": "cost > 1.0 || input == 'x' || tool.name == 'y' || metadata.f == 1"}
    decision = decide(plan_of(policy("expression", rule)), request_)
    assert decision["problems"][0]["path"] == path
    assert decision["verdict"] == ("block" if decision["outcomes"] else "allow")


def test_texts_are_bounded_in_utf16_units_and_evidence_counts_code_points() -> None:
    plan = plan_of(policy("injection_scan", {"patterns": ["blue moon"]}))
    assert decide(plan, {"agentId": "a", "input": "😀" * 524_289})["problems"][0]["reason"] == "REQUEST_TOO_LARGE"
    assert decide(plan, {"agentId": "a", "input": "😀" * 524_288})["problems"] == []
    evidence = decide(plan, {"agentId": "a", "input": "😀😀 blue  moon"})["violations"][0]["evidence"][0]
    assert (evidence["start"], evidence["end"]) == (3, 13)


def test_arguments_that_nest_too_deep_are_an_outcome_and_no_recursion_error() -> None:
    plan = plan_of(policy("tool_invocation", {"deny": ["x"]}))
    args: dict[str, Any] = {}
    for _ in range(sys.getrecursionlimit() * 2):
        args = {"a": args}
    decision = decide(plan, {"agentId": "a", "phase": "tool_call", "tool": {"name": "t", "args": args}})
    assert decision["violations"][0]["reason"] == "REQUEST_TOO_LARGE"


def test_a_chain_longer_than_the_recursion_limit_is_ordered_and_a_cycle_is_named() -> None:
    rule = {"expression": "false"}
    chain = [
        policy("expression", rule, id=f"p{n:04d}", prerequisites=[f"p{n + 1:04d}"] * (n < 2999)) for n in range(3000)
    ]
    assert [one["id"] for one in plan_of(*chain).written][:2] == ["p2999", "p2998"]
    ring = [policy("expression", rule, id=one, prerequisites=[other]) for one, other in ("ab", "bc", "ca")]
    (problem,) = compile_policies(ring).problems
    assert problem.message == "prerequisites form a cycle: `a` → `b` → `c` → `a`"


def test_spend_is_counted_in_whole_micro_dollars() -> None:
    assert to_micros(0.1234565) == 123457
    plan = plan_of(policy("cost_limit", {"daily_budget": 1}))
    request = {"agentId": "a", "estimatedCost": 0.1}
    assert decide(plan, request, Spent(900_000))["verdict"] == "allow"
    assert decide(plan, request, Spent(900_001))["verdict"] == "block"
    assert decide(plan, request, Spent(math.nan))["violations"][0]["reason"] == "USAGE_UNAVAILABLE"
    (charge,) = charges_for(plan, request, lambda: NOW_MS)
    assert charge.counter.key == "cost|agent|a|1d|2026-11-21T00:00:00.000Z"


def test_months_begin_on_their_day_in_their_zone() -> None:
    window = month_window(parse_instant("2026-03-31T22:30:00Z"), 31, "Europe/Berlin")
    assert window.start_ms == parse_instant("2026-03-31T00:00:00+02:00")
    assert window.end_ms == parse_instant("2026-04-30T00:00:00+02:00")
    assert is_timezone("America/Sao_Paulo")
    assert not any(map(is_timezone, ["Mars/Base", "europe/berlin", "America", "../etc/passwd", ""]))


def test_a_pause_holds_until_it_is_over() -> None:
    plan = plan_of(agents=[{"agentId": "a", "teamId": "t"}])
    team = Pause("team", "t", "lunch", "2026-11-21T13:00:00+00:00")
    assert decide(plan, {"agentId": "a"}, pauses=[team])["verdict"] == "paused"
    assert decide(plan, {"agentId": "b"}, pauses=[team])["verdict"] == "allow"
    over = Pause("team", "t", None, "2026-11-21T11:59:59.999Z")
    assert decide(plan, {"agentId": "a"}, pauses=[over])["verdict"] == "allow"
    assert decide(plan, {"agentId": "a"}, pauses=[Pause("team", "t", None, "soon")])["verdict"] == "paused"


def test_a_document_is_read_in_its_three_shapes() -> None:
    short = read_policy_document({"injection_scan": {"enforcement": "block", "patterns": ["x"]}})
    assert short.policies is not None
    assert short.policies[0].policy == {
        "id": "injection_scan",
        "policyType": "injection_scan",
        "enforcementMode": "block",
        "ruleDefinition": {"patterns": ["x"]},
    }
    assert read_policy_document({"policies": [1]}).policies == [(1, "/policies/0")]
    assert read_policy_document(5).problems[0].message.endswith("got a number")


def test_names_that_were_probably_meant_are_suggested() -> None:
    assert suggest("dailyBudgte", ["daily_budget", "currency"]) == "daily_budget"
    assert suggest("xyz", ["daily_budget", "currency"]) is None


def test_the_same_decision_comes_byte_for_byte_whatever_the_order_of_the_policies() -> None:
    listed = [
        policy("expression", {"expression": "cost > 0.1"}, id="a", enforcementMode="warn"),
        policy("injection_scan", {"patterns": ["x y"]}, id="b"),
        policy("pii_access", {"mask_input": True}, id="c", enforcementMode="monitor"),
    ]
    request = {"agentId": "a", "input": "x y bob@example.org", "estimatedCost": 1}
    answers = {canonical_json(decide(plan_of(*order), request)) for order in (listed, listed[::-1])}
    assert len(answers) == 1
    assert json.loads(answers.pop())["transforms"] == [{"path": "/input", "text": "x y [EMAIL]"}]


@given(st.sampled_from(VALIDATOR_NAMES), st.text(max_size=40))
def test_validators_never_raise(name: str, text: str) -> None:
    assert validate(name, text) in (True, False)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("luhn", "4111111111111111", "4111111111111112"),
        ("mod97", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
        ("segwit", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
        ("verhoeff", "234123412346", "234123412347"),
        ("nhs", "943 476 5919", "943 476 5918"),
        ("ipv6", "2001:db8::1", "2001:db8::1::2"),
        ("vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042789"),
        ("codice_fiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("nif", "12345678Z", "12345678A"),
        ("cpf", "529.982.247-25", "529.982.247-26"),
        ("de_svnr", "15070649C103", "15070649C104"),
        ("rut", "12.678.579-8", "12.678.579-9"),
        ("phone", "+49 30 1234567", "+210 1234567"),
    ],
)
def test_validators_tell_the_good_from_the_bad(name: str, good: str, bad: str) -> None:
    assert (validate(name, good), validate(name, bad)) == (True, False)
