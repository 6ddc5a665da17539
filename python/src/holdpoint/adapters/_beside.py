"""What stands beside a message, for the provider of a model: thoughts, refusals, whatever else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .. import texts_in, without_media

# Calls are judged when they are made; what begins with two strokes are notes of a framework's own.
_OF_CALLS = re.compile(r"tool_calls|function_call|__.*", re.DOTALL)
# A kind, a phase, a state: no text.
_WORD = re.compile(r"[a-z_]{0,24}")
# Many languages write without spaces.
_NO_NAME = re.compile(r"[^!-~]")


def is_word(text: str) -> bool:
    """True for what says nothing."""
    return _WORD.fullmatch(text) is not None


def is_sentence(text: Any) -> bool:
    """True for what is more than a name."""
    return isinstance(text, str) and _NO_NAME.search(text) is not None


def values_beside(members: Mapping[str, Any]) -> list[Any]:
    """These members, calls left out."""
    return [value for name, value in members.items() if not _OF_CALLS.fullmatch(name)]


def texts_beside(members: Mapping[str, Any]) -> list[str]:
    """What these members say. Whoever speaks has a name, which is no text."""
    named = {name: value for name, value in members.items() if name != "name" or is_sentence(value)}
    return [text for text in texts_in(without_media(values_beside(named))) if not is_word(text)]


def without_beside(members: Mapping[str, Any]) -> dict[str, Any]:
    """The calls among them, and nothing else."""
    return {name: value for name, value in members.items() if _OF_CALLS.fullmatch(name)}
