"""Nothing raises, the fast way and the exact way agree, and registered functions are outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint._core.expr import ExprEnv, ExprFunction, compile_expression
from holdpoint._core.expr.program import ExprProgram

from .generate import VARIABLES, Generator

ENV = ExprEnv(VARIABLES)
WORDS = [
    *('()[]{}.,?:!-+*/%<>=\\"`\n😀'),
    *("<=", ">=", "==", "!=", "&&", "||", "in", "cost", "tokens", "input", "tools", "anything", "tool", "has", "size"),
    *("all", "map", "1", "2u", "1.5", "'a'", "b'x'", "true", "null", "9223372036854775807", "matches", "timestamp"),
]
SOURCES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
ANYTHING = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3)),
        *(st.datetimes(), st.sampled_from([object(), {1}, lambda: 1, 10**400])),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(["x", "name", "args", "id"]), st.integers()), inner, max_size=3),
    ),
    max_leaves=6,
)
BINDINGS = st.dictionaries(st.sampled_from(sorted(VARIABLES)), ANYTHING, max_size=6)


def program_of(source: str, env: ExprEnv = ENV, **options: Any) -> ExprProgram:
    compiled = compile_expression(source, env, **options)
    assert compiled.program is not None, compiled.problems
    return compiled.program


@settings(max_examples=600, deadline=None)
@given(SOURCES, BINDINGS)
def test_nothing_raises_on_any_source_and_any_bindings(source: str, bindings: dict[str, Any]) -> None:
    compiled = compile_expression(source, ENV, unchecked=True)
    if compiled.program is None:
        assert all(problem.line > 0 and problem.column > 0 for problem in compiled.problems)
        assert "expression could not be compiled" not in [problem.message for problem in compiled.problems]
        return
    result = compiled.program.evaluate(bindings)
    compiled.program.test(bindings)
    assert result.ok or result.message


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 10**9), BINDINGS, st.booleans())
def test_the_fast_way_and_the_exact_way_agree(seed: int, odd: dict[str, Any], mixed: bool) -> None:
    generator = Generator(seed)
    source = generator.of("bool", 3)
    compiled = compile_expression(source, ENV, result_type="bool")
    if compiled.program is None:
        return
    bindings = {**generator.bindings(), **(odd if mixed else {})}
    result = compiled.program.evaluate(bindings)
    assert compiled.program.test(bindings) == (int(result.value) if result.ok and isinstance(result.value, bool) else 2)


def test_usual_conditions_take_the_fast_way() -> None:
    for source in (
        'cost > 5.0 && environment == "production"',
        'size(input) > 4000 || agent.id in ["a", "b"]',
        'tool.name.startsWith("db_") && tool.args.limit > 100',
        'tools.exists(t, t.startsWith("db_") || t in ["a", "b"])',
        'has(tool.args.limit) && !flag && input.matches("a+b")',
    ):
        assert program_of(source).test.__code__.co_filename == "<expression>"


def test_whatever_a_mapping_raises_is_an_outcome() -> None:
    class Odd(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            raise RuntimeError(key)

        def get(self, key: str, default: Any = None) -> Any:
            raise RuntimeError(key)

    assert program_of("cost > 5.0").test(Odd()) == 2
    assert program_of("cost > 5.0").evaluate(Odd()).reason == "type_mismatch"
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    assert program_of("anything == anything").test({"anything": cyclic}) in (1, 2)


def test_registered_functions_get_cel_values_and_the_bindings() -> None:
    def spent(args: Sequence[Any], bindings: Mapping[str, Any]) -> Any:
        return bindings.get("spent_today", 0) if args[0] == "1d" else 0

    def broken(_: Sequence[Any], __: Mapping[str, Any]) -> Any:
        raise ValueError

    env = ExprEnv(
        {},
        {
            "spent": [ExprFunction(["string"], "double", spent)],
            "broken": [ExprFunction([], "bool", broken), ExprFunction(["int"], "bool", lambda _, __: "yes")],
        },
    )
    assert program_of('spent("1d") > 4.0', env).test({"spent_today": 5}) == 1
    assert program_of('spent("1d") > 4.0', env).evaluate({"spent_today": "5"}).reason == "type_mismatch"
    failed = program_of("broken()", env).evaluate({})
    assert (failed.reason, failed.message) == ("function_failed", "function `broken` failed")
    assert program_of("broken(1)", env).evaluate({}).reason == "type_mismatch"
    assert not compile_expression("true", ExprEnv({}, {"size": []})).ok
    assert not compile_expression("true", ExprEnv({"x": "strin"})).ok
