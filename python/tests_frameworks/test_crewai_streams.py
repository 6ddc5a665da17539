"""What listeners of CrewAI hear while a guarded model answers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from crewai.events import (
    LLMCallCompletedEvent,
    LLMCallFailedEvent,
    LLMStreamChunkEvent,
    crewai_event_bus,
)
from crewai.events.types.llm_events import LLMCallType, LLMThinkingChunkEvent
from crewai_stand_ins import CountingModel, crew_of, model_of
from samples import SAMPLES

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.crewai import govern_crew, guard_llm


def tell(hp: Holdpoint, model: CountingModel, asynchronous: bool) -> tuple[Any, list[Any], list[int]]:
    """What a guarded model answers or raises, what its listeners hear, and how much it had said at each."""
    heard: list[Any] = []
    said: list[int] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(LLMStreamChunkEvent)
        @crewai_event_bus.on(LLMThinkingChunkEvent)
        @crewai_event_bus.on(LLMCallCompletedEvent)
        @crewai_event_bus.on(LLMCallFailedEvent)
        def hear(source: Any, event: Any) -> None:
            heard.append(event)
            said.append(getattr(source, "said", 0))

        llm = guard_llm(hp, model, agent_id="support-bot")
        try:
            answer: Any = asyncio.run(llm.acall("hello")) if asynchronous else llm.call("hello")
        except Exception as error:  # noqa: BLE001 - looked at by the test
            answer = error
        crewai_event_bus.flush()
    return answer, heard, said


class TellingModel(CountingModel):
    """Tells its answer in chunks, thinks before, and says when it has answered."""

    thought: str = ""
    said: int = 0

    def call(self, messages: Any, tools: Any = None, *args: Any, **kwargs: Any) -> Any:
        text = super().call(messages, tools, *args, **kwargs)
        if self.thought:
            self._emit_thinking_chunk_event(self.thought)
        for word in text.split(" "):
            self.said += 1
            self._emit_stream_chunk_event(chunk=word if self.said == 1 else f" {word}", call_type=None)
            time.sleep(0.0005)
        self._emit_call_completed_event(text, LLMCallType.LLM_CALL, messages=messages)
        return text


WORDS = " ".join(f"word{at}" for at in range(300))


def chunks_of(heard: list[Any]) -> str:
    return "".join(event.chunk for event in heard if isinstance(event, LLMStreamChunkEvent))


@pytest.mark.parametrize("asynchronous", [False, True])
def test_streamed_chunks_flow_a_hold_back_behind_the_model_and_are_decided_once(
    hp: Holdpoint, asynchronous: bool
) -> None:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    answer, heard, said = tell(hp, model_of(WORDS, kind=TellingModel), asynchronous)
    assert (answer, chunks_of(heard), phases) == (WORDS, WORDS, ["input", "output"])
    assert said[0] < 250
    assert [event.response for event in heard if isinstance(event, LLMCallCompletedEvent)] == [WORDS]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_stream_is_cut_before_what_stops_it_and_no_listener_hears_the_answer(
    hp: Holdpoint, asynchronous: bool
) -> None:
    model = model_of(f"{WORDS} {SAMPLES['attack']} {WORDS}", kind=TellingModel)
    answer, heard, _ = tell(hp, model, asynchronous)
    assert isinstance(answer, PolicyBlockedError)
    assert chunks_of(heard).startswith("word0 word1")
    assert SAMPLES["attack"][:20] not in str([event.model_dump() for event in heard])
    # Without a stream nothing is told, but that it failed.
    answer, heard, _ = tell(hp, model_of(SAMPLES["attack"], kind=SilentModel), asynchronous)
    assert isinstance(answer, PolicyBlockedError)
    assert [type(event) for event in heard] == [LLMCallFailedEvent]
    assert SAMPLES["attack"] not in str(heard[0].model_dump())


class SilentModel(TellingModel):
    """Says only when it has answered."""

    def _emit_stream_chunk_event(self, *args: Any, **kwargs: Any) -> None:
        pass


def test_no_listener_hears_what_is_masked_in_an_answer(hp: Holdpoint) -> None:
    model = model_of(f"{WORDS} ask jane@example.com soon {WORDS}", kind=TellingModel)
    answer, heard, _ = tell(hp, model, False)
    assert "jane@example.com" not in str([event.model_dump() for event in heard])
    assert chunks_of(heard) == answer
    assert [event.response for event in heard if isinstance(event, LLMCallCompletedEvent)] == [answer]


def test_thoughts_are_judged_before_anybody_hears_them(hp: Holdpoint) -> None:
    model = model_of("fine", kind=TellingModel)
    model.thought = "let me see"
    answer, heard, _ = tell(hp, model, False)
    chunks = {event.chunk for event in heard if hasattr(event, "chunk")}
    assert (answer, chunks) == ("fine", {"let me see", "fine"})
    model.thought = SAMPLES["attack"]
    answer, heard, _ = tell(hp, model, False)
    assert isinstance(answer, PolicyBlockedError)
    assert SAMPLES["attack"] not in str([event.model_dump() for event in heard])


def test_a_models_own_error_comes_as_it_is_in_the_middle_of_a_stream(hp: Holdpoint) -> None:
    class Failing(TellingModel):
        def call(self, *args: Any, **kwargs: Any) -> Any:
            super().call(*args, **kwargs)
            raise RuntimeError("the line is dead")

    answer, heard, _ = tell(hp, model_of(WORDS, kind=Failing), False)
    assert str(answer) == "the line is dead"
    assert WORDS.startswith(chunks_of(heard))


def test_a_crew_that_streams_gives_out_nothing_that_is_stopped(hp: Holdpoint) -> None:
    crew = crew_of(model_of(f"{WORDS} {SAMPLES['attack']}", kind=TellingModel))
    crew.stream = True
    shown: list[str] = []
    streaming: Any = govern_crew(hp, crew, agent_id="support-bot").kickoff()
    with pytest.raises(PolicyBlockedError):
        shown.extend(chunk.content for chunk in streaming)
    told = "".join(shown)
    assert told.startswith("word0 word1")
    assert SAMPLES["attack"] not in told
