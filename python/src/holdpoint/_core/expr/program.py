"""From source to a program."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from holdpoint._core.expr.check import check_expression, is_type_name
from holdpoint._core.expr.closures import from_test, to_test
from holdpoint._core.expr.compiler import Compiler
from holdpoint._core.expr.cost import estimate_cost
from holdpoint._core.expr.environment import Environment, ExprBindings, ExprEnv, read_environment
from holdpoint._core.expr.errors import ErrorValue, ExprErrorReason, fail
from holdpoint._core.expr.expr_types import format_type
from holdpoint._core.expr.fast_test import compile_fast_test
from holdpoint._core.expr.frame import Frame, Val
from holdpoint._core.expr.matcher import CompilePattern, Matchers, compile_with_re2
from holdpoint._core.expr.nodes import Node
from holdpoint._core.expr.parser import parse_expression
from holdpoint._core.expr.problem import ExprProblem, problem_at
from holdpoint._core.expr.values import MISSING
from holdpoint._gen.expr_limits import COST_MAX, STEPS_MAX


@dataclass(frozen=True, slots=True)
class ExprResult:
    """A value, or the reason why there is none."""

    ok: bool
    value: Any = None
    reason: ExprErrorReason | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ExprCall:
    """A call of a registered function; arguments that are no literals are MISSING."""

    name: str
    args: tuple[Any, ...]


class ExprProgram:
    """A compiled expression."""

    __slots__ = ("_steps_max", "_value", "calls", "cost_estimate", "result_type", "test", "variables")

    def __init__(self, variables: tuple[str, ...], result_type: str, cost_estimate: int, steps_max: int) -> None:
        self.variables = variables
        """Variables of the environment that the expression reads, sorted."""
        self.calls: tuple[ExprCall, ...] = ()
        """Calls of registered functions, in the order of the source."""
        self.result_type = result_type
        self.cost_estimate = cost_estimate
        """Steps an evaluation is likely to take at most."""
        self._steps_max = steps_max
        self._value: Val = lambda _: None
        self.test: Callable[[ExprBindings], int] = lambda _: 2
        """The outcome for a bool: 0 false, 1 true, 2 error (ask `evaluate` for the reason). Never raises."""

    def evaluate(self, bindings: ExprBindings) -> ExprResult:
        """Return the value, or why there is none. Never raises."""
        try:
            value = self._value(Frame(bindings, self._steps_max))
        except Exception:  # noqa: BLE001 - mappings of foreign classes may raise, cyclic values exhaust the stack
            value = _UNREADABLE
        if type(value) is ErrorValue:
            return ExprResult(False, None, value.reason, value.message)
        return ExprResult(True, value)


_UNREADABLE = fail("type_mismatch", "bindings could not be read")


@dataclass(frozen=True, slots=True)
class CompileExprResult:
    """A program, or everything that is wrong with the source."""

    program: ExprProgram | None
    problems: tuple[ExprProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """True when there is a program."""
        return self.program is not None


def compile_expression(
    source: str,
    env: ExprEnv,
    *,
    result_type: Literal["bool"] | None = None,
    max_cost: int = COST_MAX,
    max_steps: int = STEPS_MAX,
    compile_pattern: CompilePattern = compile_with_re2,
    unchecked: bool = False,
) -> CompileExprResult:
    """Return a program, or everything that is wrong with the source. Never raises.

    `max_cost` is the highest cost estimate that is accepted and `max_steps` what one evaluation may take, in steps.
    `unchecked` turns what is wrong with names and types into errors of the evaluation, for conformance runs.
    """
    try:
        return _compile(source, env, _Options(result_type, max_cost, max_steps, compile_pattern, unchecked))
    except Exception:  # noqa: BLE001 - a defect of ours must not stop the caller
        return _refuse(problem_at("", 0, "expression could not be compiled"))


@dataclass(frozen=True, slots=True)
class _Options:
    result_type: str | None
    max_cost: int
    max_steps: int
    compile_pattern: CompilePattern
    unchecked: bool


def _refuse(*problems: ExprProblem) -> CompileExprResult:
    return CompileExprResult(None, problems)


def _compile(source: str, env: ExprEnv, options: _Options) -> CompileExprResult:
    if not isinstance(source, str):
        return _refuse(problem_at("", 0, "expression must be text"))
    environment = read_environment(env)
    if environment.faults:
        return _refuse(*(problem_at("", 0, fault) for fault in environment.faults))
    root = parse_expression(source)
    if isinstance(root, ExprProblem):
        return _refuse(root)
    problems = check_expression(root, source, environment)
    if options.unchecked:
        problems.clear()
    written = format_type(root.type)
    if not problems and options.result_type == "bool" and written not in ("bool", "dyn"):
        problems.append(problem_at(source, root.pos, f"expression gives {written}, not bool"))
    estimate = math.ceil(estimate_cost(root, environment))
    if not problems and estimate > options.max_cost:
        problems.append(problem_at(source, 0, f"expression may take {estimate} steps, more than {options.max_cost}"))
    if problems:
        return _refuse(*problems)

    def on_problem(pos: int, message: str) -> None:
        if not options.unchecked:
            problems.append(problem_at(source, pos, message))

    compiler = Compiler(environment, Matchers(options.compile_pattern, on_problem))
    program = ExprProgram(_read_variables(root, environment), written, estimate, options.max_steps)
    program.calls = tuple(_list_calls(root, environment))
    _attach(program, root, compiler, options.max_steps)
    return _refuse(*problems) if problems else CompileExprResult(program)


def _attach(program: ExprProgram, root: Node, compiler: Compiler, max_steps: int) -> None:
    """Give a program its value and its test. A condition is compiled once, as a test."""
    if root.type.kind == "bool":
        test = compiler.test(root)
        program._value = from_test(test)
    else:
        program._value = compiler.value(root)
        test = to_test(program._value)

    def exact(bindings: ExprBindings) -> int:
        try:
            return test(Frame(bindings, max_steps))
        except Exception:  # noqa: BLE001 - as in `evaluate`
            return 2

    program.test = compile_fast_test(root, compiler, exact, max_steps) or exact


def _list_calls(node: Node, env: Environment) -> list[ExprCall]:
    calls = [call for kid in node.kids for call in _list_calls(kid, env)]
    if node.kind != "call" or all(one.custom is None for one in env.functions.get(node.name, ())):
        return calls
    args = tuple(kid.value if kid.kind == "literal" else MISSING for kid in node.kids)
    return [ExprCall(node.name, args), *calls]


def _read_variables(root: Node, env: Environment) -> tuple[str, ...]:
    found: set[str] = set()

    def visit(node: Node) -> None:
        if node.kind == "select" and node.variable is not None:
            if node.variable in env.variables:
                found.add(node.variable)
            return
        if node.kind == "ident" and node.slot < 0 and node.name in env.variables and not is_type_name(node.name):
            found.add(node.name)
        for kid in node.kids:
            visit(kid)

    visit(root)
    return tuple(sorted(found))
