"""Texts out of LangChain's messages, results and tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from .. import texts_in
from ._by_lines import by_lines
from ._identity import read_json_object, to_text
from ._langchain_added import texts_added, without_added

# Members of content blocks that carry text: plain, extended thinking, refusals.
TEXT_MEMBERS = ("text", "reasoning", "thinking", "refusal")

_ROLES = {"human": "user", "ai": "assistant", "tool": "tool", "system": "system"}


# Blocks that carry nothing but one text.
_PLAIN_BLOCK = re.compile(r"(?:input_|output_)?text|reasoning|thinking|refusal")

# Reads the text of content, or of one block of it.
ReadText = Callable[[Any], str]


def text_of_content(content: Any) -> str:
    """What a model has said: the text of a message's content, block by block."""
    return _join(content, _text_of_block)


def text_of_prompt(content: Any) -> str:
    """What is about to reach a model: besides, documents, found passages, results of tools, files of text."""
    return _join(content, _text_of_prompt_block)


def text_of_message(message: BaseMessage) -> str:
    """All that a message tells a model: what its provider is told besides, and a name that is a sentence."""
    return "\n".join(text for text in (text_of_prompt(message.content), *texts_added(message)) if text)


def _join(content: Any, read: ReadText) -> str:
    if isinstance(content, (list, tuple)):
        return "\n".join(text for text in map(read, content) if text)
    return read(content)


def _text_of_prompt_block(block: Any) -> str:
    text = _text_of_block(block)
    if text and (isinstance(block, str) or _PLAIN_BLOCK.fullmatch(str(block.get("type", "text")))):
        return text
    return "\n".join(texts_in(block))


def _text_of_block(block: Any) -> str:
    if isinstance(block, str):
        return block
    own = member_of(block) if isinstance(block, dict) else None
    return "" if own is None else str(block[own])


def member_of(block: dict[str, Any]) -> str | None:
    """The member of a content block that carries its text."""
    return next((name for name in TEXT_MEMBERS if isinstance(block.get(name), str)), None)


def read_prompt(
    messages: Sequence[BaseMessage], checked_results: Mapping[str, str]
) -> tuple[str | None, list[dict[str, str]], str]:
    """The last thing the user said (None without), what came before, and everything that is about to be sent.

    The system prompt is the program's own text and is left out; so are results of tools that were checked when they
    arrived.
    """
    last = max((index for index, message in enumerate(messages) if message.type == "human"), default=-1)
    history = [
        {"role": _ROLES.get(message.type, message.type), "content": text_of_message(message)}
        for index, message in enumerate(messages)
        if index != last
        and message.type != "system"
        and not (
            message.type == "tool"
            and checked_results.get(getattr(message, "tool_call_id", "")) == text_of_message(message)
        )
    ]
    written = [message for message in history if message["content"]]
    whole = "\n".join(map(text_of_message, messages))
    prompt = text_of_message(messages[last]) if last >= 0 else None
    return prompt, written, whole


def describe_value(value: Any) -> str | None:
    """A chain's input or output as the text that a trace shows; its last message when it has messages."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, BaseMessage):
        return text_of_content(value.content)
    if isinstance(value, dict):
        messages = value.get("messages")
        if isinstance(messages, (list, tuple)) and messages:
            return describe_value(messages[-1])
        if isinstance(value.get("input"), str):
            return str(value["input"])
        if "output" in value:
            return describe_value(value["output"])
    return to_text(value)


def name_of(serialized: dict[str, Any] | None, kwargs: dict[str, Any]) -> str | None:
    """The name of a run: given, or that of what runs."""
    given = kwargs.get("name")
    if isinstance(given, str) and given:
        return given
    name, path = (serialized or {}).get("name"), (serialized or {}).get("id")
    if isinstance(name, str) and name:
        return name
    return str(path[-1]) if isinstance(path, list) and path else None


def messages_of(result: LLMResult) -> Iterable[BaseMessage]:
    """The messages that a model has generated."""
    for batch in result.generations:
        for generation in batch:
            message = getattr(generation, "message", None)
            if isinstance(message, BaseMessage):
                yield message


def read_outputs(result: LLMResult) -> list[str]:
    """The texts that a model has generated, without empty ones."""
    texts = []
    for batch in result.generations:
        for generation in batch:
            message = getattr(generation, "message", None)
            content = text_of_content(message.content) if isinstance(message, BaseMessage) else ""
            texts.append(content or generation.text or "")
    return [text for text in texts if text]


def read_tool_calls(result: LLMResult) -> list[tuple[str, str, Any]]:
    """The tools that the model asks for: id of the call, name, arguments."""
    return [
        (call["id"], call["name"], call["args"])
        for message in messages_of(result)
        for call in getattr(message, "tool_calls", None) or []
        if call.get("id")
    ]


def read_shape(outputs: Any) -> Any:
    """The answer in a wanted shape among what a chain gives back, or a node as an update of the graph's state."""
    if isinstance(outputs, (list, tuple)):
        return next((shape for shape in map(read_shape, outputs) if shape is not None), None)
    if isinstance(outputs, dict):
        return outputs.get("structured_response")
    update = getattr(outputs, "update", None)
    return read_shape(update) if isinstance(update, dict) else None


