"""Plain JSON copies."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..._gen.tables import MAX_DEPTH, MAX_NODES
from ..member_names import choose_names, list_text_names

# What a whole request has around the arguments that the limits are about.
_WRAPPING_DEPTH = 4
_WRAPPING_NODES = 5_000

Rewrite = Callable[[str, str], str]


class NotJsonError(ValueError):
    """A value that cannot be copied."""


def copy_json(value: Any, *, exact: bool, pointer: str = "", text: Rewrite | None = None) -> Any:
    """A value as plain JSON that shares nothing with it.

    With `exact` anything that is not JSON is refused, otherwise null is written for it. `text` gives what to write in
    place of a text, or of a name, found at a pointer as decisions write them (clause D-55). Raises NotJsonError: nested
    too deep, too many values (a cycle shows as one of these), a mapping that raises.
    """
    try:
        return _Copy(exact, text).copy(value, pointer, 0)
    except NotJsonError:
        raise
    except Exception as error:
        raise NotJsonError("cannot be copied") from error


def copy_members(value: Any) -> dict[str, Any]:
    """The members of a mapping as plain JSON, each by itself: what cannot be copied is left out. Never raises."""
    copied: dict[str, Any] = {}
    if not isinstance(value, dict):
        return copied
    try:
        for name, member in value.items():
            if isinstance(name, str) and member is not None:
                try:
                    copied[name] = copy_json(member, exact=False)
                except NotJsonError:
                    continue
    except Exception:  # noqa: BLE001 - a hostile mapping: what was read so far is all there is
        return copied
    return copied


class _Copy:
    def __init__(self, exact: bool, text: Rewrite | None) -> None:
        self.nodes_left = MAX_NODES + _WRAPPING_NODES
        self.exact = exact
        self.text = text

    def copy(self, item: Any, pointer: str, depth: int) -> Any:
        self.nodes_left -= 1
        if self.nodes_left < 0 or depth > MAX_DEPTH + _WRAPPING_DEPTH:
            raise NotJsonError("too large")
        if item is None or isinstance(item, bool):
            return item
        if isinstance(item, str):
            return str(item) if self.text is None else self.text(item, pointer)
        if isinstance(item, int):
            return int(item)
        if isinstance(item, float) and math.isfinite(item):
            return float(item)
        if isinstance(item, (list, tuple)):
            return [self.copy(child, f"{pointer}/{index}", depth + 1) for index, child in enumerate(item)]
        if isinstance(item, dict):
            return self._copy_members(item, pointer, depth)
        if self.exact:
            raise NotJsonError("not JSON")
        return None

    def _copy_members(self, item: dict[Any, Any], pointer: str, depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        places: dict[str, str] = {}
        if self.text is not None:
            places = {name: f"#{place}" for place, name in enumerate(list_text_names(item))}
        chosen = self._rename(item, pointer, places)
        for name, child in item.items():
            if not isinstance(name, str):
                if self.exact:
                    raise NotJsonError("not JSON")
                continue
            copied[chosen.get(name, name)] = self.copy(child, f"{pointer}/{places.get(name, name)}", depth + 1)
        return copied

    def _rename(self, item: dict[Any, Any], pointer: str, places: dict[str, str]) -> dict[str, str]:
        written: dict[str, str] = {}
        for name, place in places.items():
            if self.text is not None and (text := self.text(name, f"{pointer}/{place}#")) != name:
                written[name] = text
        return choose_names(item, written) if written else written
