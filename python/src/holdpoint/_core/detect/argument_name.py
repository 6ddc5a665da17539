"""The name of the argument in which a text stands (SPECIFICATION T-29)."""

from __future__ import annotations

import re

from ..match import normalise_text
from .text_scan import Text

# How many members of the path lead to the arguments or the result themselves.
_ROOT_MEMBERS = {"tool_arg": 2, "tool_result": 3}

# Of longer names the beginning is read: a list under one name has as many texts as the request may hold.
_MAX_NAME_CHARS = 128

# Places in lists, and of names that the path does not say.
_INDEX = re.compile("#?[0-9]+#?")
_NEXT_WORD = re.compile("([a-z0-9])([A-Z])")
_AFTER_CAPITALS = re.compile("([A-Z])([A-Z][a-z])")
_JOINT = re.compile("[_.-]+")


def name_of_argument(text: Text) -> str:
    """What the name says in words, as context of what the text holds: `passportNumber` gives `passport Number`.

    The words, a line feed and the name as it is written; nothing for texts that have no name.
    """
    root = _ROOT_MEMBERS.get(text.role)
    if root is None:
        return ""
    member = text.name or next(
        (one for one in reversed(text.path.split("/")[1 + root :]) if one and not _INDEX.fullmatch(one)), None
    )
    if member is None:
        return ""
    name = normalise_text(member[:_MAX_NAME_CHARS]).text
    words = _AFTER_CAPITALS.sub(r"\1 \2", _NEXT_WORD.sub(r"\1 \2", name))
    return f"{_JOINT.sub(' ', words)}\n{name}"
