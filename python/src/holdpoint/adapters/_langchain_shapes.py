"""Answers in a wanted shape: calls of tools that nobody runs, whose arguments are what the caller reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.tools import BaseTool, StructuredTool, Tool
from langchain_core.utils.function_calling import convert_to_openai_tool

from .. import EnforcementUnavailableError
from ._identity import to_text
from ._steps import Check, Steps

# In the instance's own `__dict__`, so that every copy keeps it.
_SHAPES = "_holdpoint_shapes"
# Of a model that was made by `with_structured_output`: whatever it calls.
EVERY_TOOL = frozenset({"*"})


def shapes_of(model: Any) -> frozenset[str]:
    """The names of the tools that stand for the shape of a guarded model's answers."""
    found: frozenset[str] = model.__dict__.get(_SHAPES, frozenset())
    return found


def with_shapes(model: Any, shapes: frozenset[str]) -> Any:
    """A copy that knows them; the same model when it does already."""
    if shapes <= shapes_of(model):
        return model
    copied = copy.copy(model)
    copied.__dict__[_SHAPES] = shapes | shapes_of(model)
    return copied


def find_shapes(tools: Iterable[Any]) -> frozenset[str]:
    """Of the tools that a model is bound to, those that cannot be run: definitions, schemas, no function."""
    return frozenset(name for tool in tools if not _runs(tool) and (name := _name_of(tool)))


def _runs(tool: Any) -> bool:
    if isinstance(tool, (StructuredTool, Tool)):
        return tool.func is not None or tool.coroutine is not None
    if isinstance(tool, BaseTool):
        return True
    return callable(tool) and not isinstance(tool, type)


def _name_of(tool: Any) -> str | None:
    try:
        return str(convert_to_openai_tool(tool)["function"]["name"])
    except Exception:  # noqa: BLE001 - a tool of the provider, which it runs itself
        return None


def _is_shape(name: str | None, shapes: frozenset[str]) -> bool:
    return "*" in shapes or name in shapes


def judge_shape(steps: Steps, args: Any) -> Check[Any]:
    """Phase `output`: the JSON of what the caller reads; gives what may be read."""
    text = to_text(args)
    checked = yield from steps.answer(text)
    if checked == text:
        return args
    try:
        return json.loads(checked)
    except ValueError as error:
        raise EnforcementUnavailableError("an answer in this shape cannot be replaced") from error


def check_shapes(steps: Steps, message: BaseMessage, shapes: frozenset[str]) -> Check[BaseMessage]:
    """The message with the arguments that may go on; the same one when nothing was replaced."""
    if not shapes or not isinstance(message, AIMessage):
        return message
    calls = []
    for call in message.tool_calls:
        args = call["args"]
        if _is_shape(call["name"], shapes):
            args = yield from judge_shape(steps, args)
        calls.append(call if args is call["args"] else {**call, "args": args})
    if all(new is old for new, old in zip(calls, message.tool_calls, strict=True)):
        return message
    # What the provider wrote stands there a second time.
    written = {name: value for name, value in message.additional_kwargs.items() if name not in _WRITTEN}
    return message.model_copy(update={"tool_calls": calls, "additional_kwargs": written})


_WRITTEN = frozenset({"tool_calls", "function_call"})


def check_pieces(
    steps: Steps, chunks: Sequence[ChatGenerationChunk], shapes: frozenset[str]
) -> Check[Sequence[ChatGenerationChunk]]:
    """The same for calls in pieces, all of them: the arguments are put into the first piece of each."""
    if not shapes:
        return chunks
    pieces: dict[Any, list[tuple[int, int]]] = {}
    read = [message_of(chunk) for chunk in chunks]
    for place, message in enumerate(read):
        for at, piece in enumerate(message.tool_call_chunks if message else ()):
            key = piece.get("index") if piece.get("index") is not None else piece.get("id") or at
            pieces.setdefault(key, []).append((place, at))
    written: dict[tuple[int, int], str] = {}
    for places in pieces.values():
        own = [read[place].tool_call_chunks[at] for place, at in places]  # type: ignore[union-attr]
        if not _is_shape("".join(piece.get("name") or "" for piece in own), shapes):
            continue
        text = "".join(piece.get("args") or "" for piece in own)
        try:
            args = json.loads(text)
        except ValueError:
            args = text
        checked = yield from judge_shape(steps, args)
        if checked is not args:
            written.update(dict.fromkeys(places, ""))
            written[places[0]] = json.dumps(checked, ensure_ascii=False)
    if not written:
        return chunks
    return [_with_pieces(chunk, place, written) for place, chunk in enumerate(chunks)]


def message_of(chunk: ChatGenerationChunk) -> AIMessageChunk | None:
    """The message of a chunk of a model's answer."""
    return chunk.message if isinstance(chunk.message, AIMessageChunk) else None


def _with_pieces(chunk: ChatGenerationChunk, place: int, written: dict[tuple[int, int], str]) -> ChatGenerationChunk:
    message = message_of(chunk)
    if message is None or not any(where == place for where, _ in written):
        return chunk
    changed: list[Any] = [
        {**piece, "args": written.get((place, at), piece["args"])} for at, piece in enumerate(message.tool_call_chunks)
    ]
    fields = message.model_dump(exclude={"tool_call_chunks", "tool_calls", "invalid_tool_calls", "type"})
    fields["additional_kwargs"] = {
        name: value for name, value in message.additional_kwargs.items() if name not in _WRITTEN
    }
    return ChatGenerationChunk(
        message=AIMessageChunk(**fields, tool_call_chunks=changed), generation_info=chunk.generation_info
    )
