"""Where a problem stands in its file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..._core import CompileProblem, suggest
from ..._core.decide import first_units
from .parse_text import ParsedText
from .placed_node import PlacedNode

# Line and column, from 1.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    node: PlacedNode | None
    offset: int
    key_offset: int | None
    depth: int
    exact: bool
    # Found only by leaving `ruleDefinition` out.
    short: bool = False


def locate_problem(problem: CompileProblem, parsed: ParsedText, file: str) -> CompileProblem:
    """A problem of the compiler with the file, line and column (from 1) it stands at."""
    found = _find_best(parsed, problem.pointer)
    if found.short:
        problem = _suggest_short_field(problem)
    offset = found.offset
    if found.exact and found.key_offset is not None and problem.message.startswith("unknown field"):
        offset = found.key_offset
    inner: Place | None = None
    if problem.line is not None and found.node is not None:
        inner = _place_in_text(found.node, parsed, problem.line, problem.column or 1)
    line, column = inner or parsed.places.find(offset)
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
    return replace(short, short=True) if short.exact or short.depth > written.depth else written


def _suggest_short_field(problem: CompileProblem) -> CompileProblem:
    """The short form has one field of the policy beside those of the rule, which the compiler does not know of."""
    name = problem.pointer[problem.pointer.rfind("/") + 1 :]
    if not problem.message.startswith("unknown field") or problem.suggestion is not None:
        return problem
    near = suggest(name, ["enforcement"])
    if near is None:
        return problem
    shown = f"unknown field `{first_units(name, 64)}`, did you mean `{near}`?"
    return replace(problem, message=shown, suggestion=near)


def _find(parsed: ParsedText, pointer: str) -> _Found:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    node = parsed.root
    found = _Found(node, node.start if node else 0, None, 0, not steps)
    for index, step in enumerate(steps):
        key_offset: int | None = None
        child: PlacedNode | None = None
        if node is not None and node.members is not None and step in node.members:
            child, key_offset = node.members[step].node, node.members[step].key_start
        elif node is not None and node.items is not None and step.isdigit() and int(step) < len(node.items):
            child = node.items[int(step)]
        if child is None:
            return found
        node = child
        # A block that belongs to a key starts on the key's line for the reader.
        is_collection = node.members is not None or node.items is not None
        offset = key_offset if is_collection and key_offset is not None else node.start
        found = _Found(node, offset, key_offset, index + 1, index == len(steps) - 1)
    return found


def _place_in_text(node: PlacedNode, parsed: ParsedText, line: int, column: int) -> Place | None:
    """A place inside a text (an expression, say) as a place in the file; None where quoting hides it."""
    if node.style is None:
        return None
    start_line, start_column = parsed.places.find(node.start)
    if node.style == "literal":
        lines = parsed.text.split("\n")[start_line:]
        body = next((one for one in lines if one.strip()), "")
        return start_line + line, len(body) - len(body.lstrip(" ")) + column
    quote = 1 if node.style == "quoted" else 0
    verbatim = parsed.text.startswith(node.value, node.start + quote)
    return (start_line, start_column + quote + column - 1) if verbatim and line == 1 else None
