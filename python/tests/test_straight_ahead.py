"""The short way of a verb asks the same as the long one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from holdpoint import AsyncHoldpoint, Holdpoint, ToolCall

FORMS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((None,), {"agent_id": "a", "input": "hi"}),
    ((), {"agent_id": "a", "input": "hi", "session_id": None, "estimated_cost": 0.5, "environment": "test"}),
    ((), {"agent_id": "a", "input": "hi", "metadata": {"k": [1]}, "estimated_tokens": 3}),
    ((), {"agent_id": "a", "input": "hi", "vault": None, "trace": None}),
    ((), {"agent_id": "a", "tools": ["x", "y"], "phase": "output", "output": "o"}),
    ((), {"agent_id": "a", "tool": ToolCall("t", {"x": 1}), "phase": "tool_call"}),
    ((), {"agent_id": 7, "input": object()}),
    (({"agentId": "a", "input": "hi"},), {}),
    (({"agentId": "a", "input": "hi", "environment": None},), {"trace": None}),
    (({"agentId": "a", "input": "hi"},), {"input": "another", "user_id": "u"}),
    (("no request",), {}),
    (("no request",), {"agent_id": "a"}),
]


def watch(hp: Holdpoint, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the enforcer is asked to decide, and what beside it."""
    seen: list[Any] = []
    decide = hp._enforcer.begin
    go_ahead = hp._enforcer.ahead

    def begin(request: Any, trace: Any = None, vault: Any = None) -> Any:
        seen.append((request, trace, vault))
        return decide({"agentId": "a"})

    def ahead(request: Any) -> Any:
        seen.append((request, None, None))
        return go_ahead({"agentId": "a"})

    monkeypatch.setattr(hp._enforcer, "begin", begin)
    monkeypatch.setattr(hp._enforcer, "ahead", ahead)
    return seen


@pytest.mark.parametrize("environment", [None, "staging"])
@pytest.mark.parametrize(("given", "keywords"), FORMS)
def test_both_ways_ask_the_same(
    given: tuple[Any, ...], keywords: dict[str, Any], environment: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Holdpoint(policies=[], environment=environment) as hp:
        seen = watch(hp, monkeypatch)
        verbs: list[Callable[..., Any]] = [Holdpoint.enforce_policy, Holdpoint.enforce_policy.__wrapped__]  # type: ignore[attr-defined]
        for verb in verbs:
            verb(hp, *given, **keywords)
        waiting = AsyncHoldpoint(hp)
        verbs = [AsyncHoldpoint.enforce_policy, AsyncHoldpoint.enforce_policy.__wrapped__]  # type: ignore[attr-defined]
        for verb in verbs:
            asyncio.run(verb(waiting, *given, **keywords))
        first, *others = seen
        assert len(others) == 3
        assert others == [first] * 3


def test_a_request_is_copied_before_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    with Holdpoint(policies=[], environment="staging") as hp:
        seen = watch(hp, monkeypatch)
        request = {"agentId": "a"}
        hp.enforce_policy(request)
        asyncio.run(AsyncHoldpoint(hp).enforce_policy(request))
        assert request == {"agentId": "a"}
        assert [one[0] for one in seen] == [{"agentId": "a", "environment": "staging"}] * 2


def test_what_no_verb_takes_is_said_as_by_the_long_way() -> None:
    with Holdpoint(policies=[]) as hp, pytest.raises(TypeError, match="agentid"):
        hp.enforce_policy(agentid="a")  # type: ignore[call-arg]
