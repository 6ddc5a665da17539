"""Chunks of LangChain's chat models: which of them flow, and what is in them besides text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, Literal

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from .. import EnforcementUnavailableError
from ._flow import Flow, Piece
from ._langchain_besides import says_besides, texts_besides
from ._langchain_messages import TEXT_MEMBERS, text_of_content
from ._steps import Check, Steps

# What every chunk may say of itself, as often as it is given out.
_HARMLESS = frozenset({"model_provider", "model_name"})
# What is said of a chunk's own text, and goes out with it or not at all.
_OF_TEXT = frozenset({"logprobs"})


def create_flow() -> Flow:
    """How the answer of a chat model flows."""
    return Flow(_read, _write)


def apart(chunk: ChatGenerationChunk) -> list[ChatGenerationChunk]:
    """A chunk's text, and by itself what may be given out once only: calls of tools, counts of tokens, its end."""
    message = chunk.message
    if (
        not isinstance(message, AIMessageChunk)
        or not text_of_content(message.content)
        or not _says_more(chunk, message)
    ):
        return [chunk]
    info = chunk.generation_info or {}
    nothing: dict[str, Any] = {"tool_call_chunks": [], "tool_calls": [], "invalid_tool_calls": []}
    text = {
        **nothing,
        "additional_kwargs": {},
        "usage_metadata": None,
        "chunk_position": None,
        "response_metadata": _only(message.response_metadata, _HARMLESS | _OF_TEXT),
    }
    content: Any = message.content
    others: list[Any] = []
    if isinstance(content, list):
        text["content"] = [_text_alone(block) for block in content if isinstance(block, str) or _member_of(block)]
        others = [rest for block in content for rest in _rest_of(block)]
    rest = {"content": others or "", "response_metadata": _without(message.response_metadata, _OF_TEXT)}
    return [
        ChatGenerationChunk(message=message.model_copy(update=text), generation_info=_only(info, _OF_TEXT) or None),
        ChatGenerationChunk(message=message.model_copy(update=rest), generation_info=_without(info, _OF_TEXT) or None),
    ]


def each_apart(
    chunks: Iterable[ChatGenerationChunk], besides: list[ChatGenerationChunk]
) -> Iterator[ChatGenerationChunk]:
    """The chunks of a stream, apart; those into `besides` that say something otherwise than as text or a call."""
    for chunk in chunks:
        for one in apart(chunk):
            if _waits(one):
                besides.append(one)
            else:
                yield one


async def aeach_apart(
    chunks: AsyncIterator[ChatGenerationChunk], besides: list[ChatGenerationChunk]
) -> AsyncIterator[ChatGenerationChunk]:
    """The same in a loop."""
    async for chunk in chunks:
        for one in apart(chunk):
            if _waits(one):
                besides.append(one)
            else:
                yield one


def _waits(chunk: ChatGenerationChunk) -> bool:
    """Pieces of calls have an order of their own, and wait anyway."""
    message = chunk.message
    has_calls = bool(getattr(message, "tool_call_chunks", None))
    return not has_calls and not text_of_content(message.content) and bool(texts_besides(message))


def check_held(steps: Steps, flow: Flow) -> Check[Sequence[ChatGenerationChunk]]:
    """What did not flow, when the answer has ended: text in it is judged with all that was said before."""
    held: list[ChatGenerationChunk] = flow.held
    if not any(text_of_content(chunk.message.content) for chunk in held):
        return held
    chunks = [*flow.parts, *held]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    text = text_of_content(whole.message.content)
    if (yield from steps.answer(text)) != text:
        raise EnforcementUnavailableError("a text that goes on after a call of a tool cannot be replaced")
    return held


def _text_alone(block: Any) -> Any:
    """A block as it flows: what it says besides comes later."""
    own = _member_of(block)
    if own is None or not says_besides(block):
        return block
    return {name: block[name] for name in ("type", own, "index", "id") if name in block}


def _rest_of(block: Any) -> list[Any]:
    """What comes later of a block."""
    own = _member_of(block)
    if own is None:
        return [] if isinstance(block, str) else [block]
    return [{**block, own: ""}] if says_besides(block) else []


def _says_more(chunk: ChatGenerationChunk, message: AIMessageChunk) -> bool:
    return bool(
        message.tool_call_chunks
        or message.additional_kwargs
        or texts_besides(message)
        or message.usage_metadata
        or message.chunk_position
        or _without(message.response_metadata, _HARMLESS | _OF_TEXT)
        or _without(chunk.generation_info or {}, _HARMLESS | _OF_TEXT)
    )


def _only(values: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _without(values: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _member_of(block: Any) -> str | None:
    """The member of a content block that carries its text."""
    if not isinstance(block, dict):
        return None
    return next((name for name in TEXT_MEMBERS if isinstance(block.get(name), str) and block[name]), None)


def _read(chunk: ChatGenerationChunk) -> Piece | Literal["hold"] | None:
    message = chunk.message
    if getattr(message, "tool_call_chunks", None):
        return "hold"
    content = message.content
    if isinstance(content, str):
        return Piece("text", content) if content else None
    texts = [block for block in content if isinstance(block, str) or _member_of(block)]
    if not texts:
        return None
    block = texts[0]
    if len(texts) > 1 or len(content) > 1:
        return "hold"
    if isinstance(block, str):
        return Piece("text", block)
    member = _member_of(block) or "text"
    return Piece((member, block.get("index")), str(block[member]))


def _write(chunk: ChatGenerationChunk, text: str) -> ChatGenerationChunk:
    content = chunk.message.content
    block = content[0] if isinstance(content, list) else None
    written: Any = text
    if block is not None:
        written = [text if isinstance(block, str) else {**block, str(_member_of(block)): text}]
    # What it says of its text is said of the original.
    update = {"content": written, "response_metadata": _only(chunk.message.response_metadata, _HARMLESS)}
    return ChatGenerationChunk(message=chunk.message.model_copy(update=update))
