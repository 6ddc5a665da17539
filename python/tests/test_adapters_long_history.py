"""Histories of more messages than a request may carry, in the adapters that replace no text of a request."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool
from conftest import SAMPLES
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.tools import tool
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from holdpoint import ApprovalDeniedError, Holdpoint, PolicyBlockedError
from holdpoint.adapters.langchain import HoldpointCallbackHandler
from holdpoint.adapters.openai_agents import find_halt, govern_agent, holdpoint_input_guardrail

ASKING = {"injection_scan": {"enforcement": "require_approval", "patterns": ["blue moon"]}}


def talk(place: int, content: str) -> list[tuple[str, str]]:
    """A long talk with another text in one place; the last message is the user's."""
    texts = [content if at == place else str(at) for at in range(121)]
    return [("assistant" if at % 2 else "user", text) for at, text in enumerate(texts)]


class AgentsModel(Model):
    """Calls a tool where the script says nothing, and counts how often it is asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.calls = 0

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        self.calls += 1
        text = self.answers.pop(0)
        call = ResponseFunctionToolCall(type="function_call", call_id=uuid.uuid4().hex, name="look_up", arguments="{}")
        content = ResponseOutputText(type="output_text", text=text or "", annotations=[])
        said = ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=[content])
        return ModelResponse(output=[call if text is None else said], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class ChainModel(GenericFakeChatModel):
    calls: int = 0

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        return super()._generate(messages, *args, **kwargs)

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self


def chain_model(*answers: str | None) -> ChainModel:
    def script() -> Iterator[AIMessage]:
        for text in answers:
            calls = [] if text else [{"name": "look_up", "args": {}, "id": uuid.uuid4().hex}]
            yield AIMessage(content=text or "", tool_calls=calls)

    return ChainModel(messages=script())


def look_up() -> str:
    """Looks it up."""
    return "found"


def run_agent(agent: Agent[Any], items: list[Any]) -> Any:
    return asyncio.run(Runner.run(agent, items))


def governed(hp: Holdpoint, model: Model) -> Agent[Any]:
    return govern_agent(hp, Agent(name="ops", model=model, tools=[function_tool(look_up)]), agent_id="ops-agent")


def with_guardrail(hp: Holdpoint, model: Model) -> Agent[Any]:
    return Agent(name="ops", model=model, input_guardrails=[holdpoint_input_guardrail(hp, agent_id="ops-agent")])


def as_items(messages: list[tuple[str, str]]) -> list[Any]:
    return [{"role": role, "content": text} for role, text in messages]


def as_chat(messages: list[tuple[str, str]]) -> list[BaseMessage]:
    return [AIMessage(text) if role == "assistant" else HumanMessage(text) for role, text in messages]


def callbacks(hp: Holdpoint) -> Any:
    return {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]}


@pytest.mark.parametrize("place", [0, 19, 20, 69, 70, 119])
@pytest.mark.parametrize("govern", [governed, with_guardrail])
def test_an_attack_anywhere_in_a_long_history_reaches_no_agent(
    hp: Holdpoint, govern: Callable[[Holdpoint, Model], Agent[Any]], place: int
) -> None:
    model = AgentsModel("never")
    with pytest.raises(PolicyBlockedError):
        run_agent(govern(hp, model), as_items(talk(place, SAMPLES["attack"])))
    assert model.calls == 0


@pytest.mark.parametrize("place", [0, 19, 20, 69, 70, 119])
def test_an_attack_anywhere_in_a_long_history_reaches_no_model_that_a_handler_sees(hp: Holdpoint, place: int) -> None:
    model = chain_model("never")
    with pytest.raises(PolicyBlockedError):
        model.invoke(as_chat(talk(place, SAMPLES["attack"])), callbacks(hp))
    assert model.calls == 0


def test_a_long_history_that_no_policy_minds_is_recorded_as_one_request(hp: Holdpoint) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    assert run_agent(with_guardrail(hp, AgentsModel("hello")), as_items(talk(3, "hi"))).final_output == "hello"
    assert phases == ["input"]
    assert chain_model("hello").invoke(as_chat(talk(3, "hi")), callbacks(hp)).content == "hello"
    assert phases == ["input", "input", "output"]


def test_a_beginning_that_needs_a_human_is_asked_about_once_in_a_run() -> None:
    asked: list[str] = []

    def answer(context: Any) -> bool:
        asked.append(context.agent_id)
        return True

    hp = Holdpoint(policies=ASKING, on_approval=answer)
    agent = governed(hp, AgentsModel(None, "done"))
    assert run_agent(agent, as_items(talk(3, SAMPLES["attack"]))).final_output == "done"
    chain = create_agent(chain_model(None, "done"), [tool(look_up)])
    state: Any = {"messages": as_chat(talk(3, SAMPLES["attack"]))}
    ended = chain.invoke(state, callbacks(hp))
    hp.close()
    assert ended["messages"][-1].content == "done"
    assert asked == ["ops-agent", "support-bot"]


def test_behind_what_a_human_has_approved_nothing_else_passes_however_much_comes_after_it() -> None:
    answers = [True, False]
    hp = Holdpoint(policies=ASKING, on_approval=lambda _: answers.pop(0))
    model = AgentsModel(None, "done", "again", "never")
    agent = governed(hp, model)
    approved = run_agent(agent, as_items([("user", SAMPLES["attack"])])).to_input_list()[:3]

    def after(text: str) -> list[Any]:
        return as_items([("assistant", text if at == 0 else str(at)) for at in range(60)])

    assert run_agent(agent, [*approved, *after("hi")]).final_output == "again"
    with pytest.raises(ApprovalDeniedError) as denied:
        run_agent(agent, [*approved, *after(SAMPLES["attack"])])
    hp.close()
    assert find_halt(denied.value) is denied.value
    assert (model.calls, answers) == (3, [])
