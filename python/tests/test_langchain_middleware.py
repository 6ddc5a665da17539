"""Middleware of LangChain's agents, with counting models and tools."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import SAMPLES, Create
from langchain.agents import create_agent
from langchain_core.tools import BaseTool
from test_langchain_model import Counter, Model, Streaming, ask, call, guard

from holdpoint import (
    ApprovalDeniedError,
    Holdpoint,
    PolicyBlockedError,
)
from holdpoint.adapters.langchain import HoldpointCallbackHandler
from holdpoint.adapters.langchain_middleware import HoldpointMiddleware


def with_middleware(hp: Holdpoint, model: Model, *tools: BaseTool) -> Any:
    return create_agent(model, list(tools), middleware=[HoldpointMiddleware(hp, agent_id="support-bot")])


def run(agent: Any, text: str, asynchronous: bool = False) -> Any:
    answer = asyncio.run(agent.ainvoke(ask(text))) if asynchronous else agent.invoke(ask(text))
    return answer["messages"][-1].content


both = pytest.mark.parametrize("asynchronous", [False, True])


@both
def test_middleware_lets_pass_what_may_pass(hp: Holdpoint, asynchronous: bool) -> None:
    model, counter = Model(call("db_read"), "all good"), Counter()
    assert run(with_middleware(hp, model, counter.tool("db_read")), "hello", asynchronous) == "all good"
    assert (model.calls, counter.runs) == (2, 1)


@both
def test_middleware_stops_inputs_tools_results_and_outputs(hp: Holdpoint, asynchronous: bool) -> None:
    model, counter = Model("never"), Counter()
    with pytest.raises(PolicyBlockedError):
        run(with_middleware(hp, model), SAMPLES["attack"], asynchronous)
    assert model.calls == 0
    model = Model(call("db_write"), "never")
    with pytest.raises(PolicyBlockedError):
        run(with_middleware(hp, model, counter.tool("db_write")), "hello", asynchronous)
    assert (model.calls, counter.runs) == (1, 0)
    model = Model(call("fetch"), "never")
    with pytest.raises(PolicyBlockedError):
        run(with_middleware(hp, model, Counter(SAMPLES["attack"]).tool("fetch")), "hello", asynchronous)
    assert model.calls == 1
    with pytest.raises(PolicyBlockedError):
        run(with_middleware(hp, Model(SAMPLES["attack"])), "hello", asynchronous)


@both
def test_middleware_masks_and_leaves_a_guarded_model_to_its_guard(hp: Holdpoint, asynchronous: bool) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    model, counter = Model(call("fetch"), "ask a@example.com"), Counter("write to b@example.com")
    answer = run(with_middleware(hp, guard(hp, model), counter.tool("fetch")), "hello", asynchronous)
    assert "a@example.com" not in answer
    assert "b@example.com" not in str(model.asked[1])
    assert phases == ["input", "tool_call", "tool_result", "input", "output"]


@pytest.mark.parametrize(("answer", "runs"), [(False, 0), (True, 1)])
@both
def test_middleware_waits_for_a_human(create: Create, answer: bool, runs: int, asynchronous: bool) -> None:
    hp, counter = create(on_approval=lambda _: answer), Counter()
    agent = with_middleware(hp, Model(call("send_email"), "sent"), counter.tool("send_email"))
    if answer:
        assert run(agent, "hello", asynchronous) == "sent"
    else:
        with pytest.raises(ApprovalDeniedError):
            run(agent, "hello", asynchronous)
    assert counter.runs == runs


def test_a_guarded_model_is_checked_by_handlers_and_middleware_of_another_client_as_well(
    hp: Holdpoint, create: Create
) -> None:
    other, phases = create(), list[str]()
    other.on("decision", lambda event: phases.append(event.decision.phase))
    model = guard(hp, Streaming("hello"))
    model.invoke("hi", {"callbacks": [HoldpointCallbackHandler(other, agent_id="support-bot")]})
    with_middleware(other, model).invoke(ask("hi"))
    assert phases == ["input", "output", "input", "output"]
