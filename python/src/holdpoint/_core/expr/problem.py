"""Problems of an expression, and suggestions."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExprProblem:
    """What is wrong with an expression, and where; line and column count code points from 1."""

    line: int
    column: int
    message: str
    suggestion: str | None = None


class SyntaxStop(Exception):
    """Stops a parse at the first syntax problem; caught in `parse_expression`, never seen outside."""

    def __init__(self, pos: int, message: str) -> None:
        super().__init__(message)
        self.pos = pos
        self.message = message


def problem_at(source: str, pos: int, message: str, suggestion: str | None = None) -> ExprProblem:
    """Return a problem at an offset of the source. Lines end with a line feed."""
    line_start = source.rfind("\n", 0, pos) + 1
    return ExprProblem(source.count("\n", 0, pos) + 1, pos - line_start + 1, message, suggestion)


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate nearest to a name, if near enough: at most a third of its letters differ."""
    if len(name) > 64:
        return None
    best = None
    best_distance = max(1, len(name) // 3) + 1
    for candidate in sorted(candidates):
        if candidate == name or len(candidate) > 64:
            continue
        distance = _edit_distance(name.lower(), candidate.lower())
        if distance < best_distance:
            best = candidate
            best_distance = distance
    return best


def _edit_distance(a: str, b: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    before_last: list[int] = []
    last = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            same = 0 if a[i - 1] == b[j - 1] else 1
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before_last = last
        last = row
    return last[len(b)]
