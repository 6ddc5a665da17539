"""The step as it can be approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._core import hash_action
from ..transport.copy_json import NotJsonError, copy_json


@dataclass(frozen=True, slots=True)
class Action:
    """A step as plain JSON, with the SHA-256 of its canonical JSON, hex."""

    value: dict[str, Any]
    hash: str


def read_action(request: Any) -> Action | None:
    """The canonical action of a request (SPEC A-1); None when it cannot be written down exactly. Never raises."""
    try:
        copy = copy_json(request, exact=True)
        if not isinstance(copy, dict):
            return None
        value = {name: member for name, member in copy.items() if name != "approvals" and member is not None}
        return Action(value, hash_action(value))
    except (NotJsonError, ValueError, TypeError, RecursionError):
        return None
