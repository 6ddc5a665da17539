"""Bounded walks over JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._gen.tables import MAX_DEPTH, MAX_NODES
from ..decide import sort_names
from ..decide.numbers import is_finite
from .problems import describe_type, point_to


class JsonWalk:
    """One walk: what was refused, whether the visitor stopped it, and how many more values may come."""

    __slots__ = ("nodes_left", "problem", "stopped", "visit_text")

    def __init__(self, nodes: int, visit_text: Callable[[str, str], bool] | None) -> None:
        self.nodes_left = nodes
        self.visit_text = visit_text
        self.stopped = False
        # (pointer, reason, message)
        self.problem: tuple[str, str, str] | None = None

    def visit(self, item: Any, at: str, depth: int = 1) -> bool:
        """Visits every string, members in the order of their names, so that every language agrees.

        Stops (False) at the first thing that is not JSON or over a limit: depth, number of values; a cycle shows as
        depth. Tuples count as lists.
        """
        self.nodes_left -= 1
        if self.nodes_left < 0:
            return self._refuse(at, "REQUEST_TOO_LARGE", f"more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            return self._refuse(at, "REQUEST_TOO_LARGE", f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(item, str):
            self.stopped = self.visit_text is not None and not self.visit_text(item, at)
            return not self.stopped
        if item is None or isinstance(item, bool):
            return True
        if isinstance(item, (int, float)):
            return is_finite(item) or self._refuse(at, "REQUEST_INVALID", "expected a finite number")
        if isinstance(item, dict):
            for name in item:
                if not isinstance(name, str):
                    return self._refuse(at, "REQUEST_INVALID", "expected an object whose names are strings")
            return all(self.visit(item[name], point_to(at, name), depth + 1) for name in sort_names(item))
        if isinstance(item, (list, tuple)):
            return all(self.visit(child, f"{at}/{index}", depth + 1) for index, child in enumerate(item))
        return self._refuse(at, "REQUEST_INVALID", f"expected JSON, got {describe_type(item)}")

    def _refuse(self, at: str, reason: str, message: str) -> bool:
        self.problem = (at, reason, message)
        return False
