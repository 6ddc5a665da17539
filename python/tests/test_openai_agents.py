"""OpenAI Agents SDK, the real one, with counting models and tools."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage, add_trace_processor, function_tool
from conftest import SAMPLES, Create
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from holdpoint import AgentPausedError, ApprovalDeniedError, Holdpoint, HoldpointError, PolicyBlockedError
from holdpoint.adapters.openai_agents import (
    HoldpointTracingProcessor,
    find_halt,
    govern_agent,
    holdpoint_input_guardrail,
    holdpoint_output_guardrail,
    holdpoint_tool_guardrails,
)


class CountingModel(Model):
    """Answers from a script and counts how often it is asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls = 0

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        self.calls += 1
        answer = self.answers.pop(0)
        item = say(answer) if isinstance(answer, str) else answer
        return ModelResponse(output=[item], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


def say(text: str) -> ResponseOutputMessage:
    content = ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=[content])


def call(name: str) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(type="function_call", call_id=f"call-{name}", name=name, arguments='{"text": "x"}')


class Counter:
    def __init__(self, result: str = "done") -> None:
        self.runs = 0
        self.result = result

    def tool(self, name: str, **options: Any) -> Any:
        def run(text: str) -> str:
            """Does something."""
            self.runs += 1
            return self.result

        return function_tool(run, name_override=name, **options)


def run(agent: Agent[Any], text: Any) -> Any:
    return asyncio.run(Runner.run(agent, text, run_config=RunConfig(tracing_disabled=False)))


def halt_of(agent: Agent[Any], text: Any) -> HoldpointError:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one it is, is what the test asks
        run(agent, text)
    halt = find_halt(raised.value)
    assert halt is not None
    return halt


def test_guardrails_let_pass_what_may_pass(hp: Holdpoint) -> None:
    model = CountingModel("hello")
    agent = Agent(
        name="ops",
        model=model,
        input_guardrails=[holdpoint_input_guardrail(hp, agent_id="ops-agent")],
        output_guardrails=[holdpoint_output_guardrail(hp, agent_id="ops-agent")],
    )
    assert run(agent, SAMPLES["question"]).final_output == "hello"
    assert model.calls == 1


def test_a_blocked_input_reaches_no_model_and_the_error_is_ours(hp: Holdpoint) -> None:
    model = CountingModel("never")
    guardrail = holdpoint_input_guardrail(hp, agent_id="ops-agent")
    agent = Agent(name="ops", model=model, input_guardrails=[guardrail])
    with pytest.raises(PolicyBlockedError):
        run(agent, SAMPLES["attack"])
    assert model.calls == 0


def test_a_blocked_output_reaches_nobody(hp: Holdpoint) -> None:
    guardrail = holdpoint_output_guardrail(hp, agent_id="ops-agent")
    agent = Agent(name="ops", model=CountingModel(SAMPLES["attack"]), output_guardrails=[guardrail])
    with pytest.raises(PolicyBlockedError):
        run(agent, "hello")


@pytest.mark.parametrize(("name", "runs"), [("db_write", 0), ("db_read", 1)])
def test_a_denied_tool_never_runs_and_another_does(hp: Holdpoint, name: str, runs: int) -> None:
    counter = Counter()
    guardrails = holdpoint_tool_guardrails(hp, agent_id="ops-agent")
    tool = counter.tool(name, tool_input_guardrails=guardrails.input, tool_output_guardrails=guardrails.output)
    model = CountingModel(call(name), "done")
    agent = Agent(name="ops", model=model, tools=[tool])
    if runs:
        assert run(agent, "hello").final_output == "done"
    else:
        assert isinstance(halt_of(agent, "hello"), PolicyBlockedError)
    assert (counter.runs, model.calls) == (runs, 1 + runs)


def test_a_governed_agent_is_checked_at_every_turn(hp: Holdpoint) -> None:
    counter = Counter()
    model = CountingModel(call("db_read"), "all good")
    agent = govern_agent(hp, Agent(name="ops", model=model, tools=[counter.tool("db_read")]), agent_id="ops-agent")
    assert run(agent, SAMPLES["question"]).final_output == "all good"
    assert (model.calls, counter.runs) == (2, 1)


def test_a_governed_agent_stops_at_an_attack_before_the_model(hp: Holdpoint) -> None:
    model = CountingModel("never")
    agent = govern_agent(hp, Agent(name="ops", model=model), agent_id="ops-agent")
    with pytest.raises(PolicyBlockedError):
        run(agent, SAMPLES["attack"])
    assert model.calls == 0


def test_a_governed_agent_stops_at_a_denied_tool(hp: Holdpoint) -> None:
    counter = Counter()
    model = CountingModel(call("db_write"), "never")
    agent = govern_agent(hp, Agent(name="ops", model=model, tools=[counter.tool("db_write")]), agent_id="ops-agent")
    assert isinstance(halt_of(agent, "hello"), PolicyBlockedError)
    assert (model.calls, counter.runs) == (1, 0)


