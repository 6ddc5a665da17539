"""`matches` of expressions, on the matcher."""

from __future__ import annotations

from collections.abc import Callable

from ..expr import PatternRefused
from ..match import PatternSource, compile_set


def compile_pattern(source: str) -> Callable[[str], bool] | PatternRefused:
    """A test for one RE2 pattern, or why it was refused."""
    compiled = compile_set([PatternSource("matches", source)])
    if compiled.set is None:
        problem = compiled.problems[0]
        return PatternRefused(problem.message, problem.position)
    patterns = compiled.set
    return lambda text: len(patterns.scan(text)) > 0
