"""What was counted so far, for expressions: the function `usage` and the members of the variable of that name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from ..._gen.expr_limits import COUNTER_READ_STEPS
from ..._gen.tables import (
    CLOSED_VARIABLES,
    EXPRESSION_VARIABLES,
    USAGE_METRIC_VALUES,
    USAGE_SCOPE_ALIASES,
    USAGE_SCOPE_VALUES,
    USAGE_VARIABLES,
    USAGE_WINDOW_VALUES,
)
from ..decide.numbers import is_safe_integer
from ..expr import ArgumentProblem, ExprBindings, ExprEnv, ExprFunction, ExprProgram
from ..expr.errors import ErrorValue, fail
from ..expr.problem import suggest
from ..expr.values import MISSING
from .counters import PolicyCounter, create_policy_counter
from .operator import Evaluation
from .problems import list_names, show_name


class ExpressionCounter(NamedTuple):
    """A counter that an expression reads, and the names of the bindings under which it looks for its value."""

    # `usage(cost, 1d, agent)`.
    name: str
    bindings: Sequence[str]
    counter: PolicyCounter


class _UsageRead(NamedTuple):
    metric: str
    window: str
    scope: str

    @property
    def name(self) -> str:
        return f"usage({self.metric}, {self.window}, {self.scope})"


_SETS: tuple[tuple[str, Sequence[str], Mapping[str, str]], ...] = (
    ("metric", USAGE_METRIC_VALUES, {}),
    ("window", USAGE_WINDOW_VALUES, {}),
    ("scope", USAGE_SCOPE_VALUES, USAGE_SCOPE_ALIASES),
)


def _check_literals(values: Sequence[Any]) -> list[ArgumentProblem]:
    """Arguments name counters that the policy keeps from its first step on, so they must be known when written."""
    problems: list[ArgumentProblem] = []
    for position, value in enumerate(values):
        problem = _check_argument(position, value)
        if problem is not None:
            problems.append(problem)
    if not problems and values[1] == "session" and len(values) > 2 and values[2] != "session":
        message = "the window `session` is all of one session: its scope is `session`"
        problems.append(ArgumentProblem(2, message))
    return problems


def _check_argument(position: int, value: Any) -> ArgumentProblem | None:
    what, values, aliases = _SETS[position]
    if value is MISSING:
        return ArgumentProblem(position, f"the {what} of `usage` must be a literal text, {_expected(values)}")
    # What is no text is refused for its type.
    if not isinstance(value, str) or value in values:
        return None
    suggestion = aliases.get(value) or suggest(value, values)
    message = f"unknown {what} `{show_name(value)}`"
    return ArgumentProblem(position, message if suggestion else f"{message}, {_expected(values)}", suggestion)


def _expected(values: Sequence[str]) -> str:
    return f"expected {list_names(values)}"


def _read_arguments(args: Sequence[Any]) -> _UsageRead:
    own = "session" if args[1] == "session" else "agent"
    return _UsageRead(args[0], args[1], args[2] if len(args) > 2 else own)


def _call_usage(args: Sequence[Any], bindings: ExprBindings) -> Any:
    return bindings[_read_arguments(args).name]


_MEMBERS = {f"usage.{name}": _UsageRead(**read) for name, read in USAGE_VARIABLES.items()}

# What policies of the type `expression` may name: the variables of the catalogue, and what was counted so far.
EXPRESSION_ENVIRONMENT = ExprEnv(
    {**EXPRESSION_VARIABLES, **dict.fromkeys(_MEMBERS, "double")},
    {
        "usage": [
            ExprFunction(
                ["string"] * count, "double", _call_usage, check_literals=_check_literals, steps=COUNTER_READ_STEPS
            )
            for count in (2, 3)
        ]
    },
    CLOSED_VARIABLES,
)


def list_counters(program: ExprProgram) -> Sequence[ExpressionCounter]:
    """The counters that a program names, each once, in the order of their names."""
    found: dict[_UsageRead, list[str]] = {}
    for call in program.calls:
        read = _read_arguments(call.args)
        found[read] = [read.name]
    for variable in program.variables:
        if variable in _MEMBERS:
            found.setdefault(_MEMBERS[variable], []).append(variable)
    ordered = sorted(found.items(), key=lambda one: one[0].name)
    return [ExpressionCounter(read.name, bindings, _create_counter(read)) for read, bindings in ordered]


def _create_counter(read: _UsageRead) -> PolicyCounter:
    """A minute and an hour slide; a day and a month are those of the calendar in UTC (SPECIFICATION P-28)."""
    kind = "sliding" if read.window in ("1m", "1h") else "calendar"
    state = {"name": read.name, "metric": read.metric, "scope": read.scope, "window": read.window, "kind": kind}
    return cast(PolicyCounter, create_policy_counter(state, {}, ()))


def bind_counters(counters: Sequence[ExpressionCounter], evaluation: Evaluation, values: dict[str, Any]) -> None:
    """Put dollars, or things counted, among the bindings of an evaluation, under names that no variable has.

    Why there is no number is an error that logic may absorb.
    """
    for name, bindings, counter in counters:
        value = _read_counter(name, counter, evaluation)
        for binding in bindings:
            values[binding] = value


def _read_counter(name: str, counter: PolicyCounter, evaluation: Evaluation) -> float | ErrorValue:
    listed = counter.list(evaluation.subject(), evaluation.now_ms)
    if not listed:
        return fail("usage_unavailable", f"the request names no {counter.scope}")
    try:
        counted = evaluation.usage.read(listed[0]) if evaluation.usage is not None else math.nan
    except Exception:  # noqa: BLE001 - a store of the program's own
        counted = math.nan
    # Counters hold whole numbers; a fraction or an infinity is no count.
    if not (is_safe_integer(counted) and counted >= 0):
        return fail("usage_unavailable", f"counter `{name}` could not be read")
    return int(counted) / 1_000_000 if counter.metric == "cost" else float(counted)
