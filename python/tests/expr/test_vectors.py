import json
from typing import Any

import pytest

from .cel_suite import ROOT
from .outcome import outcome_of
from .test_differential import comparable

FILES = [json.loads(path.read_text()) for path in sorted((ROOT / "conformance/vectors/expr").glob("*.json"))]
CASES = [(file, case) for file in FILES for case in file["cases"]]


def with_specials(value: Any) -> Any:
    """`$double` stands for what JSON cannot say, `$missing` for no key, `$repeat` and `$list` for what is long."""
    if isinstance(value, list):
        return [with_specials(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$double" in value:
        return float(value["$double"])
    if "$repeat" in value:
        return value["$repeat"][0] * value["$repeat"][1]
    if "$list" in value:
        return [with_specials(value["$list"][0])] * value["$list"][1]
    kept = {key: item for key, item in value.items() if not (isinstance(item, dict) and "$missing" in item)}
    return {key: with_specials(item) for key, item in kept.items()}


@pytest.mark.parametrize(("file", "case"), CASES, ids=[case["id"] for _, case in CASES])
def test_vector(file: dict[str, Any], case: dict[str, Any]) -> None:
    bindings = with_specials({**file["bindings"], **case.get("bindings", {})})
    written = case["expr"]
    expr = "".join(part if isinstance(part, str) else part[0] * part[1] for part in written)
    outcome = outcome_of({**case, "expr": expr, "variables": file["variables"], "bindings": bindings})
    seen = {key: outcome.get(key) for key in case["expect"]}
    assert comparable(seen) == comparable(case["expect"])
