"""Where a problem stands in its file."""

from __future__ import annotations

from dataclasses import dataclass, replace

import yaml

from ..._core import CompileProblem
from .parse_text import ParsedText, name_of

# Line and column, from 1.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    node: yaml.Node | None
    place: Place
    key_place: Place | None
    depth: int
    exact: bool


def locate_problem(problem: CompileProblem, parsed: ParsedText, file: str) -> CompileProblem:
    """A problem of the compiler with the file, line and column (from 1) it stands at."""
    found = _find_best(parsed, problem.pointer)
    line, column = found.place
    if found.exact and found.key_place and problem.message.startswith("unknown field"):
        line, column = found.key_place
    if problem.line is not None and isinstance(found.node, yaml.ScalarNode):
        inner = _place_in_scalar(found.node, parsed.text, problem.line, problem.column or 1)
        line, column = inner or found.place
    return replace(problem, file=file, line=line, column=column)


def _find_best(parsed: ParsedText, pointer: str) -> _Found:
    """Where a pointer leads, or how far it got. The short form of a policy has no `ruleDefinition` in the file."""
    written = _find(parsed, pointer)
    if written.exact:
        return written
    shortened = pointer.replace("/ruleDefinition", "", 1)
    if shortened.endswith("/enforcementMode"):
        shortened = shortened.removesuffix("Mode")
    short = _find(parsed, shortened)
    return short if short.exact or short.depth > written.depth else written


def _find(parsed: ParsedText, pointer: str) -> _Found:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    node = parsed.root
    found = _Found(node, _start_of(node), None, 0, not steps)
    for index, step in enumerate(steps):
        key: yaml.Node | None = None
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for one, value in node.value:
                if isinstance(one, yaml.ScalarNode) and name_of(one) == step:
                    key, child = one, value
                    break
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            child = node.value[int(step)]
        if child is None:
            return found
        node = child
        key_place = _start_of(key) if key is not None else None
        # A block that belongs to a key starts on the key's line for the reader.
        place = _start_of(node) if isinstance(node, yaml.ScalarNode) or key_place is None else key_place
        found = _Found(node, place, key_place, index + 1, index == len(steps) - 1)
    return found


def _start_of(node: yaml.Node | None) -> Place:
    return (1, 1) if node is None else (node.start_mark.line + 1, node.start_mark.column + 1)


def _place_in_scalar(node: yaml.ScalarNode, text: str, line: int, column: int) -> Place | None:
    """A place inside a text (an expression, say) as a place in the file; None where quoting hides it."""
    start_line, start_column = _start_of(node)
    if node.style == "|":
        lines = text.split("\n")[start_line:]
        body = next((one for one in lines if one.strip()), "")
        return start_line + line, len(body) - len(body.lstrip(" ")) + column
    quote = 1 if node.style in ("'", '"') else 0
    at = node.start_mark.index + quote
    verbatim = text.startswith(node.value, at)
    return (start_line, start_column + quote + column - 1) if verbatim and line == 1 else None
