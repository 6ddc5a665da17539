"""Every step of a real framework has a receipt of its own, and a step without one is named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from agents import Agent, Runner, function_tool, response_span, set_trace_processors
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig, RunnableLambda
from model_server import ModelServer
from model_ways import AGENT, ATTACK, POLICIES, WAYS, Way, user
from test_langchain import Counter, ask, call, model_of
from test_openai_agents import Counter as AgentsCounter
from test_openai_agents import CountingModel
from test_openai_agents import call as agents_call
from waiting import flush_all

from holdpoint import Holdpoint, ReceiptReport, verify_receipts
from holdpoint.adapters.langchain import HoldpointCallbackHandler, guard_model
from holdpoint.adapters.openai_agents import HoldpointTracingProcessor, govern_agent

Connect = Callable[..., Holdpoint]


@pytest.fixture
def connect(create: Create, plane: ControlPlane) -> Connect:
    def make(**options: Any) -> Holdpoint:
        given = {"on_approval": lambda _context: True, "control_plane": plane.url, "api_key": "key", "stream": False}
        return create(**{**given, **options})

    return make


@pytest.fixture
def traced() -> Iterator[None]:
    yield
    set_trace_processors([])


def report_of(hp: Holdpoint, plane: ControlPlane) -> ReceiptReport:
    flush_all(hp)
    return verify_receipts(plane.traces)


def steps_of(plane: ControlPlane, *kinds: str) -> list[tuple[str, str]]:
    spans = [span for trace in plane.traces for span in trace.get("spans", []) if span["spanType"] in kinds]
    return sorted((span["name"], span["status"]) for span in spans)


def several(*names: str) -> AIMessage:
    calls = [one for name in names for one in call(name, text="x").tool_calls]
    return AIMessage(content="", tool_calls=calls)


class Pages(BaseRetriever):
    def _get_relevant_documents(self, query: str, **_: Any) -> list[Any]:
        return []


@pytest.mark.parametrize("guarded", [False, True])
def test_langchain(connect: Connect, plane: ControlPlane, guarded: bool) -> None:
    hp = connect()
    model: BaseChatModel = model_of(several("search", "search", "send_email"), "done")
    tools = [Counter().tool("search"), Counter().tool("send_email")]
    agent: Any = create_agent(guard_model(hp, model, agent_id="support-bot") if guarded else model, tools)

    def outer(text: str, config: RunnableConfig) -> None:
        Pages().invoke(text, config)
        agent.invoke(ask(text), config)

    callbacks: Any = [HoldpointCallbackHandler(hp, agent_id="support-bot")]
    RunnableLambda(outer).invoke("hello", {"callbacks": callbacks})
    assert report_of(hp, plane).problems == ()
    assert steps_of(plane, "tool") == [("search", "success"), ("search", "success"), ("send_email", "success")]
    assert [status for _, status in steps_of(plane, "llm", "retriever")] == ["success"] * 3


@pytest.mark.parametrize("guarded", [False, True])
def test_langchain_where_the_model_streams(connect: Connect, plane: ControlPlane, guarded: bool) -> None:
    hp = connect()
    model: Any = model_of("hello there", "never")
    model = guard_model(hp, model, agent_id="support-bot") if guarded else model

    def outer(text: str, config: RunnableConfig) -> list[Any]:
        return list(model.stream(text, config))

    for text in ("hi", SAMPLES["attack"]):
        with suppress(Exception):
            callbacks: Any = [HoldpointCallbackHandler(hp, agent_id="support-bot")]
            RunnableLambda(outer).invoke(text, {"callbacks": callbacks})
    assert report_of(hp, plane).problems == ()
    assert sorted(status for _, status in steps_of(plane, "llm")) == ["policy_blocked", "success"]


@pytest.mark.parametrize("guarded", [False, True])
def test_langchain_where_the_run_is_nothing_but_a_model(connect: Connect, plane: ControlPlane, guarded: bool) -> None:
    hp = connect()
    model: Any = model_of("hello", "never")
    model = guard_model(hp, model, agent_id="support-bot") if guarded else model
    for text in ("hi", SAMPLES["attack"]):
        with suppress(Exception):
            model.invoke(text, {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]})
    assert report_of(hp, plane).problems == ()
    runs = [trace for trace in plane.traces if trace["spanType"] == "llm"]
    assert [run["status"] for run in runs] == ["success", "policy_blocked"]
    assert all(run["decisions"][0]["receipt"]["spanId"] == run["traceId"] for run in runs)


class TracedModel(CountingModel):
    """As the framework's own models do: the call is a span that begins within it."""

    async def get_response(self, *args: Any, **kwargs: Any) -> Any:
        with response_span():
            return await super().get_response(*args, **kwargs)


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("kind", [CountingModel, TracedModel])
def test_openai_agents(connect: Connect, plane: ControlPlane, kind: type[CountingModel]) -> None:
    hp = connect()
    set_trace_processors([HoldpointTracingProcessor(hp, agent_id="ops-agent")])
    tools = [AgentsCounter().tool("search"), AgentsCounter().tool("send_email"), AgentsCounter().tool("db_write")]

    def run(*answers: Any, text: str = "hello", governs: bool = True) -> None:
        plain = Agent(name="ops", model=kind(*answers), tools=tools)
        agent = govern_agent(hp, plain, agent_id="ops-agent") if governs else plain
        with suppress(Exception):
            asyncio.run(Runner.run(agent, text))

    run(agents_call("search"), agents_call("send_email"), "done")
    run(agents_call("db_write"), "never")
    run("never", text=SAMPLES["attack"])
    assert report_of(hp, plane).problems == ()
    names = [name for name, _ in steps_of(plane, "function", "generation", "response")]
    assert names == ["db_write", *["generation"] * 5, "search", "send_email"]
    run(agents_call("search"), "done", governs=False)
    messages = [one.message for one in report_of(hp, plane).problems]
    assert messages.count("no decision about this tool call search") == 1
    assert len(messages) == (1 if kind is CountingModel else 3)


