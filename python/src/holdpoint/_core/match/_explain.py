"""What can be said of a pattern without a text; the same as in TypeScript."""

from __future__ import annotations

from dataclasses import dataclass

from holdpoint._core.match._compile import CompiledPattern
from holdpoint._core.match._simplify import longest, shortest, write
from holdpoint._core.match._tree import TEXT_END, TEXT_START, Step, Tree, walk


@dataclass(frozen=True)
class PatternExplanation:
    """A pattern as it is searched, and its measures; lengths are in code points, `max_length` None for no most.

    `program_nodes` counts the nodes of the automaton as the twin does, `program_size` the instructions of google-re2.
    """

    id: str
    source: str
    flags: str
    searched_as: str
    group_names: tuple[str, ...]
    group_count: int
    program_nodes: int
    program_size: int
    min_length: int
    max_length: int | None
    matches_empty: bool
    required_literal: str | None
    anchored_at_start: bool
    anchored_at_end: bool


def explain_pattern(
    identifier: str, source: str, flags: str, pattern: CompiledPattern, program_size: int
) -> PatternExplanation:
    """Return the explanation of a pattern."""
    return PatternExplanation(
        id=identifier,
        source=source,
        flags=flags,
        searched_as=walk(write(pattern.search_tree)),
        group_names=pattern.parsed.group_names,
        group_count=pattern.parsed.group_count,
        program_nodes=pattern.nodes,
        program_size=program_size,
        min_length=walk(shortest(pattern.tree)),
        max_length=walk(longest(pattern.tree)),
        matches_empty=pattern.search_tree.kind == "empty",
        required_literal=walk(_find_required(pattern.tree)),
        anchored_at_start=walk(_begins_with(pattern.tree, TEXT_START, 0)),
        anchored_at_end=walk(_begins_with(pattern.tree, TEXT_END, -1)),
    )


def _find_required(tree: Tree) -> Step[str | None]:
    best = run = ""
    for item in tree.items if tree.kind == "sequence" else (tree,):
        if item.kind == "chars" and len(item.ranges) == 2 and item.ranges[0] == item.ranges[1]:
            run += chr(item.ranges[0])
        elif item.kind != "assert":
            run = ""
        if item.kind == "repeat" and item.least > 0:
            inner: str | None = yield _find_required(item.items[0])
            if inner is not None and _units(inner) > _units(best):
                best = inner
        if _units(run) > _units(best):
            best = run
    return best or None


def _units(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)


def _begins_with(tree: Tree, condition: int, end: int) -> Step[bool]:
    if tree.kind == "assert":
        return tree.condition == condition
    if tree.kind == "sequence":
        inner: bool = yield _begins_with(tree.items[end], condition, end)
        return inner
    if tree.kind != "choice":
        return False
    for item in tree.items:
        begins: bool = yield _begins_with(item, condition, end)
        if not begins:
            return False
    return True
