"""What stands beside a message of LangChain's, for its provider: thoughts, refusals, a name."""

from __future__ import annotations

import re
from typing import Any

from langchain_core.messages import BaseMessage

from .. import texts_in, without_media

# Calls are judged when they are made; what begins with two strokes are notes of LangChain's own.
_OF_CALLS = re.compile(r"tool_calls|function_call|__.*", re.DOTALL)
# A kind, a phase, a state: no text.
_WORD = re.compile(r"[a-z_]{0,24}")
_SPACE = re.compile(r"\s")


def is_word(text: str) -> bool:
    """True for what says nothing."""
    return _WORD.fullmatch(text) is not None


def added_to(message: BaseMessage) -> list[Any]:
    """What stands beside a message, calls left out."""
    return [value for name, value in message.additional_kwargs.items() if not _OF_CALLS.fullmatch(name)]


def without_added(message: BaseMessage) -> dict[str, Any]:
    """A message's calls, and nothing else that stands beside it."""
    return {name: value for name, value in message.additional_kwargs.items() if _OF_CALLS.fullmatch(name)}


def texts_added(message: BaseMessage) -> list[str]:
    """The texts of what stands beside a message, and of whoever says it."""
    said = [text for text in texts_in(without_media(added_to(message))) if not is_word(text)]
    return [*said, message.name] if message.name and _SPACE.search(message.name) else said
