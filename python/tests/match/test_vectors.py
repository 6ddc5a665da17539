"""What TypeScript answers is what Python answers, and what google-re2 finds."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import re2

from holdpoint._core.match import PatternSource, compile_set, includes

VECTORS = (
    os.environ.get("HOLDPOINT_MATCH_VECTORS") or Path(__file__).parents[3] / "conformance" / "re2" / "vectors.jsonl"
)
CASES = [json.loads(line) for line in Path(VECTORS).read_text(encoding="utf-8").strip().split("\n")]
# RE2 has no such limits, or others.
OWN_LIMITS = ("the program of the pattern is too large", "groups nest deeper")
RENAMED = {
    "searchedAs": "searched_as",
    "groupNames": "group_names",
    "groupCount": "group_count",
    "programNodes": "program_nodes",
    "minLength": "min_length",
    "maxLength": "max_length",
    "matchesEmpty": "matches_empty",
    "requiredLiteral": "required_literal",
    "anchoredAtStart": "anchored_at_start",
    "anchoredAtEnd": "anchored_at_end",
}


def compile_re2(case: dict[str, Any]) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 28
    flags = case["flags"]
    try:
        return re2.compile(f"(?{flags}){case['pattern']}" if flags else case["pattern"], options)
    except re2.error:
        return None


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_both_languages_answer_alike(case: dict[str, Any]) -> None:
    result = compile_set([PatternSource("p", case["pattern"], case["flags"])])
    oracle = compile_re2(case)
    assert (oracle is None) == ("message" in case) or case["message"].startswith(OWN_LIMITS)
    if "message" in case:
        problem = result.problems[0]
        assert (problem.position, problem.message) == (case["position"], case["message"])
        return
    assert result.set is not None, result.problems
    explanation = result.set.explain(0)
    for theirs, ours in RENAMED.items():
        expected = case["explanation"].get(theirs)
        assert getattr(explanation, ours) == (tuple(expected) if isinstance(expected, list) else expected)
    for item in case["texts"]:
        text = item["text"]
        assert bool(result.set.scan(text)) == item["found"] == (oracle.search(text.encode()) is not None)
        assert [[span.start, span.end] for span in result.set.spans(text, 0)] == item["spans"]
        stream = result.set.stream(spans=[0])
        steps = [*(stream.push(piece) for piece in item["pieces"]), stream.end()]
        answers = [
            {"spans": [[span.start, span.end] for span in step.spans], "releasedTo": step.released_to} for step in steps
        ]
        assert answers == item["steps"]
        assert any(step.found for step in steps) == item["found"]


@pytest.mark.parametrize("case", [case for case in CASES if "compared" in case])
def test_both_languages_compare_alike(case: dict[str, Any]) -> None:
    other = case["compared"]["other"]
    wide = compile_set([PatternSource("p", case["pattern"], case["flags"])]).set
    narrow = compile_set([PatternSource("p", other["pattern"], other["flags"])]).set
    assert wide is not None
    assert narrow is not None
    comparison = includes(wide, narrow)
    assert comparison.answer == case["compared"]["answer"]
    assert comparison.counter_example == case["compared"].get("counterExample")
    assert comparison.reason == case["compared"].get("reason")
    if comparison.counter_example is not None:
        assert narrow.scan(comparison.counter_example)
        assert not wide.scan(comparison.counter_example)
