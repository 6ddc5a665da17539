"""Models that a crew asks besides those that its agents answer with."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from crewai import Agent, Crew, Task
from crewai.agent.planning_config import PlanningConfig
from crewai.llm_overlay import llm_overlay
from crewai.memory.unified_memory import Memory
from crewai_stand_ins import CountingModel, EmptyStore, calls_of, crew_of, governed, model_of, tool_of
from pydantic import BaseModel
from samples import SAMPLES, Create

from holdpoint import AgentPausedError, Holdpoint, HoldpointError, PolicyBlockedError
from holdpoint.adapters.crewai import govern_agent, govern_crew, verify


class Remembering:
    """A memory, with what its model was asked and what was embedded."""

    def __init__(self, *answers: Any) -> None:
        self.model, self.store, self.embedded = model_of(*answers), EmptyStore(), list[str]()
        self.memory = Memory(llm=self.model, storage=self.store, embedder=self._embed, query_analysis_threshold=0)

    def _embed(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [[0.5, 0.5] for _ in texts]


def with_memory(hp: Holdpoint, crew: Crew, memory: Any) -> Crew:
    crew = Crew(agents=crew.agents, tasks=crew.tasks, memory=memory, name="crew")
    return govern_crew(hp, crew, agent_id="support-bot")


def test_a_memory_that_may_pass_asks_its_own_model(hp: Holdpoint) -> None:
    remembering = Remembering("the customer likes tea")
    crew = with_memory(hp, crew_of(model_of("on its way")), remembering.memory)
    assert crew.kickoff().raw == "on its way"
    assert remembering.model.calls > 0
    assert SAMPLES["question"] in remembering.embedded


def test_a_blocked_text_reaches_neither_the_model_of_a_memory_nor_its_embedder(hp: Holdpoint) -> None:
    remembering, model = Remembering("{}"), model_of("never")
    with pytest.raises(PolicyBlockedError):
        with_memory(hp, crew_of(model, asks=SAMPLES["attack"]), remembering.memory).kickoff()
    assert (model.calls, remembering.model.calls, remembering.embedded) == (0, 0, [])


def test_what_a_memory_is_to_keep_is_judged_before_its_model_sees_it(hp: Holdpoint) -> None:
    remembering = Remembering("{}")
    with_memory(hp, crew_of(model_of("fine")), remembering.memory)
    for keep in (remembering.memory.remember, remembering.memory.extract_memories, remembering.memory.recall):
        with pytest.raises(PolicyBlockedError):
            keep(SAMPLES["attack"])
    assert (remembering.model.calls, remembering.embedded, remembering.store.saved) == (0, [], [])


def test_a_memory_is_not_asked_for_a_paused_agent(hp: Holdpoint) -> None:
    remembering = Remembering("{}")
    with_memory(hp, crew_of(model_of("fine")), remembering.memory)
    hp.pause_agent("support-bot")
    with pytest.raises(AgentPausedError):
        remembering.memory.recall("what does the customer like?")
    assert (remembering.model.calls, remembering.embedded) == (0, [])


def test_personal_data_is_masked_before_it_is_embedded(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_input": True}}
    remembering = Remembering("{}")
    with_memory(create(policies=[masking]), crew_of(model_of("fine")), remembering.memory)
    remembering.memory.recall("who is jane@example.com?", depth="shallow")
    assert remembering.embedded
    assert "jane@example.com" not in str(remembering.embedded)


def test_a_memory_that_the_crew_makes_for_itself_is_guarded_in_its_copies_as_well(
    hp: Holdpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = SimpleNamespace(LanceDBStorage=EmptyStore)
    monkeypatch.setitem(sys.modules, "crewai.memory.storage.lancedb_storage", storage)
    model = model_of("fine")
    crew = with_memory(hp, crew_of(model), True)
    for one in (crew, crew.copy()):
        memory: Any = one._memory
        with pytest.raises(PolicyBlockedError):
            memory.extract_memories(SAMPLES["attack"])
    assert model.calls == 0


def test_the_memory_of_an_agent_and_the_one_behind_a_view_are_guarded(hp: Holdpoint) -> None:
    own, viewed = Remembering("{}"), Remembering("{}")
    agent = Agent(role="r", goal="g", backstory="b", llm=model_of("fine"), memory=own.memory)
    govern_agent(hp, agent, agent_id="support-bot")
    with_memory(hp, crew_of(model_of("fine")), viewed.memory.scope("/here"))
    for remembering in (own, viewed):
        with pytest.raises(PolicyBlockedError):
            remembering.memory.recall(SAMPLES["attack"])
        assert (remembering.model.calls, remembering.embedded) == (0, [])


def test_a_model_that_makes_plans_is_guarded(hp: Holdpoint) -> None:
    planner, model = model_of("READY: I am ready"), model_of("fine")
    planning = PlanningConfig(llm=planner, max_attempts=1)
    agent = Agent(role="r", goal="g", backstory="b", llm=model, planning_config=planning)
    task = Task(description=SAMPLES["attack"], expected_output="done", agent=agent)
    crew = govern_crew(hp, Crew(agents=[agent], tasks=[task]), agent_id="support-bot")
    for one in (crew, crew.copy()):
        with pytest.raises(PolicyBlockedError):
            one.kickoff()
    assert (planner.calls, model.calls) == (0, 0)


def test_the_model_of_a_guardrail_is_guarded(hp: Holdpoint) -> None:
    judge = model_of("never")
    worker = Agent(role="r", goal="g", backstory="b", llm=judge)
    task = Task(description="answer", expected_output="done", agent=worker, guardrail="must be polite")
    worker.llm = model_of("fine")
    crew = Crew(agents=[worker], tasks=[task])
    govern_crew(hp, crew, agent_id="support-bot")
    guardrail: Any = crew.tasks[0]._guardrail
    with pytest.raises(PolicyBlockedError):
        guardrail.llm.call(SAMPLES["attack"])
    assert judge.calls == 0


def test_the_models_of_a_copy_of_a_crew_are_guarded_when_it_runs(hp: Holdpoint) -> None:
    planner, model = model_of("never"), model_of("never")
    crew = crew_of(model, asks="{text}")
    crew.planning, crew.planning_llm = True, planner
    govern_crew(hp, crew, agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        crew.kickoff_for_each([{"text": SAMPLES["attack"]}])
    assert (planner.calls, model.calls) == (0, 0)


def test_a_model_that_the_framework_puts_in_place_of_a_guarded_one_is_guarded(
    hp: Holdpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, model = model_of("never"), model_of("never")
    monkeypatch.setattr("crewai.agent.core.overlay_llm_for", lambda role, declared: other)
    crew = crew_of(model, asks=SAMPLES["attack"])
    crew.agents[0].role = "support of {whom}"
    crew.agents[0].__dict__["_original_role"] = None
    govern_crew(hp, crew, agent_id="support-bot")
    with llm_overlay({"support of us": "other"}), pytest.raises(PolicyBlockedError):
        crew.kickoff(inputs={"whom": "us"})
    assert (other.calls, model.calls) == (0, 0)


def test_a_model_that_nobody_has_guarded_is_counted_in_a_governed_run(hp: Holdpoint) -> None:
    class Foreign(CountingModel):
        def call(self, messages: Any, tools: Any = None, *args: Any, **kwargs: Any) -> Any:
            self._invoke_before_llm_call_hooks([{"role": "user", "content": messages}])
            return super().call(messages, tools, *args, **kwargs)

    foreign, tool = model_of("fine", kind=Foreign), tool_of("db_read")
    tool.also = lambda: foreign.call("what is this?")
    foreign.call("not part of a run")
    governed(hp, model_of(calls_of("db_read"), "done"), tool).kickoff()
    assert (foreign.calls, hp.stats().ungoverned["no_handler"]) == (2, 1)


class Wanted(BaseModel):
    """An answer in a wanted shape."""

    text: str


@pytest.fixture
def instructor(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The library by which CrewAI asks for an answer in a wanted shape, past the model's own calls."""
    seen = SimpleNamespace(asked=[], answer="")

    def create(messages: Any, **_: Any) -> Wanted:
        seen.asked.append(messages)
        return Wanted(text=seen.answer)

    client = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    monkeypatch.setitem(sys.modules, "instructor", SimpleNamespace(from_provider=lambda *_, **__: client))
    return seen


