"""The order of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ..._gen.tables import LEVEL_RANK, MAX_PREREQUISITES
from ..decide import utf16_order
from .problems import ProblemList, point_to, show_name
from .suggest import suggest


class Placed(Protocol):
    """A policy (wire names) and where it stands in the document."""

    policy: dict[str, Any]
    pointer: str


P = TypeVar("P", bound=Placed)


def order_policies(policies: Sequence[P], known: Sequence[str], problems: ProblemList) -> list[P]:
    """Prerequisites first, then `evaluationOrder`, then id (SPECIFICATION D-9).

    `known`: the ids of all policies as written, usable or not. Reports unknown prerequisites, more of them than
    allowed, and cycles, naming each cycle.
    """
    by_id = {placed.policy["id"]: placed for placed in policies}
    known_ids = dict.fromkeys(known)
    for placed in policies:
        _check_prerequisites(placed, known_ids, by_id, problems)
    ordered: list[P] = []
    done: set[str] = set()
    path: dict[str, None] = {}  # insertion order is the way from the root

    def before(placed: P) -> Iterator[P]:
        names = dict.fromkeys(placed.policy["prerequisites"])
        return iter(sorted((by_id[name] for name in names if name in by_id), key=_by_order))

    # An explicit stack: a chain may be longer than the interpreter's recursion limit.
    for root in sorted(policies, key=_by_order):
        if root.policy["id"] in done:
            continue
        path[root.policy["id"]] = None
        stack = [(root, before(root))]
        while stack:
            placed, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                done.add(path.popitem()[0])
                ordered.append(placed)
                continue
            name = following.policy["id"]
            if name in done:
                continue
            if name in path:
                way = list(path)
                cycle = " → ".join(f"`{one}`" for one in [*way[way.index(name) :], name])
                problems.add(point_to(following.pointer, "prerequisites"), f"prerequisites form a cycle: {cycle}")
                continue
            path[name] = None
            stack.append((following, before(following)))
    return ordered


def _check_prerequisites(
    placed: Placed, known: dict[str, None], by_id: Mapping[str, Placed], problems: ProblemList
) -> None:
    prerequisites = placed.policy["prerequisites"]
    pointer = point_to(placed.pointer, "prerequisites")
    if len(prerequisites) > MAX_PREREQUISITES:
        problems.add(pointer, f"has {len(prerequisites)} prerequisites, at most {MAX_PREREQUISITES} are allowed")
    for index, name in enumerate(prerequisites):
        if isinstance(name, str):
            _refuse_lower_level(placed.policy, by_id.get(name), point_to(pointer, index), problems)
        if not isinstance(name, str) or name in known:
            continue
        near = suggest(name, [other for other in known if other != placed.policy["id"]])
        message = f"prerequisite `{show_name(name)}` is not a policy of this organisation"
        hint = f", did you mean `{near}`?" if near is not None else ""
        problems.add(point_to(pointer, index), message + hint, suggestion=near)


def _refuse_lower_level(policy: dict[str, Any], before: Placed | None, pointer: str, problems: ProblemList) -> None:
    """What a lower level may change must not decide whether a policy of a higher one runs (SPECIFICATION D-40)."""
    if before is None or policy["chainTrigger"] == "always":
        return
    level, below = policy["level"] or "tenant", before.policy["level"] or "tenant"
    if LEVEL_RANK[below] >= LEVEL_RANK[level]:
        return
    message = f"prerequisite `{show_name(before.policy['id'])}` is of level `{below}`, below `{level}`"
    problems.add(pointer, f"{message}: a lower level may not decide whether this policy runs")


def _by_order(placed: Placed) -> tuple[float, bytes]:
    return placed.policy["evaluationOrder"], utf16_order(placed.policy["id"])
