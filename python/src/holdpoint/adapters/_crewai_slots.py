"""Where a crew and its agents keep the models that they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crewai.memory.unified_memory import Memory
from crewai.utilities.planning_handler import CrewPlanner


@dataclass(frozen=True, slots=True)
class Slot:
    """A member that holds a model, or a model's name."""

    what: str
    holder: Any
    name: str

    @property
    def llm(self) -> Any:
        """What it holds now. As it lies there: of some the framework warns when they are read."""
        return getattr(self.holder, "__dict__", {}).get(self.name)

    def put(self, llm: Any) -> None:
        """Puts a model in its place."""
        setattr(self.holder, self.name, llm)


def agents_of(crew: Any) -> list[Any]:
    """All agents of a crew: its own, its manager, and those that only its tasks name."""
    found = [*crew.agents, getattr(crew, "manager_agent", None)]
    found += [getattr(task, "agent", None) for task in crew.tasks]
    seen: dict[int, Any] = {id(agent): agent for agent in found if agent is not None and hasattr(agent, "llm")}
    return list(seen.values())


def slots_of_agent(agent: Any) -> list[Slot]:
    """The models of an agent besides the one that it answers with."""
    whose = f"of agent `{getattr(agent, 'role', 'agent')}`"
    slots = [
        Slot(f"model for calls {whose}", agent, "function_calling_llm"),
        Slot(f"model for plans {whose}", getattr(agent, "planning_config", None), "llm"),
        Slot(f"model of a guardrail {whose}", getattr(agent, "guardrail", None), "llm"),
    ]
    return [slot for slot in slots if slot.llm is not None]


def slots_of_crew(crew: Any) -> list[Slot]:
    """The models of a crew that are none of its agents'."""
    if getattr(crew, "planning", None) and getattr(crew, "planning_llm", None) is None:
        # The one that the framework would ask.
        crew.planning_llm = CrewPlanner([], None).planning_agent_llm
    names = ("manager_llm", "planning_llm", "chat_llm", "function_calling_llm")
    slots = [Slot(f"`{name}` of the crew", crew, name) for name in names]
    for task in crew.tasks:
        name = str(getattr(task, "name", None) or "task")
        slots += [Slot(f"model of a guardrail of `{name}`", guardrail, "llm") for guardrail in _guardrails_of(task)]
    return [slot for slot in slots if slot.llm is not None]


def memories_of(subject: Any) -> list[Memory]:
    """What a crew or an agent remembers with; of a view the memory behind it."""
    held = [getattr(subject, name, None) for name in ("_memory", "memory")]
    found = [one if isinstance(one, Memory) else getattr(one, "_memory", None) for one in held]
    return list({id(memory): memory for memory in found if isinstance(memory, Memory)}.values())


def _guardrails_of(task: Any) -> Iterator[Any]:
    yield getattr(task, "guardrail", None)
    yield getattr(task, "_guardrail", None)
    yield from getattr(task, "_guardrails", None) or ()
