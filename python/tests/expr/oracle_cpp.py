"""Prints, as JSON, where our engine and Google's C++ one differ on generated expressions.

A program of its own: the binding's destructors may end the interpreter when it leaves.
"""

import datetime
import json
import os
import re
from collections import Counter
from typing import Any

from cel_expr_python import cel

from holdpoint._core.expr import ExprEnv, compile_expression

from .generate import VARIABLES, Generator
from .outcome import exact_text

TYPES = {
    "double": cel.Type.DOUBLE,
    "int": cel.Type.INT,
    "uint": cel.Type.UINT,
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "timestamp": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
    "dyn": cel.Type.DYN,
    "list(string)": cel.Type.List(cel.Type.STRING),
    "list(int)": cel.Type.List(cel.Type.INT),
    "map(string, dyn)": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    "map(string, string)": cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    "map(string, int)": cel.Type.Map(cel.Type.STRING, cel.Type.INT),
}
# Records are maps for the other engine.
SHARED = {name: kind if isinstance(kind, str) else "map(string, dyn)" for name, kind in VARIABLES.items()}
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
OURS: dict[str, Any] = {
    "cost": 2.5,
    "tokens": 10,
    "count": 3,
    "environment": "production",
    "input": "日本😀",
    "flag": True,
    "now": 1_700_000_000_123,
    "span": 90_061_001,
    "tools": ["db_read", "b", "é"],
    "numbers": [1, 2, 3],
    "anything": [1, "a", {"x": 2}],
    "metadata": {"x": 1, "list": [1, "a", 2.5], "production": 1},
    "labels": {"a": "b", "é": "x"},
    "sizes": {"a": 1, "b": 2},
    "agent": {"id": "a", "labels": {"a": "b"}, "level": 1},
    "tool": {"name": "db_read", "args": {"limit": 5, "nested": {"deep": 1}}},
}


def with_doubles(value: Any) -> Any:
    if type(value) is int:
        return float(value)
    if isinstance(value, list):
        return [with_doubles(item) for item in value]
    return {key: with_doubles(item) for key, item in value.items()} if isinstance(value, dict) else value


THEIRS = {
    **OURS,
    **{name: with_doubles(OURS[name]) for name in ("anything", "metadata", "agent", "tool")},
    "now": EPOCH + datetime.timedelta(milliseconds=1_700_000_000_123),
    "span": datetime.timedelta(milliseconds=90_061_001),
}
# What the specification leaves open or the other engine does differently: functions of our own; the order of a map's
# keys; how many decimals a time has as text; a list or map asked for in a map; an int made from a bool of type dyn; the
# type of a key that was given twice as 1 and 1u; type values.
OPEN = re.compile(
    r"contains_any|glob\(|in_cidr|similarity|\n"
    r"|(labels|agent|metadata|\}|tool\.args|sizes)\)*\.(map|filter|exists_one|exists|all)\("
    r"|string\(| in |int\(\(*dyn|2u: 'y'|type\("
)


def text_of(result: Any) -> str:
    kind, value = str(result.type()), result.value()
    if kind == "UINT":
        return f"uint {value}"
    if kind == "DURATION":
        return f"duration {value // MICROSECOND}"
    if kind == "TIMESTAMP":
        return f"timestamp {(value - EPOCH) // MICROSECOND}"
    if kind.startswith("NULL"):
        return "null"
    if kind.startswith("LIST"):
        return "[" + ", ".join(text_of(item) for item in value) + "]"
    if kind.startswith("MAP"):
        return "{" + ", ".join(sorted(f"{key_text(key)}: {text_of(item)}" for key, item in value.items())) + "}"
    return exact_text({"INT": int, "DOUBLE": float, "BOOL": bool, "STRING": str, "BYTES": bytes}[kind](value))


def key_text(key: Any) -> str:
    return text_of(key) if isinstance(key, cel.Value) else exact_text(key)


def in_microseconds(text: str) -> str:
    return re.sub(r"(duration|timestamp) (-?\d+)", lambda found: f"{found[1]} {int(found[2]) // 1000}", text)


def main(seed: int, count: int) -> None:
    generator = Generator(seed)
    env = cel.NewEnv(variables={name: TYPES[kind] for name, kind in SHARED.items()})
    our_env = ExprEnv(SHARED)
    counts: Counter[str] = Counter()
    different: list[list[str]] = []
    for _ in range(count):
        source = generator.question()["expr"]
        ours = compile_expression(source, our_env).program
        if OPEN.search(source) or ours is None:
            continue
        try:
            theirs = env.compile(source).eval(data=THEIRS)
        except RuntimeError:
            counts["refused by the other"] += 1
            continue
        result = ours.evaluate(OURS)
        if not result.ok and result.reason == "not_a_number":
            # SPECIFICATION E-12: the order of a NaN is an error for us, false for the other engine.
            counts["not a number"] += 1
            continue
        failed = str(theirs.type()) == "ERROR"
        mine = in_microseconds(exact_text(result.value)) if result.ok else "error"
        other = "error" if failed else text_of(theirs)
        counts["errors" if failed else "values"] += 1
        if mine != other:
            different.append([source, mine, other])
    print(json.dumps({"counts": counts, "different": different}), flush=True)
    os._exit(0)
