"""Cases of the CEL conformance suite, as conformance/cel prints them, and values as the suite writes them."""

import base64
import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from holdpoint._core.expr import (
    CelDuration,
    CelList,
    CelMap,
    CelTimestamp,
    CelType,
    CelUint,
    ExprEnv,
    compile_expression,
)
from holdpoint._core.expr.values import key_id

ROOT = Path(__file__).parents[3]


def run_node(script: str, *args: str, text: str | None = None) -> str:
    """Return what a TypeScript program of the repository prints."""
    command = ["node", "--import", "tsx", str(ROOT / script), *args]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def read_cases(*args: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run_node("conformance/cel/main.ts", "--cases", *args).splitlines()]


@functools.cache
def read_exceptions() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "conformance/cel/exceptions.yaml").read_text()))


def decode_value(encoded: dict[str, Any]) -> Any:
    (kind, value), *_ = encoded.items()
    if kind == "int64Value":
        return int(value)
    if kind == "uint64Value":
        return CelUint(int(value))
    if kind == "doubleValue":
        return float(value)
    if kind == "bytesValue":
        return base64.b64decode(value)
    if kind == "typeValue":
        return CelType(value)
    if kind == "nullValue":
        return None
    if kind == "listValue":
        return CelList(decode_value(item) for item in value.get("values", []))
    if kind == "mapValue":
        made = CelMap()
        for entry in value.get("entries", []):
            key = decode_value(entry["key"])
            made.entries[key_id(key) or ""] = (key, decode_value(entry["value"]))
        return made
    if kind == "objectValue":
        name = "duration" if value["@type"].endswith("Duration") else "timestamp"
        program = compile_expression(f"{name}(text)", ExprEnv({"text": "string"})).program
        assert program is not None
        return program.evaluate({"text": value["value"]}).value
    return value


def canonical_text(value: Any) -> str:
    """A text that two values share only if type and value are the same; map entries in any order, NaN equal to NaN."""
    kind = type(value)
    if kind is bool or value is None or kind is str:
        return json.dumps(value, ensure_ascii=False)
    if kind is int:
        return f"int {value}"
    if kind is float:
        return f"double {value if value else 0.0!r}"
    if kind is bytes:
        return f"bytes {value.hex()}"
    if kind is CelUint:
        return f"uint {value.value}"
    if kind is CelTimestamp:
        return f"timestamp {value.nanos}"
    if kind is CelDuration:
        return f"duration {value.nanos}"
    if kind is CelType:
        return f"type {value.name}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(canonical_text(item) for item in value) + "]"
    entries = value.entries.values() if kind is CelMap else value.items()
    return "{" + ", ".join(sorted(f"{canonical_text(key)}: {canonical_text(item)}" for key, item in entries)) + "}"


def why_case_fails(case: dict[str, Any]) -> str | None:
    env = ExprEnv(case["variables"])
    compiled = compile_expression(case["expr"], env, unchecked=case["unchecked"])
    if not compiled.ok and case["expected"] == "error" and not case["unchecked"]:
        # What can never work is refused when written; the suite asks for an error of the evaluation.
        compiled = compile_expression(case["expr"], env, unchecked=True)
    if compiled.program is None:
        return "; ".join(problem.message for problem in compiled.problems)
    result = compiled.program.evaluate({name: decode_value(value) for name, value in case["bindings"].items()})
    if case["expected"] == "error":
        return f"expected an error, found {canonical_text(result.value)}" if result.ok else None
    wanted = canonical_text(decode_value(case["expected"]["value"]))
    found = canonical_text(result.value) if result.ok else f"{result.reason}: {result.message}"
    return None if wanted == found else f"expected {wanted}, found {found}"
