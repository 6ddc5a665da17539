"""LlamaIndex, the real one, with counting models and tools."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
from llama_index.core.agent.workflow import AgentStream, AgentWorkflow, FunctionAgent, ReActAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    CitableBlock,
    CitationBlock,
    DocumentBlock,
    TextBlock,
    ToolCallBlock,
)
from llama_index.core.tools import AsyncBaseTool, BaseTool, FunctionTool, ToolMetadata, ToolOutput
from llama_stand_ins import Counter, CountingModel, calls_of, governed, run, say
from samples import SAMPLES, Create, record_traces

from holdpoint import AgentPausedError, ApprovalDeniedError, Holdpoint, HoldpointError, PolicyBlockedError
from holdpoint.adapters.llama_index import govern_agent, guard_llm, guard_tool, verify


def test_a_run_that_may_pass_ends_with_the_models_answer(hp: Holdpoint) -> None:
    model, counter = CountingModel(calls_of("db_read"), "all good"), Counter()
    assert run(governed(hp, model, counter.tool("db_read"))) == "all good"
    assert (model.calls, len(counter.ran)) == (2, 1)


@pytest.mark.parametrize("streaming", [True, False])
def test_a_blocked_input_reaches_no_model(hp: Holdpoint, streaming: bool) -> None:
    model = CountingModel("never")
    with pytest.raises(PolicyBlockedError) as blocked:
        run(governed(hp, model, streaming=streaming), SAMPLES["attack"])
    assert model.calls == 0
    assert blocked.value.violations[0].policy_id == "no-injection"


@pytest.mark.parametrize("method", ["chat", "complete", "stream_chat", "stream_complete"])
def test_every_method_of_a_model_is_checked_before_and_after(hp: Holdpoint, method: str) -> None:
    def ask(text: str, model: CountingModel, asynchronous: bool) -> Any:
        llm = guard_llm(hp, model, agent_id="support-bot")
        given = [ChatMessage(role="user", content=text)] if "chat" in method else text
        if not asynchronous:
            answer = getattr(llm, method)(given)
            return list(answer) if "stream" in method else answer

        async def wait() -> Any:
            answer = await getattr(llm, f"a{method}")(given)
            return [chunk async for chunk in answer] if "stream" in method else answer

        return asyncio.run(wait())

    for asynchronous in (False, True):
        model = CountingModel("never")
        with pytest.raises(PolicyBlockedError):
            ask(SAMPLES["attack"], model, asynchronous)
        assert model.calls == 0
        model = CountingModel(SAMPLES["attack"])
        with pytest.raises(PolicyBlockedError) as blocked:
            ask("hello", model, asynchronous)
        assert blocked.value.decision is not None
        assert (model.calls, blocked.value.decision.phase) == (1, "output")
        assert ask("hello", CountingModel("good morning to you"), asynchronous)


def test_a_guarded_model_is_checked_once_though_one_method_is_made_of_another(hp: Holdpoint) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    guard_llm(hp, CountingModel("hello"), agent_id="support-bot").complete("hi")
    assert phases == ["input", "output"]


@pytest.mark.parametrize("streaming", [True, False])
def test_a_denied_tool_does_not_run_and_the_model_is_not_asked_again(hp: Holdpoint, streaming: bool) -> None:
    model, counter = CountingModel(calls_of("db_write"), "never"), Counter()
    with pytest.raises(PolicyBlockedError) as blocked:
        run(governed(hp, model, counter.tool("db_write"), streaming=streaming))
    assert (model.calls, counter.ran) == (1, [])
    assert blocked.value.violations[0].policy_id == "tools"


def test_an_agent_that_writes_its_calls_as_text_is_stopped_as_well(hp: Holdpoint) -> None:
    counter = Counter()
    model = CountingModel('Thought: now\nAction: db_write\nAction Input: {"text": "x"}', "Thought: ok\nAnswer: never")
    agent = govern_agent(hp, ReActAgent(name="r", llm=model, tools=[counter.tool("db_write")]), agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        run(agent)
    assert (model.calls, counter.ran) == (1, [])


def test_sixteen_parallel_tools_run_and_are_all_checked(hp: Holdpoint) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    counters = {f"db_read_{index}": Counter() for index in range(16)}
    model = CountingModel(calls_of(*counters), "all good")
    assert run(governed(hp, model, *(counter.tool(name) for name, counter in counters.items()))) == "all good"
    assert [len(counter.ran) for counter in counters.values()] == [1] * 16
    assert (phases.count("tool_call"), phases.count("tool_result")) == (16, 16)


def test_of_parallel_tools_the_denied_one_does_not_run_and_the_run_stops(hp: Holdpoint) -> None:
    allowed, denied = Counter(), Counter()
    model = CountingModel(calls_of(*["db_read"] * 7, "db_write"), "never")
    with pytest.raises(PolicyBlockedError):
        run(governed(hp, model, allowed.tool("db_read"), denied.tool("db_write")))
    assert (model.calls, denied.ran) == (1, [])


@pytest.mark.parametrize("return_direct", [True, False])
def test_a_poisoned_result_reaches_neither_the_model_nor_the_user(hp: Holdpoint, return_direct: bool) -> None:
    model, counter = CountingModel(calls_of("fetch"), "never"), Counter(SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError) as blocked:
        run(governed(hp, model, counter.tool("fetch", return_direct=return_direct)))
    assert (model.calls, len(counter.ran)) == (1, 1)
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "tool_result"


def test_nothing_of_a_stopped_stream_reaches_the_user(hp: Holdpoint) -> None:
    seen: list[str] = []

    async def ask(answer: str) -> None:
        handler = governed(hp, CountingModel(answer)).run(user_msg="hello")
        async for event in handler.stream_events():
            if isinstance(event, AgentStream):
                seen.append(event.delta)
        await handler

    with pytest.raises(PolicyBlockedError):
        asyncio.run(ask(SAMPLES["attack"]))
    assert seen == []
    asyncio.run(ask("it is on its way"))
    assert seen == ["it", " is", " on", " its", " way"]


def test_masked_texts_take_the_place_of_the_original_ones(hp: Holdpoint) -> None:
    model, counter = CountingModel(calls_of("fetch"), "ask a@example.com"), Counter("write to b@example.com")
    answer = run(governed(hp, model, counter.tool("fetch")))
    assert "a@example.com" not in answer
    assert "b@example.com" not in str(model.asked[1])
    assert "write to" in str(model.asked[1])


def test_tools_of_every_kind_are_guarded(hp: Holdpoint) -> None:
    ran: list[str] = []

    class Plain(BaseTool):
        @property
        def metadata(self) -> ToolMetadata:
            return ToolMetadata("does something", name="db_write")

        def __call__(self, input: Any) -> ToolOutput:  # noqa: A002
            ran.append(input)
            return ToolOutput(tool_name="db_write", content="done", raw_input={}, raw_output="done")

    class Threaded(Plain, AsyncBaseTool):
        def call(self, input: Any) -> ToolOutput:  # noqa: A002
            return Plain.__call__(self, input)

        async def acall(self, input: Any) -> ToolOutput:  # noqa: A002
            return await asyncio.to_thread(self.call, input)

        __call__ = AsyncBaseTool.__call__

    def function(text: str) -> str:
        ran.append(text)
        return "done"

    for made in (Plain(), Threaded(), FunctionTool.from_defaults(function, name="db_write")):
        tool = guard_tool(hp, made, agent_id="support-bot")
        with pytest.raises(PolicyBlockedError):
            tool("x")
        if hasattr(tool, "acall"):
            with pytest.raises(PolicyBlockedError):
                asyncio.run(tool.acall("x"))
    assert ran == []
    decided: list[Any] = []
    hp.on("decision", lambda event: decided.append(event.decision))
    named = Threaded()
    named.__class__.metadata = property(lambda _: ToolMetadata("does something", name="db_read"))  # type: ignore[method-assign,assignment]
    assert asyncio.run(guard_tool(hp, named, agent_id="support-bot").acall("x")).content == "done"
    assert (ran, len(decided)) == (["x"], 2)


def test_a_tool_that_calls_itself_is_checked_every_time(hp: Holdpoint) -> None:
    decided: list[str] = []
    hp.on("decision", lambda event: decided.append(event.decision.phase))
    tools: list[Any] = []

    def again(text: str) -> str:
        return str(tools[0](text=f"{text}x")) if len(text) < 4 else text

    tools.append(guard_tool(hp, again, agent_id="support-bot"))
    assert str(tools[0](text="x")) == "xxxx"
    assert decided.count("tool_call") == 4


def test_a_model_that_calls_its_tools_itself_raises_what_stopped_one(hp: Holdpoint) -> None:
    counter = Counter()
    tool = guard_tool(hp, counter.tool("db_write"), agent_id="support-bot")
    llm = guard_llm(hp, CountingModel(calls_of("db_write")), agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        llm.predict_and_call([tool], user_msg="hello")
    with pytest.raises(PolicyBlockedError):
        asyncio.run(llm.apredict_and_call([tool], user_msg="hello"))
    assert counter.ran == []


def test_a_workflow_of_agents_is_governed_through_its_handoffs(hp: Holdpoint) -> None:
    counter = Counter()
    handoff = say(
        "",
        ToolCallBlock(tool_call_id="h", tool_name="handoff", tool_kwargs={"to_agent": "second", "reason": "x"}),
    )
    first, second = CountingModel(handoff), CountingModel(calls_of("db_write"), "never")
    agents = [
        FunctionAgent(name="first", description="d", llm=first, tools=[], can_handoff_to=["second"]),
        FunctionAgent(name="second", description="d", llm=second, tools=[counter.tool("db_write")]),
    ]
    workflow = govern_agent(hp, AgentWorkflow(agents=agents, root_agent="first"), agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        run(workflow)
    assert (first.calls, second.calls, counter.ran) == (1, 1, [])
    verify(hp, workflow)


def test_a_pause_stops_an_agent_before_and_between_its_steps(hp: Holdpoint) -> None:
    def look(text: str) -> str:
        """Looks."""
        hp.pause_agent("support-bot", reason="maintenance")
        return "seen"

    model = CountingModel(calls_of("look"), "never")
    agent = governed(hp, model, look)
    for _ in range(2):
        with pytest.raises(AgentPausedError):
            run(agent)
        assert model.calls == 1
    hp.resume_agent("support-bot")
    assert run(governed(hp, CountingModel("back"))) == "back"


@pytest.mark.parametrize(("answer", "runs"), [(False, 0), (True, 1)])
def test_a_human_decides_about_a_tool_without_holding_the_loop(create: Create, answer: bool, runs: int) -> None:
    async def decide(context: Any) -> bool:
        await asyncio.sleep(0)
        return answer

    model, counter = CountingModel(calls_of("send_email"), "sent"), Counter()
    agent = governed(create(on_approval=decide), model, counter.tool("send_email"))
    if answer:
        assert run(agent) == "sent"
    else:
        with pytest.raises(ApprovalDeniedError):
            run(agent)
    assert len(counter.ran) == runs


def test_what_a_human_has_approved_is_masked_at_every_turn_of_the_run(create: Create) -> None:
    address = "jane.roe@" + "example.com"
    policies = {
        "injection_scan": {"enforcement": "require_approval", "patterns": ["blue moon"]},
        "pii_access": {"enforcement": "warn", "mask_input": True},
    }
    model, asked = CountingModel(calls_of("db_read"), "done"), list[Any]()

    def decide(context: Any) -> bool:
        asked.append(context)
        return True

    agent = governed(create(policies=policies, on_approval=decide), model, Counter().tool("db_read"))
    assert run(agent, f"once in a blue moon, write to {address}") == "done"
    assert (model.calls, len(asked)) == (2, 1)
    assert address not in str(model.asked)


def test_a_defect_of_ours_stops_the_run_and_is_not_swallowed(hp: Holdpoint) -> None:
    model, counter = CountingModel(calls_of("db_read"), "never"), Counter()
    agent = governed(hp, model, counter.tool("db_read"))

    async def fail(**_: Any) -> None:
        raise ZeroDivisionError

    agent.llm.__dict__["_holdpoint_steps"].client.enforce_tool_call = fail
    with pytest.raises(HoldpointError) as raised:
        run(agent)
    assert raised.value.code == "UNAVAILABLE"
    assert (model.calls, counter.ran) == (1, [])


def test_a_run_is_one_trace_with_its_steps_in_it(hp: Holdpoint) -> None:
    traces = record_traces(hp)
    model, counter = CountingModel(calls_of("db_read"), "all good"), Counter()
    run(governed(hp, model, counter.tool("db_read"), streaming=False))
    [trace] = traces
    assert (trace.name, trace.output, trace.status) == ("support", "all good", None)
    assert [(span.name, span.ended) for span in trace.spans] == [
        ("CountingModel", True),
        ("db_read", True),
        ("CountingModel", True),
    ]
    assert [usage["total_tokens"] for usage in trace.usage] == [15, 15]
    with pytest.raises(PolicyBlockedError):
        run(governed(hp, CountingModel("never")), SAMPLES["attack"])
    assert traces[1].status == "policy_blocked"


def test_an_agent_inside_a_tool_has_its_steps_under_the_tools_and_stops_the_whole_run(hp: Holdpoint) -> None:
    traces = record_traces(hp)
    counter = Counter()
    inner = governed(hp, CountingModel(calls_of("db_write"), "never"), counter.tool("db_write"))

    async def delegate(text: str) -> str:
        """Asks another agent."""
        return str(await inner.run(user_msg=text))

    model = CountingModel(calls_of("delegate"), "never")
    with pytest.raises(PolicyBlockedError):
        run(governed(hp, model, delegate))
    assert (model.calls, counter.ran) == (1, [])
    [trace] = traces
    assert ["db_write", "delegate"] in [span.path for span in trace.spans]


def test_two_runs_at_once_do_not_stop_each_other(hp: Holdpoint) -> None:
    async def both() -> list[Any]:
        asked = ["hello", SAMPLES["attack"]] * 3
        agents = [governed(hp, CountingModel("fine")) for _ in asked]
        runs = [agent.run(user_msg=text) for agent, text in zip(agents, asked, strict=True)]
        return await asyncio.gather(*runs, return_exceptions=True)

    outcomes = asyncio.run(both())
    assert [isinstance(one, PolicyBlockedError) for one in outcomes] == [False, True] * 3


@pytest.mark.parametrize("kind", ["document", "stream", "citable", "cited"])
def test_a_part_with_a_blocked_text_reaches_no_model_and_another_does(hp: Holdpoint, kind: str) -> None:
    def part(text: str) -> Any:
        if kind == "document":
            return DocumentBlock(data=text.encode(), document_mimetype="text/plain")
        if kind == "stream":
            return DocumentBlock(data=BytesIO(text.encode()), document_mimetype="text/plain")
        if kind == "citable":
            return CitableBlock(title="a", source="b", content=[TextBlock(text=text)])
        cited = TextBlock(text=text)
        return CitationBlock(cited_content=cited, source="b", title="a", additional_location_info={})

    model = CountingModel("fine")
    llm = guard_llm(hp, model, agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        llm.chat([ChatMessage(role="user", blocks=[TextBlock(text="read this"), part(SAMPLES["attack"])])])
    assert model.calls == 0
    llm.chat([ChatMessage(role="user", blocks=[TextBlock(text="read this"), part("left on Monday")])])
    assert model.calls == 1


def test_an_attack_that_is_the_name_of_a_member_stops_the_run(hp: Holdpoint) -> None:
    def ask(key: str, found: str) -> tuple[int, int]:
        ran: list[Any] = []

        def rows(where: dict[str, Any]) -> dict[str, Any]:
            ran.append(where)
            return {found: 1}

        call = ToolCallBlock(tool_call_id="c-1", tool_name="rows", tool_kwargs={"where": {key: 1}})
        model = CountingModel(say("", call), "done")
        try:
            run(governed(hp, model, FunctionTool.from_defaults(rows)))
        except PolicyBlockedError:
            return -model.calls, len(ran)
        return model.calls, len(ran)

    assert ask(SAMPLES["attack"], "fine") == (-1, 0)
    assert ask("fine", SAMPLES["attack"]) == (-1, 1)
    assert ask("fine", "left on Monday") == (2, 1)


def test_of_a_masked_message_each_block_keeps_its_place(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_input": True}}
    model = CountingModel("fine")
    pdf = DocumentBlock(data=b"%PDF", document_mimetype="application/pdf", title="order.pdf")
    blocks = [TextBlock(text="write to a@example.com"), pdf, TextBlock(text="and\nwait")]
    llm = guard_llm(create(policies=[masking]), model, agent_id="support-bot")
    llm.chat([ChatMessage(role="user", blocks=blocks)])
    sent = model.asked[0][0].blocks
    assert "a@example.com" not in str(sent[0])
    assert sent[1:] == blocks[1:]
