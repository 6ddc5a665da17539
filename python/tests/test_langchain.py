"""LangChain, the real one, with counting models and tools."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import SAMPLES, Create
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool, tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from holdpoint import AgentPausedError, ApprovalContext, ApprovalDeniedError, Holdpoint, PolicyBlockedError
from holdpoint.adapters.langchain import HoldpointCallbackHandler


class CountingModel(GenericFakeChatModel):
    """Answers from a script and counts how often it is asked."""

    calls: int = 0

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        return super()._generate(messages, *args, **kwargs)

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self


def model_of(*answers: str | AIMessage) -> CountingModel:
    def script() -> Iterator[AIMessage]:
        for answer in answers:
            yield AIMessage(content=answer) if isinstance(answer, str) else answer

    return CountingModel(messages=script())


def call(name: str, **args: Any) -> AIMessage:
    return AIMessage(content="", tool_calls=[{"name": name, "args": args, "id": str(uuid.uuid4())}])


class Counter:
    def __init__(self, result: str = "done") -> None:
        self.runs = 0
        self.result = result

    def tool(self, name: str) -> BaseTool:
        @tool(name)
        def run(text: str) -> str:
            """Does something."""
            self.runs += 1
            return self.result

        return run


def config(hp: Holdpoint) -> Any:
    return {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]}


def ask(text: str) -> Any:
    return {"messages": [{"role": "user", "content": text}]}


def test_an_input_that_may_pass_reaches_the_model(hp: Holdpoint) -> None:
    model = model_of("hello")
    assert model.invoke(SAMPLES["question"], config(hp)).content == "hello"
    assert model.calls == 1


def test_a_blocked_input_reaches_no_model(hp: Holdpoint) -> None:
    model = model_of("never")
    with pytest.raises(PolicyBlockedError) as blocked:
        model.invoke(SAMPLES["attack"], config(hp))
    assert model.calls == 0
    assert blocked.value.violations[0].policy_id == "no-injection"


def test_a_blocked_input_reaches_no_model_in_async_runs_streams_and_batches(hp: Holdpoint) -> None:
    model = model_of("never")
    with pytest.raises(PolicyBlockedError):
        asyncio.run(model.ainvoke(SAMPLES["attack"], config(hp)))
    with pytest.raises(PolicyBlockedError):
        list(model.stream(SAMPLES["attack"], config(hp)))
    with pytest.raises(PolicyBlockedError):
        model.batch([SAMPLES["attack"]], config(hp))
    assert model.calls == 0


def test_a_blocked_output_reaches_nobody(hp: Holdpoint) -> None:
    model = model_of(SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError) as blocked:
        model.invoke("hello", config(hp))
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "output"


def test_a_denied_tool_never_runs_and_another_does(hp: Holdpoint) -> None:
    counter = Counter()
    with pytest.raises(PolicyBlockedError):
        counter.tool("db_write").invoke({"text": "x"}, config(hp))
    assert counter.runs == 0
    assert counter.tool("db_read").invoke({"text": "x"}, config(hp)) == "done"
    assert counter.runs == 1


def test_a_poisoned_result_does_not_enter_the_context(hp: Holdpoint) -> None:
    with pytest.raises(PolicyBlockedError) as blocked:
        Counter(SAMPLES["attack"]).tool("fetch").invoke({"text": "x"}, config(hp))
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "tool_result"


def test_an_attack_that_is_the_name_of_an_argument_reaches_no_tool(hp: Holdpoint) -> None:
    given: list[Any] = []

    @tool
    def search(query: dict[str, Any]) -> dict[str, Any]:
        """Searches."""
        given.append(query)
        return {SAMPLES["attack"]: 1}

    with pytest.raises(PolicyBlockedError) as blocked:
        search.invoke({"query": {SAMPLES["attack"]: 1}}, config(hp))
    assert given == []
    assert blocked.value.decision is not None
    assert blocked.value.decision.violations[0].evidence[0].path == "/tool/args/query/#0#"
    with pytest.raises(PolicyBlockedError) as blocked:
        search.invoke({"query": {"the second page": 1}}, config(hp))
    assert given == [{"the second page": 1}]
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "tool_result"


def test_an_agent_runs_its_tools_to_the_end(hp: Holdpoint) -> None:
    counter = Counter()
    model = model_of(call("db_read", text="x"), "all good")
    agent = create_agent(model, [counter.tool("db_read")])
    answer = agent.invoke(ask(SAMPLES["question"]), config(hp))
    assert answer["messages"][-1].content == "all good"
    assert (model.calls, counter.runs) == (2, 1)


def test_an_agent_is_stopped_at_a_denied_tool(hp: Holdpoint) -> None:
    counter = Counter()
    model = model_of(call("db_write", text="x"), "never")
    agent = create_agent(model, [counter.tool("db_write")])
    with pytest.raises(PolicyBlockedError):
        agent.invoke(ask(SAMPLES["question"]), config(hp))
    assert (model.calls, counter.runs) == (1, 0)


def test_a_tool_node_that_turns_errors_into_messages_does_not_talk_around_a_denial(hp: Holdpoint) -> None:
    counter = Counter()
    model = model_of("never")
    graph = StateGraph(MessagesState)
    graph.add_node("tools", ToolNode([counter.tool("db_write")], handle_tool_errors=True))
    graph.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_edge(START, "tools")
    graph.add_edge("tools", "model")
    with pytest.raises(PolicyBlockedError):
        graph.compile().invoke({"messages": [call("db_write", text="x")]}, config(hp))
    assert (model.calls, counter.runs) == (0, 0)


def test_a_paused_agent_reaches_no_model(hp: Holdpoint) -> None:
    model = model_of("never")
    hp.pause_agent("support-bot", reason="maintenance")
    with pytest.raises(AgentPausedError) as paused:
        model.invoke("hello", config(hp))
    assert (model.calls, paused.value.reason) == (0, "maintenance")


def test_a_pause_stops_an_agent_between_its_steps(hp: Holdpoint) -> None:
    @tool
    def look(text: str) -> str:
        """Looks."""
        hp.pause_agent("support-bot")
        return "seen"

    model = model_of(call("look", text="x"), "never")
    with pytest.raises(AgentPausedError):
        create_agent(model, [look]).invoke(ask("hello"), config(hp))
    assert model.calls == 1


def test_a_step_that_a_human_denies_is_held(create: Create) -> None:
    counter = Counter()
    hp = create(on_approval=lambda _: False)
    with pytest.raises(ApprovalDeniedError):
        counter.tool("send_email").invoke({"text": "x"}, config(hp))
    assert counter.runs == 0


def test_a_step_that_a_human_approves_goes_ahead(create: Create) -> None:
    counter = Counter()
    asked: list[Any] = []

    def answer(context: ApprovalContext) -> bool:
        asked.append(context.action)
        return True

    hp = create(on_approval=answer)
    assert counter.tool("send_email").invoke({"text": "x"}, config(hp)) == "done"
    assert asked[0]["tool"] == {"name": "send_email", "args": {"text": "x"}}


def test_every_run_is_closed(hp: Holdpoint) -> None:
    handler = HoldpointCallbackHandler(hp, agent_id="support-bot")
    model_of("hello").invoke("hi", {"callbacks": [handler]})
    with pytest.raises(PolicyBlockedError):
        model_of("x").invoke(SAMPLES["attack"], {"callbacks": [handler]})
    assert handler.open_runs == 0
