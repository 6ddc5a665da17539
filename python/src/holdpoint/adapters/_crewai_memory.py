"""The memory of a crew or an agent: the model that it asks by itself, and the texts that it has embedded."""

from __future__ import annotations

from typing import Any

from ._crewai_model import guard_with
from ._embedded import check_texts
from ._guarded import own_steps, steps_of, take_guard
from ._steps import Steps, current_run


def guard_memory(memory: Any, steps: Steps) -> None:
    """Guards a memory where it is: crews, agents and tools share it. One that is guarded stays as it is."""
    if steps_of(memory, GuardedMemory) is None:
        take_guard(memory, GuardedMemory, steps)


def steps_of_memory(memory: Any) -> Steps | None:
    """The checks of a guarded memory; None for any other."""
    return steps_of(memory, GuardedMemory)


class GuardedMemory:
    """Over the class of a memory: both parts are made when they are first needed."""

    __slots__ = ()

    @property
    def _llm(self) -> Any:
        return guard_with(own_steps(self), super()._llm)  # type: ignore[misc]

    @property
    def _embedder(self) -> Any:
        embed, steps = super()._embedder, own_steps(self)  # type: ignore[misc]

        def checked(texts: list[str]) -> Any:
            return embed(steps.check(current_run(), check_texts(steps, texts)))

        return checked