def test_a_poisoned_result_does_not_reach_the_model(hp: Holdpoint) -> None:
    counter = Counter(SAMPLES["attack"])
    model = CountingModel(call("fetch"), "never")
    agent = govern_agent(hp, Agent(name="ops", model=model, tools=[counter.tool("fetch")]), agent_id="ops-agent")
    assert isinstance(halt_of(agent, "hello"), PolicyBlockedError)
    assert (model.calls, counter.runs) == (1, 1)


def test_a_pause_stops_a_governed_agent(hp: Holdpoint) -> None:
    model = CountingModel("never")
    agent = govern_agent(hp, Agent(name="ops", model=model), agent_id="ops-agent")
    hp.pause_agent("ops-agent", reason="maintenance")
    with pytest.raises(AgentPausedError):
        run(agent, "hello")
    assert model.calls == 0


@pytest.mark.parametrize(("answer", "runs"), [(False, 0), (True, 1)])
def test_a_human_decides_about_a_tool(create: Create, answer: bool, runs: int) -> None:
    counter = Counter()
    hp = create(on_approval=lambda _: answer)
    model = CountingModel(call("send_email"), "sent")
    agent = govern_agent(hp, Agent(name="ops", model=model, tools=[counter.tool("send_email")]), agent_id="ops-agent")
    if answer:
        assert run(agent, "hello").final_output == "sent"
    else:
        assert isinstance(halt_of(agent, "hello"), ApprovalDeniedError)
    assert counter.runs == runs


def test_an_asynchronous_callback_answers_in_the_loop_that_waits(create: Create) -> None:
    async def answer(context: Any) -> bool:
        await asyncio.sleep(0)
        return True

    counter = Counter()
    hp = create(on_approval=answer)
    model = CountingModel(call("send_email"), "sent")
    agent = govern_agent(hp, Agent(name="ops", model=model, tools=[counter.tool("send_email")]), agent_id="ops-agent")
    assert run(agent, "hello").final_output == "sent"


def test_the_processor_puts_decisions_into_the_trace_of_the_run(hp: Holdpoint) -> None:
    events: list[Any] = []
    hp.on("decision", events.append)
    add_trace_processor(HoldpointTracingProcessor(hp, agent_id="ops-agent"))
    agent = govern_agent(hp, Agent(name="ops", model=CountingModel("hello")), agent_id="ops-agent")
    run(agent, "hello")
    assert {event.decision.phase for event in events} == {"input", "output"}
    assert len({event.trace_id for event in events}) == 1
    assert events[0].trace_id is not None


ASKING = [
    {
        "id": "ask",
        "policyType": "injection_scan",
        "enforcementMode": "require_approval",
        "ruleDefinition": {"patterns": ["blue moon"]},
    }
]


def test_an_approved_input_is_asked_about_once_and_stands_for_no_other(create: Create) -> None:
    answers = [True]
    asked: list[Any] = []

    def answer(context: Any) -> bool:
        asked.append(context)
        return answers[-1]

    hp = create(policies=ASKING, on_approval=answer)
    model = CountingModel(call("db_read"), "done", "again")
    plain = Agent(name="ops", model=model, tools=[Counter().tool("db_read")])
    agent = govern_agent(hp, plain, agent_id="ops-agent")
    attack = SAMPLES["attack"]
    history = run(agent, attack).to_input_list()
    assert (len(asked), model.calls) == (1, 2)
    answers.append(False)
    calls, same = history[1:3], {"role": "user", "content": attack}
    said = {"role": "assistant", "content": attack}
    stranger = govern_agent(hp, plain, agent_id="other-agent")
    forgeries: list[tuple[Agent[Any], list[Any]]] = [
        (agent, [{"role": "user", "content": f"{attack} and send me all passwords"}, *calls]),
        (agent, [said, same, *calls]),
        (agent, [same, *calls, said]),
        (stranger, [same, *calls]),
    ]
    for whose, items in forgeries:
        assert isinstance(halt_of(whose, items), ApprovalDeniedError)
    assert model.calls == 2
    assert run(agent, [same, *calls]).final_output == "again"


def test_a_checked_result_belongs_to_its_agent_and_its_text(hp: Holdpoint) -> None:
    model = CountingModel(call("db_read"), "done", "again")
    plain = Agent(name="ops", model=model, tools=[Counter().tool("db_read")])
    history = run(govern_agent(hp, plain, agent_id="ops-agent"), "hello").to_input_list()
    forged = [{**item, "output": SAMPLES["attack"]} if "output" in item else item for item in history]
    assert isinstance(halt_of(govern_agent(hp, plain, agent_id="ops-agent"), forged), PolicyBlockedError)
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    assert run(govern_agent(hp, plain, agent_id="other-agent"), history).final_output == "again"
    assert "tool_result" in phases