def asking_for_json(hp: Holdpoint, model: CountingModel, asks: str = "answer") -> Crew:
    agent = Agent(role="r", goal="g", backstory="b", llm=model)
    task = Task(description=asks, expected_output="done", agent=agent, output_json=Wanted)
    return govern_crew(hp, Crew(agents=[agent], tasks=[task]), agent_id="support-bot")


def test_an_answer_that_is_asked_for_past_the_model_reaches_nobody_unjudged(
    hp: Holdpoint, instructor: SimpleNamespace
) -> None:
    instructor.answer = "fine"
    assert asking_for_json(hp, model_of("no shape at all")).kickoff().json_dict == {"text": "fine"}
    instructor.answer = "ask jane@example.com"
    assert "jane@example.com" not in str(asking_for_json(hp, model_of("no shape at all")).kickoff().json_dict)
    instructor.answer = SAMPLES["attack"]
    with pytest.raises(PolicyBlockedError):
        asking_for_json(hp, model_of("no shape at all")).kickoff()
    assert len(instructor.asked) == 3


def test_nobody_is_asked_past_the_model_for_a_paused_agent(hp: Holdpoint, instructor: SimpleNamespace) -> None:
    class Pausing(CountingModel):
        def call(self, *args: Any, **kwargs: Any) -> Any:
            hp.pause_agent("support-bot")
            return "no shape at all"

    with pytest.raises(AgentPausedError):
        asking_for_json(hp, model_of("", kind=Pausing)).kickoff()
    assert instructor.asked == []


def test_verify_asks_each_model_and_names_the_one_that_is_not_guarded(hp: Holdpoint) -> None:
    remembering = Remembering("{}")
    crew = with_memory(hp, crew_of(model_of("fine")), remembering.memory)
    crew.chat_llm = model_of("never")
    with pytest.raises(HoldpointError, match="`chat_llm` of the crew is not guarded"):
        verify(hp, crew)
    govern_crew(hp, crew, agent_id="support-bot")
    verify(hp, crew)
    assert (remembering.model.calls, remembering.embedded) == (0, [])
    crew._memory = Remembering("{}").memory
    with pytest.raises(HoldpointError, match="memory is not guarded"):
        verify(hp, crew)
