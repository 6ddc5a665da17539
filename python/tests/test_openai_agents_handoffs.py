"""OpenAI Agents SDK: handing over between agents that are governed under different names."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agents import Agent, Runner, handoff
from conftest import Create
from test_openai_agents import call
from test_openai_agents_guards import StreamingModel

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.openai_agents import find_halt, govern_agent, verify

WAYS = pytest.mark.parametrize("wrap", [lambda agent: agent, handoff])


def handing_over(hp: Holdpoint, wrap: Any) -> tuple[Agent[Any], StreamingModel]:
    model = StreamingModel("hello from billing")
    billing = govern_agent(hp, Agent(name="billing", model=model), agent_id="billing-bot")
    front = Agent(name="front", model=StreamingModel(*[call("transfer_to_billing")] * 2), handoffs=[wrap(billing)])
    return govern_agent(hp, front, agent_id="front-bot"), model


async def run_streamed(agent: Agent[Any]) -> Any:
    result = Runner.run_streamed(agent, "hi")
    async for _ in result.stream_events():
        pass
    return result


@WAYS
def test_a_policy_may_stop_it(create: Create, wrap: Any) -> None:
    hp = create(policies={"agent_delegation": {"enforcement": "block"}})
    front, model = handing_over(hp, wrap)
    for run in (Runner.run(front, "hi"), run_streamed(front)):
        with pytest.raises(Exception) as stopped:  # noqa: PT011 - the framework may wrap it
            asyncio.run(run)
        assert isinstance(find_halt(stopped.value), PolicyBlockedError)
    assert model.calls == 0
    verify(hp, front)


@WAYS
def test_it_goes_on_when_no_policy_minds(hp: Holdpoint, wrap: Any) -> None:
    told: list[tuple[str, str | None]] = []
    hp.on("decision", lambda event: told.append((event.decision.phase, event.decision.agent_id)))
    front, _ = handing_over(hp, wrap)
    assert asyncio.run(Runner.run(front, "hi")).final_output == "hello from billing"
    assert [who for phase, who in told if phase == "agent_call"] == ["front-bot"]
    assert told[-1] == ("output", "billing-bot")


def test_between_agents_of_one_name_it_is_no_call(hp: Holdpoint) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    second = Agent(name="second", model=StreamingModel("hello"))
    first = Agent(name="first", model=StreamingModel(call("transfer_to_second")), handoffs=[second])
    asyncio.run(Runner.run(govern_agent(hp, first, agent_id="ops-bot"), "hi"))
    assert "agent_call" not in phases
