"""The memory of a crew or an agent: the model that it asks by itself, and the texts that it has embedded."""

from __future__ import annotations

from typing import Any

from .. import text_of
from ._crewai_model import guard_with
from ._guarded import own_steps, steps_of, take_guard
from ._long_history import look_at_lot
from ._steps import Check, Steps, current_run


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
            return embed(steps.check(current_run(), _check_texts(steps, texts)))

        return checked


def _check_texts(steps: Steps, texts: list[str]) -> Check[list[str]]:
    """Phase `input`, as of older messages: an agent has read or said them, and they are counted where it did."""
    history = [{"role": "user", "content": text} for text in texts]
    decision, request = look_at_lot(steps.client.sync, steps.who.fields(), history)
    if request is not None:
        decision = yield "enforce_policy", request
    return [text_of(decision, f"/conversationHistory/{place}/content", text) for place, text in enumerate(texts)]
