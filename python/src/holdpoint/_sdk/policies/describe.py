"""Problems in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core import CompileProblem


def describe_problems(problems: Sequence[CompileProblem]) -> str:
    """Problems in one line: the first with its place, and how many more there are."""
    if not problems:
        return "no reason given"
    first = describe_problem(problems[0])
    return f"{first}; and {len(problems) - 1} more" if len(problems) > 1 else first


def describe_problem(problem: CompileProblem) -> str:
    """`policies.yaml` line 4 column 5: what is wrong there."""
    place = [
        f"`{problem.file}`" if problem.file is not None else None,
        f"line {problem.line}" if problem.line is not None else None,
        f"column {problem.column}" if problem.column is not None else None,
        f"`{problem.pointer}`" if problem.file is None and problem.pointer else None,
    ]
    shown = " ".join(part for part in place if part is not None)
    return f"{shown}: {problem.message}" if shown else problem.message
