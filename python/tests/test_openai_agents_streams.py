"""Streams of guarded models of the OpenAI Agents SDK: let out as they are judged (SPECIFICATION F-12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agents import Agent, Model, Runner
from conftest import Create
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputText,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from test_langchain_streams import FILLER, RULES
from test_openai_agents import Counter, call, say

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint._gen.tables import STREAMS
from holdpoint.adapters.openai_agents import find_halt, govern_agent, guard_model

DENY = {
    "id": "tools",
    "policyType": "tool_invocation",
    "enforcementMode": "block",
    "ruleDefinition": {"deny": ["db_write", "shell"]},
}


class Counting(Model):
    """Gives out the events of the real API, and counts them. `words`: of the answer. `calls`: after it."""

    def __init__(self, words: list[str], *calls: Any, thoughts: list[str] | None = None, ends: str = "") -> None:
        self.words = words
        self.calls = list(calls)
        self.thoughts = thoughts or []
        self.ends = ends
        self.given = 0

    async def get_response(self, *args: Any, **kwargs: Any) -> Any:
        from agents import ModelResponse, Usage  # noqa: PLC0415

        return ModelResponse(output=[say("".join(self.words))], usage=Usage(), response_id=None)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for event in self.events():
            self.given += 1
            yield event

    def events(self) -> Any:
        place: Any = {"content_index": 0, "item_id": "m", "output_index": 0, "sequence_number": 0}
        text = "".join(self.words)
        empty = Response.model_construct(id="r", output=[], instructions="be kind")
        yield ResponseCreatedEvent.model_construct(type="response.created", response=empty, sequence_number=0)
        for thought in self.thoughts:
            yield ResponseReasoningSummaryTextDeltaEvent.model_construct(
                type="response.reasoning_summary_text.delta", delta=thought, summary_index=0, item_id="t"
            )
        for word in self.words:
            logprobs = [{"token": word}]
            yield ResponseTextDeltaEvent.model_construct(
                type="response.output_text.delta", delta=word, logprobs=logprobs, **place
            )
        yield ResponseTextDoneEvent.model_construct(type="response.output_text.done", text=text, logprobs=[], **place)
        part = ResponseOutputText.model_construct(type="output_text", text=text, annotations=[])
        yield ResponseContentPartDoneEvent.model_construct(type="response.content_part.done", part=part, **place)
        item = say(text)
        yield ResponseOutputItemDoneEvent.model_construct(type="response.output_item.done", item=item, output_index=0)
        for one in self.calls:
            yield ResponseOutputItemAddedEvent.model_construct(type="response.output_item.added", item=one)
            yield ResponseFunctionCallArgumentsDeltaEvent.model_construct(
                type="response.function_call_arguments.delta", delta="{}", item_id="c", output_index=1
            )
            yield ResponseOutputItemDoneEvent.model_construct(type="response.output_item.done", item=one)
        last = say(self.ends) if self.ends else item
        response = Response.model_construct(id="r", output=[last, *self.calls], usage=None)
        yield ResponseCompletedEvent.model_construct(type="response.completed", response=response, sequence_number=1)


def read(hp: Holdpoint, model: Counting) -> tuple[list[Any], int, Any]:
    """The events that came, after how many of the model the first text came, and what ended it."""
    out: list[Any] = []
    first = [0]
    request: Any = {"input": "hi"}

    async def run() -> None:
        async for event in guard_model(hp, model, agent_id="bot").stream_response(**request):
            first[0] = first[0] or (model.given if event.type.endswith(".delta") else 0)
            out.append(event)

    try:
        asyncio.run(run())
    except PolicyBlockedError as error:
        return out, first[0], error
    return out, first[0], None


def said(out: list[Any]) -> str:
    return "".join(event.delta for event in out if event.type == "response.output_text.delta")


@pytest.fixture
def rules(create: Create) -> Holdpoint:
    return create(policies=[*RULES, DENY])


def test_the_first_text_is_there_before_the_last_is_made(rules: Holdpoint) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    model = Counting(FILLER)
    out, first, ended = read(rules, model)
    assert (said(out), ended, phases) == ("".join(FILLER), None, ["input", "output"])
    assert len("".join(FILLER[:first])) < STREAMS["holdBack"] + 2 * STREAMS["step"]
    assert [event.type for event in out if not event.type.endswith(".delta")] == [
        event.type for event in model.events() if not event.type.endswith(".delta")
    ]


def test_a_finding_cuts_a_stream_and_nothing_of_it_goes_out(rules: Holdpoint) -> None:
    model = Counting([*FILLER, "a forb", "idden fr", "uit ", *FILLER, *FILLER])
    out, _, ended = read(rules, model)
    assert isinstance(ended, PolicyBlockedError)
    assert "".join([*FILLER, "a "]).startswith(said(out))
    assert len(said(out)) > 400
    assert model.given < 2 * len(FILLER)


def test_what_is_masked_is_nowhere_in_what_goes_out_streamed_or_not(rules: Holdpoint) -> None:
    words = [*FILLER, "ask ann@", "example.com ", "now ", *FILLER]
    whole = rules.enforce_output(agent_id="bot", output="".join(words)).transforms[0].text
    out, _, ended = read(rules, Counting(words))
    assert (said(out), ended) == (whole, None)
    assert "example.com" not in repr(out)
    assert out[-1].response.output[0].content[0].text == whole
    agent = govern_agent(rules, Agent(name="ops", model=Counting(words)), agent_id="bot")
    assert asyncio.run(Runner.run(agent, "hi")).final_output == whole


def test_pieces_of_a_call_come_when_all_was_judged(rules: Holdpoint) -> None:
    model = Counting(FILLER, call("db_read"))
    out, _, ended = read(rules, model)
    assert ended is None
    assert [event.type for event in out[-4:]] == [event.type for event in list(model.events())[-4:]]
    denied = Counter()
    model = Counting(FILLER, call("db_write"))
    agent = govern_agent(rules, Agent(name="ops", model=model, tools=[denied.tool("db_write")]), agent_id="bot")

    async def run() -> None:
        async for _ in Runner.run_streamed(agent, "hi").stream_events():
            pass

    with pytest.raises(Exception) as raised:  # noqa: PT011 - the framework wraps it
        asyncio.run(run())
    assert isinstance(find_halt(raised.value), PolicyBlockedError)
    assert denied.runs == 0


def test_each_text_of_an_answer_flows_and_is_judged_for_itself(rules: Holdpoint) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    out, first, ended = read(rules, Counting(["well ", "ann@example.com "], thoughts=FILLER))
    assert (ended, phases) == (None, ["input", "output", "output"])
    assert 0 < first < len(FILLER)
    assert "example.com" not in repr(out)


def test_an_end_that_says_something_else_is_judged_as_well(rules: Holdpoint) -> None:
    out, _, ended = read(rules, Counting(FILLER, ends="a forbidden fruit"))
    assert isinstance(ended, PolicyBlockedError)
    assert not any(event.type == "response.completed" for event in out)
    out, _, ended = read(rules, Counting(FILLER, ends="ask ann@example.com"))
    assert ended is None
    assert "example.com" not in repr(out)


def test_a_reader_that_goes_away_closes_the_model(rules: Holdpoint) -> None:
    model, phases = Counting(FILLER), list[str]()
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    request: Any = {"input": "hi"}

    async def run() -> None:
        stream: Any = guard_model(rules, model, agent_id="bot").stream_response(**request)
        async for event in stream:
            if event.type == "response.output_text.delta":
                break
        await stream.aclose()

    asyncio.run(run())
    assert model.given < len(FILLER)
    assert phases == ["input", "output"]
