"""Texts out of the items of the OpenAI Agents SDK."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import texts_in, without_media
from ._beside import is_sentence
from ._identity import read_json_object, to_text

_TEXT_MEMBERS = ("text", "refusal", "transcript", "output", "stdout", "stderr")

# A kind, a phase, a state: no text.
_WORD = re.compile(r"[a-z_]{0,24}")

# Results of tools that run in this process: functions, and those that no guardrail reaches.
_RESULTS = {
    "function_call_output": "tool",
    "shell_call_output": "shell",
    "local_shell_call_output": "shell",
    "computer_call_output": "computer",
    "apply_patch_call_output": "apply_patch",
}

# Calls of tools that run in this process and that no guardrail reaches.
_UNGUARDED_CALLS = {
    "shell_call": "shell",
    "local_shell_call": "shell",
    "computer_call": "computer",
    "apply_patch_call": "apply_patch",
}


# Calls of tools that have run at the provider.
_HOSTED_CALLS = frozenset(
    {"web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call"}
)

# What was done at the provider, or waits there for an approval.
_HOSTED = _HOSTED_CALLS | {"mcp_list_tools", "mcp_approval_request"}
# What tools without arguments of their own were asked for.
_HOSTED_ASKED = ("action", "queries", "code")
# What came of it. Descriptions of tools are read by the model like any result.
_HOSTED_TOLD = ("output", "results", "outputs", "error", "tools")


@dataclass(frozen=True, slots=True)
class HostedStep:
    """A tool at the provider: what it was called with, or is to be called with, and what came of it.

    `args` is None where nothing is called (a list of tools), `result` where there is none yet.
    """

    id: str
    tool: str
    args: dict[str, Any] | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ReadInput:
    """What of a request is to be checked.

    `after_input`: of the history, what comes after the input. `approvable`: the texts of all messages up to the input,
    with who said them. `results`: id of the call, name of the tool, text. `continued_calls`: tool calls after the last
    user message; this request goes on with their run. `whole_text`: everything that is about to be sent.
    """

    input: str | None
    history: list[dict[str, str]]
    after_input: list[dict[str, str]]
    approvable: list[str]
    results: list[tuple[str, str, str]]
    continued_calls: list[str]
    whole_text: str


def read_input(request: str | Sequence[Any]) -> ReadInput:
    """A request to a model. Instructions are the program's own text and are left out."""
    if isinstance(request, str):
        return ReadInput(request, [], [], [f"user: {request}"], [], [], request)
    items = [as_item(item) for item in request]
    last = max((index for index, item in enumerate(items) if item.get("role") == "user"), default=-1)
    names = {item.get("call_id"): item.get("name") for item in items if item.get("type") == "function_call"}
    said = [
        (index, str(item["role"]), _text_of_message(item))
        if _is_message(item)
        else (index, "assistant", _text_of_other(item))
        for index, item in enumerate(items)
        if _is_message(item) or not _is_judged_apart(item)
    ]
    spoken = [
        (index, {"role": role, "content": content})
        for index, role, content in said
        if index != last and content and role not in ("system", "developer")
    ]
    results = [
        (
            str(item.get("call_id", "")),
            str(names.get(item.get("call_id")) or _RESULTS[item["type"]]),
            text_of(item.get("output")),
        )
        for item in items
        if item.get("type") in _RESULTS
    ]
    return ReadInput(
        _text_of_message(items[last]) if last >= 0 else None,
        [message for _, message in spoken],
        [message for index, message in spoken if index > last],
        [f"{role}: {content}" for index, role, content in said if index <= last],
        results,
        list(_call_ids(items[last + 1 :])),
        "\n".join(_text_of_message(item) if _is_message(item) else text_of(item) for item in items),
    )


def _text_of_message(item: dict[str, Any]) -> str:
    """All that a message tells a model: what stands beside its content, and beside the texts of its parts."""
    content = item.get("content")
    parts = [as_item(part) for part in content] if isinstance(content, (list, tuple)) else []
    beside = [
        {name: value for name, value in part.items() if name not in _TEXT_MEMBERS}
        for part in parts
        if any(isinstance(part.get(name), str) for name in _TEXT_MEMBERS)
    ]
    own = {name: value for name, value in item.items() if name not in ("role", "content")}
    said = [text for text in texts_in(without_media([own, *beside])) if is_sentence(text)]
    return "\n".join(text for text in (text_of_prompt(content), *said) if text)


