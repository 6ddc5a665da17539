"""The README's examples of CrewAI and LlamaIndex, run as they are written: an attack reaches no model."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from crewai_stand_ins import crew_of, model_of
from llama_index.core.agent.workflow import FunctionAgent
from llama_stand_ins import CountingModel
from samples import SAMPLES

from holdpoint import Holdpoint, PolicyBlockedError

_path = Path(__file__).parents[1] / "tests" / "readme_blocks.py"
_spec = importlib.util.spec_from_file_location("readme_blocks", _path)
assert _spec is not None
assert _spec.loader is not None
_blocks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_blocks)
asked_once = pytest.mark.parametrize(("asks", "calls"), [("question", 1), ("attack", 0)])


@asked_once
def test_the_governed_crew(hp: Holdpoint, asks: str, calls: int) -> None:
    model = model_of("It left the warehouse.")
    names = {"hp": hp, "crew": crew_of(model, asks=SAMPLES[asks])}
    _run("adapters.crewai", names, stops=calls == 0)
    assert model.calls == calls


@asked_once
def test_the_governed_agent_of_llama_index(hp: Holdpoint, asks: str, calls: int) -> None:
    model = CountingModel("It left the warehouse.")
    names = {"hp": hp, "agent": FunctionAgent(name="support", llm=model), "question": SAMPLES[asks]}
    _run("adapters.llama_index", names, stops=calls == 0)
    assert model.calls == calls


def _run(words: str, names: dict[str, Any], *, stops: bool) -> None:
    text = _blocks.block_with("python/README.md", words)
    if not stops:
        _blocks.run_block(text, names)
        return
    with pytest.raises(PolicyBlockedError):
        _blocks.run_block(text, names)
