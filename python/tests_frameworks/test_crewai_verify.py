"""Proof that the guards of CrewAI stop a step, or that verify names what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from crewai import Crew
from crewai_stand_ins import governed, model_of, tool_of

from holdpoint import Holdpoint, HoldpointError
from holdpoint.adapters.crewai import guard_llm, verify


def test_verify_passes_for_a_governed_crew_and_asks_no_model(hp: Holdpoint) -> None:
    model, tool = model_of("never"), tool_of("db_read")
    crew = governed(hp, model, tool)
    verify(hp, crew)
    verify(hp, crew.agents[0], crew.agents[0].llm)
    assert (model.calls, tool.ran) == (0, [])
    assert not hp.stats().pauses


def _with_another_model(hp: Holdpoint, crew: Crew) -> None:
    crew.agents[0].llm = model_of("never")


def _with_another_client(hp: Holdpoint, crew: Crew) -> None:
    crew.agents[0].llm = guard_llm(Holdpoint(policies=[]), model_of("never"), agent_id="support-bot")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_with_another_model, "model of agent `support` is not guarded"),
        (_with_another_client, "model of agent `support` does not stop a paused agent"),
    ],
)
def test_verify_names_what_does_not_stop_a_step(hp: Holdpoint, change: Callable[..., None], named: str) -> None:
    crew = governed(hp, model_of("never"), tool_of("db_read"))
    change(hp, crew)
    with pytest.raises(HoldpointError, match=named):
        verify(hp, crew)


def test_verify_fails_when_there_is_nothing_to_verify(hp: Holdpoint) -> None:
    with pytest.raises(HoldpointError, match="nothing to verify"):
        verify(hp)