def read_unguarded_calls(output: Iterable[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of calls that no guardrail reaches: shell, computer, patches."""
    calls = []
    for item in map(as_item, output):
        name = _UNGUARDED_CALLS.get(str(item.get("type")))
        if name is not None:
            members = ("action", "actions", "operation")
            calls.append((name, {member: item[member] for member in members if item.get(member) is not None}))
    return calls


def count_hosted_calls(output: Iterable[Any]) -> int:
    """How many tools have run at the provider, before anyone here heard of them."""
    return sum(str(item.get("type")) in _HOSTED_CALLS for item in map(as_item, output))


def read_hosted(items: Iterable[Any]) -> list[HostedStep]:
    """What was done at the provider, or waits there for an approval (hosted MCP), in an answer or a history."""
    return [_hosted_step(item) for item in map(as_item, items) if str(item.get("type")) in _HOSTED]


def _hosted_step(item: dict[str, Any]) -> HostedStep:
    kind, name, given = str(item["type"]), item.get("name"), item.get("arguments")
    args = read_json_object(given) if isinstance(given, str) else _members_of(item, _HOSTED_ASKED)
    result = _members_of(item, _HOSTED_TOLD)
    return HostedStep(
        str(item.get("id") or ""),
        name if kind.startswith("mcp_") and isinstance(name, str) else kind.removesuffix("_call"),
        None if kind == "mcp_list_tools" else args,
        None if kind == "image_generation_call" or not result else without_media(result),
    )


def _members_of(item: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names if item.get(name) is not None}


def read_call_ids(output: Iterable[Any]) -> list[str]:
    """Ids of all calls in a model's answer."""
    return list(_call_ids(map(as_item, output)))


def text_of_content(content: Any) -> str:
    """All text of a message."""
    if isinstance(content, str):
        return content
    parts = [as_item(part) for part in content] if isinstance(content, (list, tuple)) else []
    return "\n".join(text for part in parts if (text := _text_of_members(part)))


def text_of_prompt(content: Any) -> str:
    """The same of what is about to reach a model: besides, files of text and parts of any other kind."""
    if isinstance(content, str):
        return content
    parts = [as_item(part) for part in content] if isinstance(content, (list, tuple)) else []
    texts = (_text_of_members(part) or "\n".join(texts_in(part)) for part in parts)
    return "\n".join(text for text in texts if text)


def text_of(value: Any) -> str:
    """All text of a value: of content parts their texts, of anything else its JSON."""
    if isinstance(value, (list, tuple)):
        return "\n".join(text for text in map(text_of, value) if text)
    if isinstance(value, dict):
        return _text_of_members(value) or to_text(value)
    return to_text(value)


def as_item(item: Any) -> dict[str, Any]:
    """An item as a plain mapping."""
    if isinstance(item, dict):
        return item
    dump = getattr(item, "model_dump", None)
    plain = dump(exclude_unset=True) if callable(dump) else None
    return plain if isinstance(plain, dict) else {}


def _text_of_members(part: dict[str, Any]) -> str:
    texts = [part[name] for name in _TEXT_MEMBERS if isinstance(part.get(name), str)]
    return "\n".join(texts)


def _is_judged_apart(item: dict[str, Any]) -> bool:
    """Results of tools are judged as such, calls when they are made; what is done at the provider by `read_hosted`."""
    kind = str(item.get("type"))
    return kind in _RESULTS or kind in _HOSTED or kind.endswith("_call")


def _text_of_other(item: dict[str, Any]) -> str:
    """What is no message of anybody: thoughts, results of kinds of their own, items that nobody knows."""
    return "\n".join(text for text in texts_in(without_media(item)) if not _WORD.fullmatch(text))


def _is_message(item: dict[str, Any]) -> bool:
    return isinstance(item.get("role"), str)


def _call_ids(items: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (item["call_id"] for item in items if isinstance(item.get("call_id"), str))
