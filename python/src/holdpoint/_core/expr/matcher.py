"""Patterns of `matches`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import re2  # type: ignore[import-untyped]

from holdpoint._core.expr.errors import fail
from holdpoint._core.expr.frame import COST_EXCEEDED, Frame
from holdpoint._core.expr.lexer import encode_text
from holdpoint._core.expr.nodes import Node
from holdpoint._gen.expr_limits import DYNAMIC_PATTERN_STEPS, DYNAMIC_PATTERNS_MAX, PATTERN_CHARS_MAX

TextTest: TypeAlias = Callable[[str, str, Frame], Any]


@dataclass(frozen=True, slots=True)
class PatternRefused:
    """Why a pattern was refused; `position` counts from 0, None when the engine does not tell."""

    message: str
    position: int | None = None


CompilePattern: TypeAlias = "Callable[[str], Callable[[str], bool] | PatternRefused]"
"""A pattern that is found anywhere in a text, in linear time."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def compile_with_re2(source: str) -> Callable[[str], bool] | PatternRefused:
    """Compile a pattern with RE2."""
    try:
        pattern = re2.compile(encode_text(source), _OPTIONS)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        return PatternRefused(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))

    def test(text: str) -> bool:
        return pattern.search(encode_text(text)) is not None

    return test


class Matchers:
    """Patterns of one expression. `on_problem` hears of literal patterns that are refused."""

    def __init__(self, compile_pattern: CompilePattern, on_problem: Callable[[int, str], None]) -> None:
        self.compile_pattern = compile_pattern
        self.on_problem = on_problem
        self.compiled: dict[int, TextTest] = {}

    def compile(self, pattern: Node) -> TextTest:
        """Return the test for a pattern node: a literal is compiled now, once, others when met."""
        if id(pattern) not in self.compiled:
            self.compiled[id(pattern)] = self._compile(pattern)
        return self.compiled[id(pattern)]

    def _compile(self, pattern: Node) -> TextTest:
        if pattern.kind != "literal" or type(pattern.value) is not str:
            return _create_dynamic(self.compile_pattern)
        compiled = self.compile_pattern(pattern.value)
        if not isinstance(compiled, PatternRefused):
            test = compiled
            return lambda text, _, __: test(text)
        at = "" if compiled.position is None else f" (at character {compiled.position + 1})"
        self.on_problem(pattern.pos, f"pattern is not RE2: {compiled.message}{at}")
        return lambda _, __, ___: _REFUSED


_REFUSED = fail("invalid_argument", "pattern is not RE2")


def _create_dynamic(compile_pattern: CompilePattern) -> TextTest:
    """Compiled patterns by source; the one used longest ago goes first."""
    cache: dict[str, Callable[[str], bool] | PatternRefused] = {}

    def test(text: str, pattern: str, frame: Frame) -> Any:
        # Charged for every use, in the cache or not: the outcome must not depend on what was evaluated before.
        frame.steps += DYNAMIC_PATTERN_STEPS
        if frame.steps > frame.steps_max:
            return COST_EXCEEDED
        # Taken out and put back as the newest: one step each, so that threads may share a program.
        compiled = cache.pop(pattern, None)
        if compiled is None:
            if len(pattern) + sum(1 for char in pattern if char > "\uffff") > PATTERN_CHARS_MAX:
                return _REFUSED
            compiled = compile_pattern(pattern)
            while len(cache) >= DYNAMIC_PATTERNS_MAX:
                cache.pop(next(iter(cache), pattern), None)
        cache[pattern] = compiled
        return _REFUSED if isinstance(compiled, PatternRefused) else compiled(text)

    return test
