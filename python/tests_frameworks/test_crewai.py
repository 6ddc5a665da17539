"""CrewAI, the real one, with counting models and tools."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
from crewai import Agent, Crew, Process, Task
from crewai.hooks.tool_hooks import clear_all_tool_call_hooks
from crewai.tools import BaseTool
from crewai_stand_ins import CountingModel, CountingTool, calls_of, crew_of, governed, model_of, tool_of, written_call
from samples import SAMPLES, Create, record_traces

from holdpoint import AgentPausedError, ApprovalDeniedError, Holdpoint, HoldpointError, PolicyBlockedError
from holdpoint.adapters.crewai import find_halt, govern_agent, govern_crew, guard_llm


def test_a_run_that_may_pass_ends_with_the_models_answer(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("db_read"), "all good"), tool_of("db_read")
    assert governed(hp, model, tool).kickoff().raw == "all good"
    assert (model.calls, len(tool.ran)) == (2, 1)


def test_a_blocked_input_reaches_no_model(hp: Holdpoint) -> None:
    model = model_of("never")
    with pytest.raises(PolicyBlockedError) as blocked:
        governed(hp, model, asks=SAMPLES["attack"]).kickoff()
    assert model.calls == 0
    assert blocked.value.violations[0].policy_id == "no-injection"


def test_a_blocked_input_reaches_no_model_in_asynchronous_runs(hp: Holdpoint) -> None:
    model = model_of("never")
    crew = governed(hp, model, asks=SAMPLES["attack"])
    for kickoff in (crew.kickoff_async, crew.akickoff):
        with pytest.raises(PolicyBlockedError):
            asyncio.run(kickoff())
    assert model.calls == 0


def test_an_agent_or_a_model_alone_is_checked_as_well(hp: Holdpoint) -> None:
    model = model_of("never")
    agent = govern_agent(hp, Agent(role="r", goal="g", backstory="b", llm=model), agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        agent.kickoff(SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError):
        guard_llm(hp, model, agent_id="support-bot").call(SAMPLES["attack"])
    assert model.calls == 0


@pytest.mark.parametrize("native", [True, False])
def test_a_denied_tool_does_not_run_and_the_model_is_not_asked_again(hp: Holdpoint, native: bool) -> None:
    wanted = calls_of("db_write") if native else written_call("db_write")
    model, tool = model_of(wanted, "Final Answer: never", native=native), tool_of("db_write")
    with pytest.raises(PolicyBlockedError) as blocked:
        governed(hp, model, tool).kickoff()
    assert (model.calls, tool.ran) == (1, [])
    assert blocked.value.violations[0].policy_id == "tools"


def test_a_denied_tool_of_an_agent_without_a_crew_does_not_run(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("db_write"), "never"), tool_of("db_write")
    agent = Agent(role="r", goal="g", backstory="b", llm=model, tools=[tool])
    with pytest.raises(PolicyBlockedError):
        govern_agent(hp, agent, agent_id="support-bot").kickoff("hello")
    assert (model.calls, tool.ran) == (1, [])


def test_of_parallel_tools_the_denied_one_does_not_run_and_the_run_stops(hp: Holdpoint) -> None:
    allowed, denied = tool_of("db_read"), tool_of("db_write")
    model = model_of(calls_of(*["db_read"] * 4, "db_write"), "never")
    with pytest.raises(PolicyBlockedError):
        governed(hp, model, allowed, denied).kickoff()
    assert (model.calls, denied.ran) == (1, [])


def test_sixteen_parallel_tools_run_and_are_all_checked(hp: Holdpoint) -> None:
    decided: list[str] = []
    hp.on("decision", lambda event: decided.append(event.decision.phase))
    tools = [tool_of(f"db_read_{index}") for index in range(16)]
    model = model_of(calls_of(*[tool.name for tool in tools]), "all good")
    assert governed(hp, model, *tools).kickoff().raw == "all good"
    assert [len(tool.ran) for tool in tools] == [1] * 16
    assert (decided.count("tool_call"), decided.count("tool_result")) == (16, 16)


def test_a_poisoned_result_does_not_reach_the_model(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("fetch"), "never"), tool_of("fetch", SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError) as blocked:
        governed(hp, model, tool).kickoff()
    assert (model.calls, len(tool.ran)) == (1, 1)
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "tool_result"


def test_a_poisoned_result_that_would_be_the_answer_reaches_nobody(hp: Holdpoint) -> None:
    tool = tool_of("fetch", SAMPLES["attack"])
    tool.result_as_answer = True
    with pytest.raises(PolicyBlockedError):
        governed(hp, model_of(calls_of("fetch"), "never"), tool).kickoff()


def test_a_blocked_output_reaches_nobody(hp: Holdpoint) -> None:
    with pytest.raises(PolicyBlockedError) as blocked:
        governed(hp, model_of(SAMPLES["attack"])).kickoff()
    assert blocked.value.decision is not None
    assert blocked.value.decision.phase == "output"


def test_masked_texts_take_the_place_of_the_original_ones(create: Create) -> None:
    model, tool = model_of(calls_of("fetch"), "ask a@example.com"), tool_of("fetch", "write to b@example.com")
    answer = governed(create(), model, tool).kickoff().raw
    assert "a@example.com" not in answer
    assert "b@example.com" not in str(model.asked[1])
    assert "write to" in str(model.asked[1])


def test_a_pause_stops_a_crew_before_and_between_its_steps(hp: Holdpoint) -> None:
    class Pausing(CountingTool):
        def _run(self, text: str) -> str:
            hp.pause_agent("support-bot", reason="maintenance")
            return "seen"

    model = model_of(calls_of("look"), "never")
    crew = governed(hp, model, Pausing(name="look", ran=[]))
    for calls in (1, 1):
        with pytest.raises(AgentPausedError):
            crew.kickoff()
        assert model.calls == calls
    hp.resume_agent("support-bot")
    assert governed(hp, model_of("back"), asks="hello").kickoff().raw == "back"


@pytest.mark.parametrize(("answer", "runs"), [(False, 0), (True, 1)])
def test_a_human_decides_about_a_tool_and_is_asked_once(create: Create, answer: bool, runs: int) -> None:
    asked: list[Any] = []
    hp = create(on_approval=lambda context: asked.append(context) or answer)
    model, tool = model_of(calls_of("send_email"), "sent"), tool_of("send_email")
    crew = governed(hp, model, tool)
    if answer:
        assert crew.kickoff().raw == "sent"
    else:
        with pytest.raises(ApprovalDeniedError):
            crew.kickoff()
    assert (len(tool.ran), len(asked)) == (runs, 1)


def test_a_defect_of_ours_stops_the_run_and_is_not_swallowed(create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    hp = create()
    model, tool = model_of(calls_of("db_read"), "never"), tool_of("db_read")
    crew = governed(hp, model, tool)
    monkeypatch.setattr(hp, "enforce_tool_call", lambda **_: 1 / 0)
    with pytest.raises(HoldpointError) as raised:
        crew.kickoff()
    assert raised.value.code == "UNAVAILABLE"
    assert (model.calls, tool.ran) == (1, [])


def test_hooks_that_were_cleared_are_back_at_the_next_model_call(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("db_write"), "never"), tool_of("db_write")
    crew = governed(hp, model, tool)
    clear_all_tool_call_hooks()
    with pytest.raises(PolicyBlockedError):
        crew.kickoff()
    assert tool.ran == []


def test_a_window_without_hooks_in_the_middle_of_a_run_is_counted(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("db_read"), "done"), tool_of("db_read")
    crew = governed(hp, model, tool)
    crew.kickoff()
    assert hp.stats().ungoverned["no_handler"] == 0
    model.asked.clear()
    tool.also = clear_all_tool_call_hooks
    governed(hp, model, tool).kickoff()
    assert hp.stats().ungoverned["no_handler"] == 1


def test_an_agent_of_a_governed_crew_that_is_not_governed_is_counted(hp: Holdpoint) -> None:
    crew, other = governed(hp, model_of("hello")), crew_of(model_of("hello")).agents[0]
    crew.agents.append(other)
    crew.kickoff()
    assert hp.stats().ungoverned["no_handler"] == 1


def test_copies_that_the_framework_makes_are_governed(hp: Holdpoint) -> None:
    model = model_of("never")
    crew = governed(hp, model, asks="{text}")
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whichever it is, ours is inside
        crew.kickoff_for_each([{"text": SAMPLES["attack"]}])
    assert find_halt(raised.value) is not None
    assert model.calls == 0


def test_an_agent_that_is_not_governed_is_left_alone(hp: Holdpoint) -> None:
    governed(hp, model_of("hello"))
    model, tool = model_of(calls_of("db_write"), "done"), tool_of("db_write")
    assert crew_of(model, tool).kickoff().raw == "done"
    assert len(tool.ran) == 1


def test_a_run_is_one_trace_with_its_steps_under_their_parents(hp: Holdpoint) -> None:
    recording = record_traces(hp)
    model, tool = model_of(calls_of("db_read"), "all good"), tool_of("db_read")
    governed(hp, model, tool).kickoff()
    [trace] = recording
    assert (trace.name, trace.output, trace.status) == ("support crew", "all good", None)
    assert [span.path for span in trace.spans] == [
        ["answering"],
        ["stand-in", "answering"],
        ["db_read", "answering"],
        ["stand-in", "answering"],
    ]
    assert all(span.ended for span in trace.spans)
    with pytest.raises(PolicyBlockedError):
        governed(hp, model_of("never"), asks=SAMPLES["attack"]).kickoff()
    assert recording[1].status == "policy_blocked"


def test_two_crews_at_once_do_not_stop_each_other(hp: Holdpoint) -> None:
    outcomes: dict[str, Any] = {}

    def run(name: str, asks: str) -> None:
        try:
            outcomes[name] = (
                governed(hp, model_of(calls_of("db_read"), name), tool_of("db_read"), asks=asks).kickoff().raw
            )
        except PolicyBlockedError as error:
            outcomes[name] = error.code

    threads = [
        threading.Thread(target=run, args=(str(index), SAMPLES["attack"] if index % 2 else "hello"))
        for index in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {str(index): "POLICY_BLOCKED" if index % 2 else str(index) for index in range(6)}


def delegating(worker: CountingModel, denied: CountingTool, **options: Any) -> Crew:
    """A crew whose first agent, or manager, gives the work to one whose tool is denied."""
    asked = {"task": "write it", "context": "none", "coworker": "worker"}
    call = {"name": "delegate_work_to_coworker", "arguments": json.dumps(asked)}
    boss = model_of([{"id": "1", "type": "function", "function": call}], "never")
    agents = [Agent(role="worker", goal="works", backstory="works", llm=worker, tools=[denied], verbose=False)]
    task = Task(description="do it", expected_output="done")
    if options:
        return Crew(agents=agents, tasks=[task], verbose=False, manager_llm=boss, **options)
    first = Agent(role="boss", goal="leads", backstory="leads", llm=boss, allow_delegation=True, verbose=False)
    task.agent = first
    return Crew(agents=[first, *agents], tasks=[task], verbose=False)


@pytest.mark.parametrize("options", [{}, {"process": Process.hierarchical}])
def test_a_denied_tool_of_an_agent_that_work_was_delegated_to_does_not_run(
    hp: Holdpoint, options: dict[str, Any]
) -> None:
    worker, denied = model_of(calls_of("db_write"), "never"), tool_of("db_write")
    with pytest.raises(PolicyBlockedError):
        govern_crew(hp, delegating(worker, denied, **options), agent_id="support-bot").kickoff()
    assert (worker.calls, denied.ran) == (1, [])


@pytest.mark.parametrize("asynchronous", [False, True])
def test_each_of_several_inputs_is_checked(hp: Holdpoint, asynchronous: bool) -> None:
    model = model_of("fine")
    crew = governed(hp, model, asks="answer {asks}")
    inputs = [{"asks": "kindly"}, {"asks": SAMPLES["attack"]}]
    with pytest.raises(PolicyBlockedError):
        asyncio.run(crew.kickoff_for_each_async(inputs)) if asynchronous else crew.kickoff_for_each(inputs)
    assert SAMPLES["attack"] not in str(model.asked)


def test_a_result_out_of_the_cache_is_checked_again(hp: Holdpoint) -> None:
    model, tool = model_of(calls_of("fetch"), "never"), tool_of("fetch", SAMPLES["attack"])
    crew = governed(hp, model, tool)
    for _ in range(2):
        with pytest.raises(PolicyBlockedError):
            crew.kickoff()
        assert SAMPLES["attack"] not in str(model.asked)
        model.asked.clear()


def test_a_denied_tool_that_is_asynchronous_does_not_run(hp: Holdpoint) -> None:
    class Asynchronous(CountingTool):
        async def _arun(self, text: str) -> str:
            return self._run(text)

    for native in (True, False):
        tool = Asynchronous(name="db_write", ran=[])
        asked = calls_of("db_write") if native else written_call("db_write")
        with pytest.raises(PolicyBlockedError):
            asyncio.run(governed(hp, model_of(asked, "never", native=native), tool).akickoff())
        assert tool.ran == []


def test_a_guardrail_of_a_task_sees_no_answer_that_is_stopped(hp: Holdpoint) -> None:
    seen: list[str] = []

    def refuse(output):  # type: ignore[no-untyped-def]
        seen.append(output.raw)
        return False, "again"

    crew = crew_of(model_of("fine", SAMPLES["attack"], "never"))
    crew.tasks[0] = Task(description="answer", expected_output="an answer", agent=crew.agents[0], guardrail=refuse)
    with pytest.raises(PolicyBlockedError):
        govern_crew(hp, crew, agent_id="support-bot").kickoff()
    assert seen == ["fine"]


@pytest.mark.parametrize(
    "part",
    [
        lambda text: {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}},
        lambda text: {"type": "input_file", "filename": "a", "file": {"content": text}},
    ],
)
def test_a_part_with_a_blocked_text_reaches_no_model_and_another_does(hp: Holdpoint, part: Any) -> None:
    model = model_of("fine")
    llm = guard_llm(hp, model, agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        llm.call([{"role": "user", "content": [{"type": "text", "text": "read this"}, part(SAMPLES["attack"])]}])
    assert model.calls == 0
    llm.call([{"role": "user", "content": [{"type": "text", "text": "read this"}, part("left on Monday")]}])
    assert model.calls == 1


@pytest.mark.parametrize("native", [True, False])
def test_an_attack_that_is_the_name_of_a_member_stops_the_run(hp: Holdpoint, native: bool) -> None:
    class Rows(BaseTool):
        name: str = "rows"
        description: str = "finds rows"
        result: str = "done"
        ran: list[Any]

        def _run(self, where: dict[str, Any]) -> str:
            self.ran.append(where)
            return self.result

    def ask(key: str, found: str) -> tuple[int, int]:
        args = json.dumps({"where": {key: 1}})
        written = f"Thought: I need it\nAction: rows\nAction Input: {args}"
        call = [{"id": "c-1", "type": "function", "function": {"name": "rows", "arguments": args}}]
        model = model_of(call if native else written, "Final Answer: done", native=native)
        rows = Rows(result=json.dumps({found: 1}), ran=[])
        try:
            governed(hp, model, rows).kickoff()
        except PolicyBlockedError:
            return -model.calls, len(rows.ran)
        return model.calls, len(rows.ran)

    assert ask(SAMPLES["attack"], "fine") == (-1, 0)
    assert ask("fine", SAMPLES["attack"]) == (-1, 1)
    assert ask("fine", "left on Monday") == (2, 1)


def test_of_a_masked_message_each_part_keeps_its_place(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_input": True}}
    model = model_of("fine")
    content = [
        {"type": "text", "text": "write to a@example.com"},
        {"type": "input_file", "filename": "a", "file_id": "1"},
    ]
    guard_llm(create(policies=[masking]), model, agent_id="support-bot").call([{"role": "user", "content": content}])
    sent = model.asked[0][0]["content"]
    assert "a@example.com" not in str(sent[0])
    assert sent[1:] == content[1:]
