"""All that a crew or an agent asks a model by, guarded where it is."""

from __future__ import annotations

from typing import Any

from ._crewai_memory import guard_memory
from ._crewai_model import guard_with
from ._crewai_slots import Slot, memories_of, slots_of_agent, slots_of_crew
from ._steps import Steps


def guard_agent_parts(agent: Any, steps: Steps) -> None:
    """The models of an agent besides the one that it answers with, and its memory. What is guarded stays as it is."""
    _guard(agent, slots_of_agent(agent), steps)


def guard_crew_parts(crew: Any, steps: Steps) -> None:
    """The models of a crew that are none of its agents', and its memory."""
    _guard(crew, slots_of_crew(crew), steps)


def _guard(subject: Any, slots: list[Slot], steps: Steps) -> None:
    for slot in slots:
        guarded = guard_with(steps, slot.llm)
        if guarded is not slot.llm:
            slot.put(guarded)
    for memory in memories_of(subject):
        guard_memory(memory, steps)
