"""All that can be seen of one expression, as JSON that any implementation prints alike."""

import math
import struct
from typing import Any

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


def outcome_of(question: dict[str, Any]) -> dict[str, Any]:
    options = {"result_type": question.get("resultType")}
    if "maxSteps" in question:
        options["max_steps"] = question["maxSteps"]
    compiled = compile_expression(question["expr"], ExprEnv(question["variables"]), **options)
    program = compiled.program
    if program is None:
        return {"problems": [_problem_of(problem) for problem in compiled.problems]}
    bindings = question["bindings"]
    result = program.evaluate(bindings)
    common = {
        "type": program.result_type,
        "variables": list(program.variables),
        "cost": program.cost_estimate,
        "test": program.test(bindings),
    }
    if result.ok:
        return {**common, "value": exact_text(result.value)}
    return {**common, "reason": result.reason, "message": result.message}


def _problem_of(problem: Any) -> dict[str, Any]:
    made = {"line": problem.line, "column": problem.column, "message": problem.message}
    return made if problem.suggestion is None else {**made, "suggestion": problem.suggestion}


def exact_text(value: Any, raw: bool = False) -> str:
    """Type and value to the last bit, in ASCII; map entries sorted. Ints inside a binding's own lists are doubles."""
    kind = type(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is int and not raw:
        return f"int {value}"
    if kind in (int, float):
        return f"double {_bits_of(float(value))}"
    if kind is str:
        return _ascii_text(value)
    if isinstance(value, (list, tuple)):
        inside_raw = kind is not CelList
        return "[" + ", ".join(exact_text(item, inside_raw) for item in value) + "]"
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
    entries = value.entries.values() if kind is CelMap else value.items()
    inside_raw = kind is not CelMap
    return "{" + ", ".join(sorted(f"{exact_text(key)}: {exact_text(item, inside_raw)}" for key, item in entries)) + "}"


def _bits_of(value: float) -> str:
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def _ascii_text(text: str) -> str:
    units = struct.unpack(
        f"<{len(text.encode('utf-16-le', 'surrogatepass')) // 2}H", text.encode("utf-16-le", "surrogatepass")
    )
    plain = (chr(unit) if 0x20 <= unit < 0x7F and unit not in (0x22, 0x5C) else f"\\u{unit:04x}" for unit in units)
    return '"' + "".join(plain) + '"'