def read_direct(outputs: Any) -> str:
    """A result that ends a run as its answer (`return_direct`): nobody has judged it as what users are told."""
    messages = outputs.get("messages") if isinstance(outputs, dict) else None
    last = messages[-1] if isinstance(messages, (list, tuple)) and messages else None
    return text_of_prompt(last.content) if isinstance(last, BaseMessage) and last.type == "tool" else ""


def read_usage(result: LLMResult, model_name: str | None) -> dict[str, Any]:
    """Tokens and model as far as the provider reports them; empty when it reports nothing."""
    reported = (result.llm_output or {}).get("token_usage") or {}
    found = (getattr(message, "usage_metadata", None) for message in messages_of(result))
    metadata: dict[str, Any] = next(filter(None, found), {})
    names = {
        "prompt_tokens": "input_tokens",
        "completion_tokens": "output_tokens",
        "total_tokens": "total_tokens",
    }
    usage = {name: metadata.get(other, reported.get(name)) for name, other in names.items()}
    known: dict[str, Any] = {name: count for name, count in usage.items() if isinstance(count, (int, float))}
    return {**known, "model_name": model_name} if known else {}


def read_tool_args(inputs: dict[str, Any] | None, text: str) -> dict[str, Any]:
    """The arguments of a tool: as they are, or out of the text that the handler is given."""
    if isinstance(inputs, dict):
        return {name: value if _is_plain(value) else to_text(value) for name, value in inputs.items()}
    return read_json_object(text)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int, float, dict, list, tuple))


def text_of_result(output: Any) -> str:
    """The text of a result as it will stand in a message of the tool."""
    return output if isinstance(output, str) else text_of_prompt(getattr(output, "content", None))


def read_tool_result(output: Any) -> Any:
    """What a tool gives back, as text or plain JSON: of messages and graph commands, what enters the context."""
    if output is None or isinstance(output, (str, bool, int, float)):
        return "" if output is None else output
    if isinstance(output, BaseMessage):
        return text_of_prompt(output.content) or to_text(output.content)
    update = getattr(output, "update", None)
    if update is not None and not callable(update):
        return to_text(_texts_of(update))
    return to_text(_texts_of(output))


def _texts_of(value: Any) -> Any:
    if isinstance(value, BaseMessage):
        return text_of_prompt(value.content)
    if isinstance(value, dict):
        return {str(name): _texts_of(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_texts_of(item) for item in value]
    return value


def read_messages(messages: Sequence[BaseMessage]) -> list[tuple[str, str]]:
    """Role and text of every message."""
    return [(_ROLES.get(message.type, message.type), text_of_message(message)) for message in messages]


def with_all_text(message: BaseMessage, text: str) -> BaseMessage:
    """A copy of a message of a prompt that says this text and no other. Its name may be what was masked."""
    said = with_text(message, text)
    if not texts_added(message):
        return said
    return said.model_copy(update={"additional_kwargs": without_added(message), "name": None})


def with_text(message: BaseMessage, text: str, read: ReadText = text_of_prompt) -> BaseMessage:
    """A copy of a message that says something else, as far as it is read.

    Each part gets its own lines, and stays as it is where they are the same; where lines were lost or added, all of the
    text stands in one part before those that carry none.
    """
    content: Any = message.content
    return message.model_copy(update={"content": _replaced(content, text, read) if isinstance(content, list) else text})


def _replaced(parts: list[Any], text: str, read: ReadText) -> list[Any]:
    said = [read(part) for part in parts]
    shown = by_lines(said, text)
    if shown is None:
        return [{"type": "text", "text": text}, *(part for part, old in zip(parts, said, strict=True) if not old)]
    changes = zip(parts, said, shown, strict=True)
    return [part if new == old else _write(part, new, read) for part, old, new in changes]


def _write(part: Any, text: str, read: ReadText) -> dict[str, Any]:
    """What a provider said of the old text, its signature included, goes. A thought of old goes on as a text."""
    for name in ("thinking", "reasoning") if read is text_of_content and isinstance(part, dict) else ():
        if isinstance(part.get(name), str):
            return {"type": part.get("type"), name: text}
    return {"type": "text", "text": text}
