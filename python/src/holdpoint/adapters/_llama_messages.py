"""Texts out of LlamaIndex's messages, and back into copies of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import IOBase
from typing import Any

from llama_index.core.base.llms.types import TextBlock

from .. import texts_in
from ._beside import texts_beside
from ._by_lines import by_lines
from ._steps import Message

_TOOL_ROLES = frozenset({"tool", "function"})


def read_messages(messages: Sequence[Any]) -> list[Message]:
    """Role and text of every message."""
    return [(_role_of(message), text_of_message(message)) for message in messages]


def text_of_message(message: Any) -> str:
    """All text of a message: thinking, citations, and what stands beside it for its provider."""
    said = [*map(_text_of_block, message.blocks), *texts_beside(message.additional_kwargs)]
    return "\n".join(text for text in said if text)


def with_texts(messages: Sequence[Any], read: Sequence[Message], texts: Sequence[str]) -> list[Any]:
    """The messages, with copies in place of those whose text has changed."""
    pairs = zip(messages, read, texts, strict=True)
    return [message if text == old else with_text(message, text) for message, (_, old), text in pairs]


def with_text(message: Any, text: str) -> Any:
    """A copy of a message that says something else, each block its own lines; one that says the same stays.

    Where lines were lost or added, all of the text stands in one block before those that carry none.
    """
    said = [_text_of_block(block) for block in message.blocks]
    beside = texts_beside(message.additional_kwargs)
    shown = None if beside else by_lines(said, text)
    if shown is None:
        rest = [block for block, old in zip(message.blocks, said, strict=True) if not old]
        kept = _without_said(message.additional_kwargs) if beside else message.additional_kwargs
        return message.model_copy(update={"blocks": [TextBlock(text=text), *rest], "additional_kwargs": kept})
    changes = zip(message.blocks, said, shown, strict=True)
    blocks = [block if new == old else TextBlock(text=new) for block, old, new in changes]
    return message.model_copy(update={"blocks": blocks})


def _without_said(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if not texts_beside({name: value})}


def _role_of(message: Any) -> str:
    role = str(getattr(message.role, "value", message.role))
    return "tool" if role in _TOOL_ROLES else role


def _text_of_block(block: Any) -> str:
    kind = getattr(block, "block_type", None)
    if kind == "tool_call":
        return ""  # checked where the tool is
    if kind == "document":
        return _text_of_document(block)
    if kind in ("citable", "citation"):
        return "\n".join(filter(None, (block.title, block.source, _text_of_parts(block))))
    return _text_of_parts(block)


def _text_of_parts(block: Any) -> str:
    for name in ("text", "content", "cited_content"):
        value = getattr(block, name, None)
        if isinstance(value, str):
            return value
        if isinstance(value, (list, tuple)):
            return "\n".join(text for text in map(_text_of_block, value) if text)
        if value is not None:
            return _text_of_block(value)
    return ""


def _text_of_document(block: Any) -> str:
    """Its name, and what it says where it is a text; what stands at an address is not fetched."""
    data = block.serialize_data(block.data)
    if isinstance(block.data, IOBase):
        block.data.seek(0)
        data = base64.b64encode(data)
    encoded = data.decode("latin-1") if isinstance(data, bytes) else data
    return "\n".join(texts_in({"title": block.title, "mime_type": block.document_mimetype, "data": encoded}))
