"""Values to use in place of the request's own."""

from __future__ import annotations

import copy
from functools import reduce
from typing import Any, TypeVar

from .._core import Decision

T = TypeVar("T")


def apply_transforms(decision: Decision, path: str, original: T) -> T:
    """A copy of a value with every text that a policy put in it (redacted, masked); the original itself without any.

    `path` is a JSON pointer into the request, such as `/tool/args`. A text whose place the value does not have is left
    out.
    """
    whole = next((transform for transform in decision.transforms if transform.path == path), None)
    if whole is not None:
        return whole.text  # type: ignore[return-value]
    own = [transform for transform in decision.transforms if transform.path.startswith(f"{path}/")]
    if not own:
        return original
    replaced = copy.deepcopy(original)
    for transform in own:
        keys = [key.replace("~1", "/").replace("~0", "~") for key in transform.path[len(path) + 1 :].split("/")]
        parent: Any = reduce(_member, keys[:-1], replaced)
        if isinstance(parent, dict) and keys[-1] in parent:
            parent[keys[-1]] = transform.text
        elif isinstance(parent, list) and _member(parent, keys[-1]) is not None:
            parent[int(keys[-1])] = transform.text
    return replaced


def _member(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None
