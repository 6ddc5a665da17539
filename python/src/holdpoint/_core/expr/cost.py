"""Cost estimates."""

from holdpoint._core.expr.environment import Environment
from holdpoint._core.expr.nodes import Node
from holdpoint._gen.expr_limits import ASSUMED_LIST_ITEMS, ASSUMED_TEXT_CHARS, TEXT_CHARS_PER_STEP

_COSTLY_TEXT = frozenset(
    ("contains", "matches", "contains_any", "glob", "similarity", "size", "_+_", "bytes", "string")
)


def estimate_cost(node: Node, env: Environment) -> float:
    """Return the steps an evaluation is likely to need at most, with assumed sizes where the source does not tell."""
    if node.kind == "loop":
        body = sum(estimate_cost(kid, env) for kid in node.kids[1:])
        return estimate_cost(node.kids[0], env) + _count_items(node.kids[0]) * (1 + body)
    cost = 1 + sum(estimate_cost(kid, env) for kid in node.kids)
    if node.kind == "call" and node.name in _COSTLY_TEXT:
        cost += ASSUMED_TEXT_CHARS / TEXT_CHARS_PER_STEP
    if node.kind == "call":
        custom = next((one.custom for one in env.functions.get(node.name, ())), None)
        cost += custom.steps if custom is not None else 0
    if node.kind == "call" and node.name == "_in_":
        cost += _count_items(node.kids[1])
    return cost


def _count_items(node: Node) -> int:
    if node.kind == "list":
        return len(node.kids)
    if node.kind == "map":
        return len(node.kids) // 2
    if node.kind == "loop":
        return _count_items(node.kids[0])
    if node.kind == "call" and node.name == "_+_":
        return _count_items(node.kids[0]) + _count_items(node.kids[1])
    return ASSUMED_LIST_ITEMS
