"""LangChain: answers in a wanted shape, which a model writes as calls of tools that nobody runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Create
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.langchain import HoldpointCallbackHandler, guard_model
from holdpoint.adapters.langchain_middleware import HoldpointMiddleware

FORBIDDEN = {"expression": {"enforcement": "block", "expression": 'output.contains("forbidden")', "message": "a word"}}
USER = {"messages": [{"role": "user", "content": "hi"}]}


class Answer(BaseModel):
    """What is wanted."""

    answer: str


class CallingModel(BaseChatModel):
    """Calls the tools that it is bound to: at its nth turn the nth one."""

    answer: str = ""
    turns: list[str]

    @property
    def _llm_type(self) -> str:
        return "calling"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self.bind(tools=[convert_to_openai_tool(one) for one in tools], **kwargs)

    def _next(self, tools: Any) -> dict[str, Any]:
        name = tools[len(self.turns) % len(tools)]["function"]["name"]
        self.turns.append(name)
        return {"id": f"call-{len(self.turns)}", "name": name, "args": {"answer": self.answer}}

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        message = AIMessage(content="", tool_calls=[self._next(kwargs.get("tools"))])
        return ChatResult(generations=[ChatGeneration(message=message)])


class StreamingModel(CallingModel):
    """The same in two pieces."""

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        call = self._next(kwargs.get("tools"))
        args = json.dumps(call["args"])
        for first, text in ((True, args[:9]), (False, args[9:])):
            piece = {"id": call["id"] if first else None, "name": call["name"] if first else None, "args": text}
            message = AIMessageChunk(content="", tool_call_chunks=[{**piece, "index": 0, "type": "tool_call_chunk"}])
            yield ChatGenerationChunk(message=message)


@pytest.fixture
def client(create: Create) -> Holdpoint:
    return create(policies=FORBIDDEN)


def asking(hp: Holdpoint, answer: str, kind: type[CallingModel] = CallingModel) -> Any:
    return guard_model(hp, kind(answer=answer, turns=[]), agent_id="support-bot").with_structured_output(Answer)


@pytest.mark.parametrize("kind", [CallingModel, StreamingModel])
def test_a_guarded_model_checks_them_as_outputs_however_it_is_asked(
    client: Holdpoint, kind: type[CallingModel]
) -> None:
    async def read_all() -> list[Any]:
        return [part async for part in asking(client, "this is forbidden", kind).astream("hi")]

    for ask in (
        lambda: asking(client, "this is forbidden", kind).invoke("hi"),
        lambda: asking(client, "this is forbidden", kind).batch(["hi"]),
        lambda: list(asking(client, "this is forbidden", kind).stream("hi")),
        lambda: asyncio.run(asking(client, "this is forbidden", kind).ainvoke("hi")),
        lambda: asyncio.run(read_all()),
    ):
        with pytest.raises(PolicyBlockedError):
            ask()
    assert asking(client, "fine", kind).invoke("hi") == Answer(answer="fine")
    assert list(asking(client, "fine", StreamingModel).stream("hi"))[-1] == Answer(answer="fine")


def test_a_handler_checks_them_as_outputs_when_the_run_ends(client: Holdpoint) -> None:
    config: Any = {"callbacks": [HoldpointCallbackHandler(client, agent_id="support-bot")]}
    with pytest.raises(PolicyBlockedError):
        CallingModel(answer="this is forbidden", turns=[]).with_structured_output(Answer).invoke("hi", config)
    fine = CallingModel(answer="fine", turns=[]).with_structured_output(Answer)
    assert fine.invoke("hi", config) == Answer(answer="fine")


def test_those_of_an_agent_are_checked_by_whatever_guards_it(client: Holdpoint) -> None:
    def plain() -> CallingModel:
        return CallingModel(answer="this is forbidden", turns=[])

    def guarded() -> Any:
        return guard_model(client, plain(), agent_id="support-bot")

    middleware = [HoldpointMiddleware(client, agent_id="support-bot")]
    handler: Any = {"callbacks": [HoldpointCallbackHandler(client, agent_id="support-bot")]}
    for model, ours, config in (
        (plain(), [], handler),
        (plain(), middleware, {}),
        (guarded(), [], {}),
        (guarded(), middleware, {}),
    ):
        agent: Any = create_agent(model, [], middleware=ours, response_format=ToolStrategy(Answer))
        with pytest.raises(PolicyBlockedError):
            agent.invoke(USER, config)


@tool
def search(answer: str) -> str:
    """Searches."""
    return f"found {answer}"


def test_arguments_of_tools_that_run_are_no_outputs(client: Holdpoint) -> None:
    phases: list[str] = []
    client.on("decision", lambda event: phases.append(event.decision.phase))
    for guards in (False, True):
        model: Any = CallingModel(answer="fine", turns=[])
        if guards:
            model = guard_model(client, model, agent_id="support-bot")
        agent: Any = create_agent(model, [search], response_format=ToolStrategy(Answer))
        config = {"callbacks": [HoldpointCallbackHandler(client, agent_id="support-bot")]}
        assert agent.invoke(USER, config)["structured_response"] == Answer(answer="fine")
        assert phases.count("output") == 1
        phases.clear()


def test_a_call_that_waits_for_somebody_is_no_output(client: Holdpoint) -> None:
    model = CallingModel(answer="this is forbidden", turns=[])
    waiting = HumanInTheLoopMiddleware(interrupt_on={"search": True})
    agent: Any = create_agent(model, [search], middleware=[waiting], checkpointer=InMemorySaver())
    config = {
        "callbacks": [HoldpointCallbackHandler(client, agent_id="support-bot")],
        "configurable": {"thread_id": "1"},
    }
    assert "__interrupt__" in agent.invoke(USER, config)


@pytest.mark.parametrize("kind", [CallingModel, StreamingModel])
def test_they_are_masked_where_a_policy_masks_them(create: Create, kind: type[CallingModel]) -> None:
    hp = create(policies={"pii_detection": {"enforcement": "warn", "strategy": "mask", "mask_output": True}})
    parts = [asking(hp, "write to jane.doe@example.com", kind).invoke("hi")]
    parts += asking(hp, "write to jane.doe@example.com", kind).stream("hi")
    assert all("jane.doe" not in part.answer for part in parts if part)