@pytest.mark.usefixtures("traced")
def test_openai_agents_inside_of_each_other(connect: Connect, plane: ControlPlane) -> None:
    hp = connect()
    set_trace_processors([HoldpointTracingProcessor(hp, agent_id="ops-agent")])
    inner = govern_agent(hp, Agent(name="inner", model=TracedModel("inner done")), agent_id="ops-agent")

    async def delegate(text: str) -> str:
        """Asks another agent."""
        return str((await Runner.run(inner, text)).final_output)

    model = TracedModel(agents_call("delegate"), "done")
    outer = Agent(name="outer", model=model, tools=[function_tool(delegate)])
    asyncio.run(Runner.run(govern_agent(hp, outer, agent_id="ops-agent"), "hello"))
    assert report_of(hp, plane).problems == ()
    assert len(steps_of(plane, "function", "generation", "response")) == 4


@pytest.mark.parametrize("kind", [False, True])
@pytest.mark.parametrize("name", WAYS)
def test_model_clients(connect: Connect, plane: ControlPlane, name: str, kind: bool) -> None:
    hp, server, way = connect(policies=POLICIES), ModelServer("hello", "this is forbidden"), Way(name, kind)
    trace = hp.start_trace(agent_id=AGENT)
    for text in ("hi", "hi", ATTACK):
        with suppress(Exception):
            way.ask(hp, server.url, user(text), trace=trace)
    trace.span("aside", span_type="llm").end()
    trace.end()
    server.close()
    problems = report_of(hp, plane).problems
    assert [(one.kind, one.message) for one in problems] == [
        ("ungoverned", "no decision about this model call aside")
    ], json.dumps(plane.traces)
    statuses = [span["status"] for one in plane.traces for span in one.get("spans", [])]
    assert statuses == ["success", "policy_blocked", "policy_blocked", "success"]
