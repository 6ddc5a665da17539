"""Values to use in place of the request's own."""

from __future__ import annotations

import copy
import re
from typing import Any, TypeVar

from .._core import Decision
from .member_names import choose_names, list_text_names

T = TypeVar("T")

_NAME = re.compile("#[0-9]+#", re.ASCII)


def apply_transforms(decision: Decision, path: str, original: T) -> T:
    """A copy of a value with every text that a policy put in it (redacted, masked); the original itself without any.

    `path` is a JSON pointer into the request, such as `/tool/args`. A text whose place the value does not have is left
    out. Members whose names were changed keep their values, each under a name of its own (clause D-56).
    """
    whole = next((transform for transform in decision.transforms if transform.path == path), None)
    if whole is not None:
        return whole.text  # type: ignore[return-value]
    own = [transform for transform in decision.transforms if transform.path.startswith(f"{path}/")]
    if not own:
        return original
    replaced: T = _copy(original)
    places = _Places()
    renamed: dict[int, tuple[dict[Any, Any], dict[str, str]]] = {}
    for transform in own:
        *steps, last = transform.path[len(path) + 1 :].split("/")
        parent: Any = replaced
        for step in steps:
            parent = _member(parent, places.find_key(parent, step))
        is_name = _NAME.fullmatch(last) is not None
        key = places.find_key(parent, last[:-1] if is_name else last)
        if isinstance(parent, dict) and key in parent:
            if is_name:
                renamed.setdefault(id(parent), (parent, {}))[1][key] = transform.text
            else:
                parent[key] = transform.text
        elif isinstance(parent, list) and _member(parent, key) is not None:
            parent[int(key)] = transform.text
    for item, written in renamed.values():
        chosen = choose_names(item, written)
        members = list(item.items())
        item.clear()
        item.update((chosen.get(name, name), value) for name, value in members)
    return replaced


def _copy(value: Any) -> Any:
    """A copy whose texts can be replaced: tuples, which requests take for lists, become lists."""
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(item) for item in value]
    return copy.deepcopy(value)


class _Places:
    """What steps of pointers name: a member by its name, or one whose name is a text by its place."""

    def __init__(self) -> None:
        self._known: dict[int, list[str]] = {}

    def find_key(self, value: Any, step: str) -> str:
        if not step.startswith("#"):
            return step.replace("~1", "/").replace("~0", "~")
        place = step[1:]
        if not isinstance(value, dict) or not (place.isascii() and place.isdigit()):
            return step
        names = self._known.get(id(value))
        if names is None:
            names = self._known[id(value)] = list_text_names(value)
        return names[int(place)] if int(place) < len(names) else step


def _member(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None
