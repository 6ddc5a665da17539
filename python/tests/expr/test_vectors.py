import json
from typing import Any

import pytest

from .cel_suite import ROOT
from .outcome import outcome_of
from .test_differential import comparable

FILES = [json.loads(path.read_text()) for path in sorted((ROOT / "conformance/vectors/expr").glob("*.json"))]
CASES = [(file, case) for file in FILES for case in file["cases"]]


def with_specials(value: Any) -> Any:
    """`{"$double": "NaN"}` stands for what JSON cannot say, `{"$missing": true}` for a key that is not there."""
    if isinstance(value, list):
        return [with_specials(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$double" in value:
        return float(value["$double"])
    kept = {key: item for key, item in value.items() if not (isinstance(item, dict) and "$missing" in item)}
    return {key: with_specials(item) for key, item in kept.items()}


@pytest.mark.parametrize(("file", "case"), CASES, ids=[case["id"] for _, case in CASES])
def test_vector(file: dict[str, Any], case: dict[str, Any]) -> None:
    bindings = with_specials({**file["bindings"], **case.get("bindings", {})})
    outcome = outcome_of({**case, "variables": file["variables"], "bindings": bindings})
    seen = {key: outcome.get(key) for key in case["expect"]}
    assert comparable(seen) == comparable(case["expect"])
