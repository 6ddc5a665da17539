"""What an expression may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from holdpoint._core.expr import operators
from holdpoint._core.expr.cidr import check_cidr, in_cidr
from holdpoint._core.expr.convert import (
    convert_to_bool,
    convert_to_bytes,
    convert_to_double,
    convert_to_duration,
    convert_to_int,
    convert_to_string,
    convert_to_timestamp,
    convert_to_uint,
)
from holdpoint._core.expr.errors import fail
from holdpoint._core.expr.expr_types import ExprType, Type, parse_type
from holdpoint._core.expr.text_functions import check_glob, contains_any, glob, similarity
from holdpoint._core.expr.times import check_zone, duration_part, parse_duration, parse_timestamp, timestamp_part
from holdpoint._core.expr.values import CelDuration, CelTimestamp, CelType, mismatch, type_name

ExprBindings: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArgumentProblem:
    """What is wrong with one argument, by its position."""

    position: int
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class ExprFunction:
    """One way to call a function. `receiver` means `x.f(y)`, x being the first parameter.

    Arguments are CEL values: double is a float, int an int. The bindings of the evaluation come last, for functions
    that read state handed in with the request. What it raises becomes an error with the reason `function_failed`.
    """

    params: Sequence[ExprType]
    result: ExprType
    call: Callable[[Sequence[Any], ExprBindings], Any]
    receiver: bool = False
    # What is wrong with the arguments as written: the value of each that is a literal, MISSING for any other.
    check_literals: Callable[[Sequence[Any]], Sequence[ArgumentProblem]] | None = None
    # Steps that a call adds to the cost estimate.
    steps: int = 0


@dataclass(frozen=True, slots=True)
class ExprEnv:
    """Variables with their types, and functions beside the built-in ones."""

    variables: Mapping[str, ExprType]
    functions: Mapping[str, Sequence[ExprFunction]] = field(default_factory=dict)
    closed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By variable: every text that it can be. A comparison with any other is refused when it is written."""


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function, parsed."""

    params: tuple[Type, ...]
    result: Type
    receiver: bool
    custom: ExprFunction | None


@dataclass(frozen=True, slots=True)
class Environment:
    """Parsed declarations, and what is wrong with them."""

    variables: Mapping[str, Type]
    functions: Mapping[str, Sequence[Overload]]
    closed: Mapping[str, Sequence[str]]
    faults: Sequence[str]


_PARTS = ["getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"]
_CLOCK_PARTS = ["getHours", "getMinutes", "getSeconds", "getMilliseconds"]
_NUMERIC = "int,int>int|uint,uint>uint|double,double>double"

_SIGNATURES = {
    "_+_": _NUMERIC
    + "|string,string>string|bytes,bytes>bytes|list(A),list(A)>list(A)|timestamp,duration>timestamp"
    + "|duration,timestamp>timestamp|duration,duration>duration",
    "_-_": _NUMERIC + "|timestamp,timestamp>duration|timestamp,duration>timestamp|duration,duration>duration",
    "_*_": _NUMERIC,
    "_/_": _NUMERIC,
    "_%_": "int,int>int|uint,uint>uint",
    "-_": "int>int|double>double",
    "!_": "bool>bool",
    "_[_]": "list(A),int>A|map(A,B),A>B",
    "size": "string>int|bytes>int|list(A)>int|map(A,B)>int|.string>int|.bytes>int|.list(A)>int|.map(A,B)>int",
    "contains": ".string,string>bool",
    "startsWith": ".string,string>bool",
    "endsWith": ".string,string>bool",
    "matches": "string,string>bool|.string,string>bool",
    "type": "A>type(A)",
    "dyn": "A>dyn",
    "int": "int>int|uint>int|double>int|string>int|timestamp>int",
    "uint": "uint>uint|int>uint|double>uint|string>uint",
    "double": "double>double|int>double|uint>double|string>double",
    "bool": "bool>bool|string>bool",
    "string": "string>string|int>string|uint>string|double>string|bool>string|bytes>string|timestamp>string"
    + "|duration>string",
    "bytes": "bytes>bytes|string>bytes",
    "timestamp": "timestamp>timestamp|string>timestamp|int>timestamp",
    "duration": "duration>duration|string>duration",
    "contains_any": "string,list(string)>bool",
    "glob": "string,string>bool",
    "in_cidr": "string,string>bool",
    "similarity": "string,string>double",
    **dict.fromkeys(_PARTS, ".timestamp>int|.timestamp,string>int"),
    **dict.fromkeys(_CLOCK_PARTS, ".timestamp>int|.timestamp,string>int|.duration>int"),
}
"""Name, then overloads as parameters and result; a leading dot marks receiver style."""


def _known_type(text: str) -> Type:
    parsed = parse_type(text)
    if parsed is None:
        raise ValueError(text)
    return parsed


def _parse_overload(text: str) -> Overload:
    receiver = text.startswith(".")
    params, _, result = text.removeprefix(".").partition(">")
    # The only comma inside a type is that of map(A,B).
    names = params.replace("map(A,B)", "map").split(",")
    parsed = tuple(_known_type("map(A,B)" if name == "map" else name) for name in names)
    return Overload(parsed, _known_type(result), receiver, None)


_STANDARD = {name: [_parse_overload(one) for one in text.split("|")] for name, text in _SIGNATURES.items()}


def read_environment(env: ExprEnv) -> Environment:
    """Return the declarations of an environment, parsed."""
    faults: list[str] = []
    variables: dict[str, Type] = {}
    for name, source in env.variables.items():
        parsed = parse_type(source)
        if parsed is None:
            faults.append(f"variable `{name}` is declared with an unknown type")
        else:
            variables[name] = parsed
    functions: dict[str, Sequence[Overload]] = dict(_STANDARD)
    for name, overloads in env.functions.items():
        known: list[Overload] = []
        for custom in overloads:
            params = [parse_type(param) for param in custom.params]
            result = parse_type(custom.result)
            present = tuple(param for param in params if param is not None)
            if result is None or len(present) != len(params):
                faults.append(f"function `{name}` is declared with an unknown type")
            else:
                known.append(Overload(present, result, custom.receiver, custom))
        if name in functions:
            faults.append(f"function `{name}` is built in")
        functions[name] = known
    return Environment(variables, functions, env.closed, faults)


def _texts(test: Callable[[str, str], bool]) -> Callable[[Any, Any], Any]:
    def run(text: Any, part: Any) -> Any:
        if type(text) is not str:
            return mismatch("string", text)
        return test(text, part) if type(part) is str else mismatch("string", part)

    return run


def _getter(name: str) -> Callable[..., Any]:
    def run(value: Any, zone: Any = "UTC") -> Any:
        if type(value) is CelDuration:
            return duration_part(value, name)
        if type(value) is not CelTimestamp:
            return mismatch("timestamp", value)
        return timestamp_part(value, name, zone) if type(zone) is str else mismatch("string", zone)

    return run


def _type_of(value: Any) -> Any:
    name = type_name(value)
    return fail("type_mismatch", "value has no type") if name == "unknown" else CelType(name)


IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {
    "_+_": operators.add,
    "_-_": operators.subtract,
    "_*_": operators.multiply,
    "_/_": operators.divide,
    "_%_": operators.remainder,
    "-_": operators.negate,
    "_[_]": operators.index_into,
    "size": operators.size_of,
    "contains": _texts(lambda text, part: part in text),
    "startsWith": _texts(lambda text, part: text.startswith(part)),
    "endsWith": _texts(lambda text, part: text.endswith(part)),
    "type": _type_of,
    "dyn": lambda value: value,
    "int": convert_to_int,
    "uint": convert_to_uint,
    "double": convert_to_double,
    "bool": convert_to_bool,
    "string": convert_to_string,
    "bytes": convert_to_bytes,
    "timestamp": convert_to_timestamp,
    "duration": convert_to_duration,
    "contains_any": contains_any,
    "glob": glob,
    "in_cidr": in_cidr,
    "similarity": similarity,
    **{part: _getter(part) for part in [*_PARTS, *_CLOCK_PARTS]},
}
"""What a function does with values; errors among the arguments never get here. `matches` is compiled apart."""


def _text_argument(check: Callable[[str], Any], position: int) -> tuple[int, Callable[[Any], Any]]:
    return position, lambda value: check(value) if type(value) is str else None


LITERAL_CHECKS: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "timestamp": _text_argument(parse_timestamp, 0),
    "duration": _text_argument(parse_duration, 0),
    "glob": _text_argument(check_glob, 0),
    "in_cidr": _text_argument(check_cidr, 1),
    **{part: _text_argument(check_zone, 1) for part in [*_PARTS, *_CLOCK_PARTS]},
}
"""Arguments that are refused when written, if they are literals that can never work."""
