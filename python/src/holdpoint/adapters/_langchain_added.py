"""What stands beside a message of LangChain's, for its provider: thoughts, refusals, a name."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import BaseMessage

from ._beside import is_sentence, texts_beside, values_beside, without_beside


def added_to(message: BaseMessage) -> list[Any]:
    """What stands beside a message, calls left out."""
    return values_beside(message.additional_kwargs)


def without_added(message: BaseMessage) -> dict[str, Any]:
    """A message's calls, and nothing else that stands beside it."""
    return without_beside(message.additional_kwargs)


def texts_added(message: BaseMessage) -> list[str]:
    """The texts of what stands beside a message, and of whoever says it."""
    said = texts_beside(message.additional_kwargs)
    return [*said, message.name] if message.name and is_sentence(message.name) else said
