"""Bounded walks over JSON values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..._gen.tables import MAX_DEPTH, MAX_NODES
from ..decide import sort_names
from ..decide.numbers import is_finite
from .plain_name import is_plain_name
from .problems import describe_type, point_to

# Names that are no more than a number say nothing of what stands under them.
_INDEX = re.compile("[0-9]*")

# A text, its pointer, and the nearest name above it that the pointer does not say.
VisitText = Callable[[str, str, "str | None"], bool]


class JsonWalk:
    """One walk: what was refused, whether the visitor stopped it, and how many more values may come."""

    __slots__ = ("nodes_left", "problem", "stopped", "visit_text")

    def __init__(self, nodes: int, visit_text: VisitText | None) -> None:
        self.nodes_left = nodes
        self.visit_text = visit_text
        self.stopped = False
        # (pointer, reason, message)
        self.problem: tuple[str, str, str] | None = None

    def visit(self, item: Any, at: str, depth: int = 1, name: str | None = None) -> bool:
        """Visits every string, members in the order of their names, so that every language agrees.

        Stops (False) at the first thing that is not JSON or over a limit: depth, number of values; a cycle shows as
        depth. Tuples count as lists. A visitor also gets the names that are texts, each before its value: their
        pointers say their place, never the name (D-55).
        """
        self.nodes_left -= 1
        if self.nodes_left < 0:
            return self._refuse(at, "REQUEST_TOO_LARGE", f"more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            return self._refuse(at, "REQUEST_TOO_LARGE", f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(item, str):
            return self._see(item, at, name)
        if item is None or isinstance(item, bool):
            return True
        if isinstance(item, (int, float)):
            return is_finite(item) or self._refuse(at, "REQUEST_INVALID", "expected a finite number")
        if isinstance(item, dict):
            for key in item:
                if not isinstance(key, str):
                    return self._refuse(at, "REQUEST_INVALID", "expected an object whose names are strings")
            return self._visit_members(item, at, depth + 1, name)
        if isinstance(item, (list, tuple)):
            return all(self.visit(child, f"{at}/{index}", depth + 1, name) for index, child in enumerate(item))
        return self._refuse(at, "REQUEST_INVALID", f"expected JSON, got {describe_type(item)}")

    def _visit_members(self, item: dict[str, Any], at: str, depth: int, name: str | None) -> bool:
        texts = 0
        for key in sort_names(item):
            if is_plain_name(key):
                nearest = name if name is not None and _INDEX.fullmatch(key) else None
                if not self.visit(item[key], f"{at}/{key}", depth, nearest):
                    return False
            elif self.visit_text is None:
                if not self.visit(item[key], point_to(at, key), depth):
                    return False
            else:
                path = f"{at}/#{texts}"
                texts += 1
                nearest = name if _INDEX.fullmatch(key) else key
                if not (self._see(key, f"{path}#", name) and self.visit(item[key], path, depth, nearest)):
                    return False
        return True

    def _see(self, text: str, at: str, name: str | None) -> bool:
        self.stopped = self.visit_text is not None and not self.visit_text(text, at, name)
        return not self.stopped

    def _refuse(self, at: str, reason: str, message: str) -> bool:
        self.problem = (at, reason, message)
        return False
