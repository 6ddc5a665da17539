"""OpenAI Agents SDK: agents used as tools, whose halt the framework makes a text of."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from agents import Agent, Runner
from agents.run import RunConfig
from conftest import SAMPLES
from openai.types.responses import ResponseFunctionToolCall
from test_openai_agents import Counter, call
from test_openai_agents_guards import StreamingModel

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.openai_agents import find_halt, govern_agent


def ask(name: str, text: str = "go") -> ResponseFunctionToolCall:
    arguments = json.dumps({"input": text})
    return ResponseFunctionToolCall(type="function_call", call_id=f"call-{name}-{text}", name=name, arguments=arguments)


def with_inner(hp: Holdpoint, inner: Agent[Any], *answers: Any) -> tuple[Agent[Any], StreamingModel]:
    """A governed agent that asks a governed one as a tool."""
    governed = govern_agent(hp, inner, agent_id="inner-bot")
    model = StreamingModel(*answers, "never")
    tools = [governed.as_tool("ask_inner", "asks")]
    return govern_agent(hp, Agent(name="outer", model=model, tools=tools), agent_id="outer-bot"), model


async def halt_of(agent: Agent[Any], streamed: bool, tracing_disabled: bool) -> BaseException | None:
    config = RunConfig(tracing_disabled=tracing_disabled)
    try:
        if streamed:
            result = Runner.run_streamed(agent, "hello", run_config=config)
            async for _ in result.stream_events():
                pass
        else:
            await Runner.run(agent, "hello", run_config=config)
    except Exception as error:  # noqa: BLE001 - which one it is, is asserted
        return find_halt(error)
    return None


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("tracing_disabled", [False, True])
def test_what_stops_an_agent_that_is_a_tool_stops_the_outer_one(
    hp: Holdpoint, streamed: bool, tracing_disabled: bool
) -> None:
    denied = Counter()
    inner = Agent(name="inner", model=StreamingModel(call("db_write"), "never"), tools=[denied.tool("db_write")])
    outer, model = with_inner(hp, inner, ask("ask_inner"))
    assert isinstance(asyncio.run(halt_of(outer, streamed, tracing_disabled)), PolicyBlockedError)
    assert (denied.runs, model.calls) == (0, 1)


def test_so_does_a_blocked_input_of_it_and_one_two_agents_down(hp: Holdpoint) -> None:
    outer, model = with_inner(hp, Agent(name="inner", model=StreamingModel("x")), ask("ask_inner", SAMPLES["attack"]))
    assert isinstance(asyncio.run(halt_of(outer, False, True)), PolicyBlockedError)
    middle, middle_model = with_inner(
        hp, Agent(name="inner", model=StreamingModel(SAMPLES["attack"])), ask("ask_inner")
    )
    outer, model = with_inner(hp, middle, ask("ask_inner"))
    assert isinstance(asyncio.run(halt_of(outer, False, True)), PolicyBlockedError)
    assert (middle_model.calls, model.calls) == (1, 1)


def test_of_agents_that_are_asked_at_once_a_stopped_one_stops_no_other_run(hp: Holdpoint) -> None:
    async def both() -> list[BaseException | None]:
        bad, _ = with_inner(hp, Agent(name="inner", model=StreamingModel(SAMPLES["attack"])), ask("ask_inner"))
        good, _ = with_inner(hp, Agent(name="inner", model=StreamingModel("fine")), ask("ask_inner"))
        return await asyncio.gather(halt_of(bad, False, True), halt_of(good, False, True))

    stopped, passed = asyncio.run(both())
    assert isinstance(stopped, PolicyBlockedError)
    assert passed is None
