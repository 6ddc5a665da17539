"""Arguments with personal data in names and values."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint import apply_transforms
from holdpoint._core import CompileContext, compile_policies, evaluate
from holdpoint._sdk.transport.copy_json import copy_json

RULE = {"denied_pii_types": ["email"], "mask_input": True}
PLAN = compile_policies([{"id": "p", "policyType": "pii_access", "ruleDefinition": RULE}], CompileContext()).plan
ADDRESS = st.integers(0, 9).map(lambda number: f"ana{number}" + "@example.com")
NAME = ADDRESS | st.sampled_from(
    ["[EMAIL]", "[EMAIL] (2)", "#0", "#0#", "a b", "a", "0", "7", "__proto__", "～", "😀", "\ud83d"]
)
TREE = st.recursive(
    st.integers(0, 9) | st.sampled_from(["x", None]) | ADDRESS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=5),
    max_leaves=20,
)
ARGS = st.dictionaries(NAME, TREE, max_size=5)


class Nobody:
    def read(self, counter: Any) -> float:
        return 0


def decide(args: Any) -> Any:
    assert PLAN is not None
    request = {"agentId": "a", "phase": "tool_call", "tool": {"name": "t", "args": args}}
    return evaluate(PLAN, request, Nobody(), lambda: 0)


def count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return 1 + sum(map(count, value)) if isinstance(value, list) else 1


@settings(max_examples=300, deadline=None)
@given(ARGS)
def test_none_is_left_once_they_are_masked_and_no_value_is_lost(args: dict[str, Any]) -> None:
    decision = decide(args)
    masked = apply_transforms(decision, "/tool/args", args)
    assert "@example.com" not in json.dumps(masked)
    assert count(masked) == count(args)
    assert decide(masked).transforms == ()


@settings(max_examples=300, deadline=None)
@given(ARGS)
def test_they_are_in_a_trace_what_they_are_for_the_tool(args: dict[str, Any]) -> None:
    decision = decide(args)
    by_path = {one.path: one.text for one in decision.transforms}
    copied = copy_json(args, exact=False, pointer="/tool/args", text=lambda text, at: by_path.get(at, text))
    assert copied == apply_transforms(decision, "/tool/args", args)
