"""Proof that the guards of LlamaIndex stop a step, or that verify names what does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_stand_ins import Counter, CountingModel, governed

from holdpoint import Holdpoint, HoldpointError
from holdpoint.adapters.llama_index import averify, guard_llm, guard_tool, verify


def test_verify_passes_for_a_governed_agent_and_asks_no_model(hp: Holdpoint) -> None:
    model, counter = CountingModel("never"), Counter()
    agent = governed(hp, model, counter.tool("db_read"))
    verify(hp, agent)
    verify(hp, agent.llm, (agent.tools or [])[0])
    asyncio.run(averify(hp, agent))
    assert (model.calls, counter.ran) == (0, [])
    assert not hp.stats().pauses


def _model_unguarded(hp: Holdpoint, agent: FunctionAgent) -> None:
    agent.llm = CountingModel("never")


def _model_of_another_client(hp: Holdpoint, agent: FunctionAgent) -> None:
    agent.llm = guard_llm(Holdpoint(policies=[]), CountingModel("never"), agent_id="support-bot")


def _tool_of_another_client(hp: Holdpoint, agent: FunctionAgent) -> None:
    agent.tools = [guard_tool(Holdpoint(policies=[]), Counter().tool("db_read"), agent_id="support-bot")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_model_unguarded, "model of agent `support` is not guarded"),
        (_model_of_another_client, "`chat` of model of agent `support` does not stop a paused agent"),
        (_tool_of_another_client, "tool `db_read` of agent `support` does not stop a paused agent"),
    ],
)
def test_verify_names_what_does_not_stop_a_step(hp: Holdpoint, change: Callable[..., None], named: str) -> None:
    agent = governed(hp, CountingModel("never"), Counter().tool("db_read"))
    change(hp, agent)
    with pytest.raises(HoldpointError, match=named):
        verify(hp, agent)


def test_verify_runs_no_tool_that_is_not_guarded(hp: Holdpoint) -> None:
    counter = Counter()
    with pytest.raises(HoldpointError, match="tool `db_read` is not guarded"):
        verify(hp, counter.tool("db_read"))
    with pytest.raises(HoldpointError, match="nothing to verify"):
        verify(hp)
    assert counter.ran == []
