"""Texts of policy files (SPECIFICATION B-18): the same places and words as in TypeScript."""

import json
from pathlib import Path
from typing import Any

import pytest

from holdpoint import CompileProblem
from holdpoint._core import CompileContext, compile_policies
from holdpoint._sdk.policies.source import SourceError, read_policy_text

VECTORS = Path(__file__).parents[2] / "conformance" / "vectors" / "texts" / "policy-texts.json"
CASES = json.loads(VECTORS.read_text())["cases"]


def load(text: str, file: str) -> dict[str, Any]:
    """What a file says to who loads it: how many policies compile, or the problems with their places."""
    try:
        source = read_policy_text(text, file)
    except SourceError as error:
        return {"problems": [_show(problem) for problem in error.problems]}
    pointers = [written.pointer for written in source.policies]
    compiled = compile_policies([written.policy for written in source.policies], CompileContext(pointers=pointers))
    if compiled.plan is None:
        return {"problems": [_show(source.locate(problem)) for problem in compiled.problems]}
    return {"policies": len(source.policies)}


def _show(problem: CompileProblem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "pointer": problem.pointer,
        "message": problem.message,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_text_of_policies_with(case: dict[str, Any]) -> None:
    expected = {key: case[key] for key in ("policies", "problems") if key in case}
    assert load(case["text"] * case.get("repeat", 1), case["file"]) == expected


def test_a_hundred_thousand_names_are_told_of_a_hundred_problems() -> None:
    text = "\n".join(f"k{index}: {{}}" for index in range(20_000))
    assert len(load(text, "policies.yaml")["problems"]) == 100
