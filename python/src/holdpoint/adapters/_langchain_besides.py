"""What an answer of LangChain's says otherwise than as its text.

Thoughts and refusals beside it, what a provider's tools gave, what was said aloud, citations, parts that nobody knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, LLMResult

from .. import EnforcementUnavailableError, texts_in, without_media
from ._beside import is_word
from ._langchain_added import added_to, without_added
from ._langchain_messages import member_of, messages_of
from ._steps import Check, Steps


def texts_besides(message: BaseMessage) -> list[str]:
    """These texts, in order."""
    blocks = message.content if isinstance(message.content, list) else []
    return _texts([*(_without_own(block) for block in blocks if isinstance(block, dict)), *added_to(message)])


def read_besides(result: LLMResult) -> list[str]:
    """Of every answer of a model that says more than its text."""
    said = ["\n".join(texts_besides(message)) for message in messages_of(result)]
    return [text for text in said if text]


def without_besides(message: BaseMessage) -> BaseMessage:
    """A copy of an answer that says nothing but its text."""
    content: Any = message.content
    if isinstance(content, list):
        content = [kept for block in content for kept in _keep_text(block)]
    return message.model_copy(update={"content": content, "additional_kwargs": without_added(message)})


def check_besides(steps: Steps, message: BaseMessage) -> Check[BaseMessage]:
    """The message as it may go on."""
    text = "\n".join(texts_besides(message))
    return message if (yield from steps.answer(text)) == text else without_besides(message)


def check_streamed_besides(steps: Steps, chunks: Sequence[ChatGenerationChunk]) -> Check[list[ChatGenerationChunk]]:
    """The same for chunks of a stream, as they belong together."""
    saying = [chunk.message for chunk in chunks if texts_besides(chunk.message)]
    if not saying:
        return list(chunks)
    whole: Any = saying[0]
    for message in saying[1:]:
        whole = whole + message
    text = "\n".join(texts_besides(whole))
    if not text:
        raise EnforcementUnavailableError("what is said besides an answer cannot be read")
    if (yield from steps.answer(text)) == text:
        return list(chunks)
    return [
        ChatGenerationChunk(message=without_besides(chunk.message), generation_info=chunk.generation_info)  # type: ignore[arg-type]
        if texts_besides(chunk.message)
        else chunk
        for chunk in chunks
    ]


def _texts(value: Any) -> list[str]:
    return [text for text in texts_in(without_media(value)) if not is_word(text)]


def _without_own(block: dict[str, Any]) -> dict[str, Any]:
    if block.get("type") == "input_json_delta":  # a piece of a call
        return {}
    own = member_of(block)
    return block if own is None else {name: value for name, value in block.items() if name != own}


def says_besides(block: Any) -> bool:
    """True for a content block that says something otherwise than as its text."""
    return isinstance(block, dict) and bool(_texts(_without_own(block)))


def _keep_text(block: Any) -> list[Any]:
    if not says_besides(block):
        return [block]
    own = member_of(block)
    return [] if own is None else [{name: block[name] for name in ("type", own, "index") if name in block}]
