"""OpenAI's `POST /responses`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._flow import Piece
from ._response_events import read_event, write_piece
from ._wire import (
    Call,
    Json,
    ReadAnswer,
    ReadRequest,
    Result,
    Said,
    Slot,
    as_list,
    call_of_object,
    call_of_slot,
    call_of_text,
    model_of,
    objects_in,
    read_usage,
    slot_of_content,
    slot_of_parts,
)

# Of items of tools that run at the provider: what they were told and what they have found.
_PROVIDER_TEXTS = frozenset({"text", "output", "logs", "code", "arguments", "transcript", "error"})
_HOSTED_CALLS = frozenset(
    {"web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call"}
)
_LOCAL_CALL = re.compile(r"(local_shell|shell|computer|apply_patch)_call")


class Responses:
    """OpenAI's responses."""

    def read_request(self, body: Json) -> ReadRequest:
        """A request's body."""
        items = objects_in(as_list(body.get("input")))
        names = {
            item.get("call_id"): item.get("name") or str(item.get("type")).removesuffix("_call")
            for item in items
            if not _is_result(item)
        }
        said = [Said(str(item["role"]), slot_of_content(item)) for item in items if _is_message(item)]
        if isinstance(body.get("input"), str):
            said.append(Said("user", Slot([(body, "input")])))
        # What a user says may be a variable of a stored prompt.
        prompt = body.get("prompt")
        variables = prompt.get("variables") if isinstance(prompt, dict) else None
        if isinstance(variables, dict):
            said += [Said("user", slot_of_content(variables, key)) for key in variables]
        last = max((index for index, item in enumerate(items) if item.get("role") == "user"), default=-1)
        return ReadRequest(
            model_of(body),
            said,
            [
                Result(
                    str(item.get("call_id") or ""),
                    str(names.get(item.get("call_id")) or ""),
                    slot_of_content(item, "output"),
                )
                for item in items
                if _is_result(item)
            ],
            [item["call_id"] for item in items[last + 1 :] if isinstance(item.get("call_id"), str)],
        )

    def read_answer(self, body: Json) -> ReadAnswer:
        """An answer's body."""
        return _read_items(objects_in(body.get("output")), read_usage(body.get("usage")))

    def read_events(self, events: Sequence[Json]) -> ReadAnswer:
        """A stream's events: the same text stands in them several times, whole and in pieces."""
        whole: Json = next((one["response"] for one in reversed(events) if isinstance(one.get("response"), dict)), {})
        finished = [one["item"] for one in events if one.get("type") == "response.output_item.done"]
        ended = [*objects_in(whole.get("output")), *objects_in(finished)]
        added = objects_in([one.get("item") for one in events if one.get("type") == "response.output_item.added"])
        begun = [item for item in added if item.get("type") in _TOOL_CALLS]
        items = [*ended, *(item for item in begun if not any(_is_beginning_of(item, one) for one in ended))]
        read = _read_items(items, read_usage(whole.get("usage")))
        texts: dict[str, Slot] = {slot.text: _Everywhere(events, slot.text) for slot in read.texts}
        calls: dict[str, Call] = {}
        for call in read.calls:
            key = _key_of(call)
            if key not in calls:
                calls[key] = Call(call.call_id, call.name, call.args, _replacer(read.calls, key, events))
        written = {item[key] for item in items for key in ("arguments", "input") if isinstance(item.get(key), str)}
        for kind, slot in _group_deltas(events):
            if "arguments" in kind or "input" in kind:
                # What was streamed must be what is said at the end; else the one would be checked and the other used.
                if slot.text not in written:
                    raise ValueError("the stream ends without the call it began")
            else:
                texts.setdefault(slot.text, _Everywhere(events, slot.text))
        # Names and arguments of calls stand in events of their own, too.
        repeated = frozenset([*texts, *written, *(call.name for call in read.calls)])
        called_in = [*read.called_in, *begun]
        return ReadAnswer(list(texts.values()), list(calls.values()), read.usage, read.hosted, called_in, repeated)

    def apart(self, event: Json) -> list[Json]:
        """Nothing of an event's counts twice."""
        return [event]

    def read_piece(self, event: Json, known: Mapping[str, str]) -> Piece | Literal["hold"] | None:
        """The text of a part of an item; whole texts that have flowed flow again."""
        return read_event(event, known)

    def write_piece(self, event: Json, text: str) -> Json:
        """An event with another text."""
        written: Json = write_piece(event, text)
        return written

    def may_flow(self, request: Json) -> bool:
        """Its items come one after the other."""
        return True


_TOOL_CALLS = frozenset({"function_call", "custom_tool_call"})


def _is_beginning_of(item: Json, ended: Json) -> bool:
    """The same call, of which no more is said than later."""
    return all(item.get(key) == ended.get(key) for key in ("type", "call_id", "name")) and all(
        not item.get(key) or item[key] == ended.get(key) for key in ("arguments", "input")
    )


class _Everywhere(Slot):
    """A text wherever it stands in a stream."""

    def __init__(self, events: Sequence[Json], text: str) -> None:
        super().__init__([])
        self._events = events
        self._text = text

    @property
    def text(self) -> str:
        return self._text

    def replace(self, text: str) -> None:
        for _, slot in _group_deltas(self._events):
            if slot.text == self._text:
                slot.replace(text)

        def walk(holder: Any) -> None:
            for key, member in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
                if isinstance(member, (dict, list)):
                    walk(member)
                elif member == self._text and isinstance(member, str) and key != "delta":
                    holder[key] = text

        walk(list(self._events))


def _group_deltas(events: Sequence[Json]) -> list[tuple[str, Slot]]:
    """Pieces of one text of a stream, by what they belong to."""
    groups: dict[str, tuple[str, list[Json]]] = {}
    for event in events:
        kind = str(event.get("type"))
        if not kind.endswith(".delta") or not isinstance(event.get("delta"), str) or kind == "response.audio.delta":
            continue
        names = ("item_id", "output_index", "content_index", "summary_index")
        key = json.dumps([kind, *(event.get(name) for name in names)])
        groups.setdefault(key, (kind, []))[1].append(event)
    return [(kind, Slot([(piece, "delta") for piece in pieces])) for kind, pieces in groups.values()]


def _key_of(call: Call) -> str:
    return json.dumps([call.call_id, call.name, call.args], sort_keys=True)


def _replacer(calls: list[Call], key: str, events: Sequence[Json]) -> Any:
    same = [call for call in calls if _key_of(call) == key]

    def replace(args: Json) -> None:
        for call in same:
            call.replace(args)
        if same[0].written is not None:
            is_text = set(same[0].args) == {"input"} and same[0].written == same[0].args["input"]
            new = str(args["input"]) if is_text else json.dumps(args, ensure_ascii=False)
            _Everywhere(events, same[0].written).replace(new)

    return replace


def _is_message(item: Json) -> bool:
    return isinstance(item.get("role"), str)


def _is_result(item: Json) -> bool:
    kind = str(item.get("type"))
    return kind.endswith("_output") or kind == "mcp_approval_response"


def _read_items(items: list[Json], usage: tuple[int, int] | None) -> ReadAnswer:
    answer = ReadAnswer([], [], usage)
    hosted: set[Any] = set()
    for item in items:
        kind, call_id, name = str(item.get("type")), item.get("call_id"), item.get("name")
        # The same item stands in a stream twice.
        if kind in _HOSTED_CALLS and (item.get("id") is None or item["id"] not in hosted):
            hosted.add(item.get("id"))
            answer.hosted.append(kind)
        before = len(answer.calls)
        if kind == "function_call" and isinstance(item.get("arguments"), dict):
            answer.calls.append(call_of_object(call_id, name, item, "arguments"))
        elif kind in ("function_call", "mcp_approval_request"):
            # Whoever approves a call of a tool at the provider lets it run.
            call_id = call_id if call_id is not None else item.get("id")
            answer.calls.append(call_of_slot(call_id, name, Slot([(item, "arguments")])))
        elif kind == "custom_tool_call":
            answer.calls.append(call_of_text(call_id, name, Slot([(item, "input")])))
        elif _LOCAL_CALL.fullmatch(kind):
            args = {key: item[key] for key in ("action", "actions", "operation") if item.get(key) is not None}
            answer.calls.append(Call(str(call_id or ""), kind.removesuffix("_call"), args, _refuse))
        elif _is_message(item) or kind == "reasoning":
            parts = [*as_list(item.get("content")), *as_list(item.get("summary"))]
            answer.texts.extend(slot_of_parts([part]) for part in objects_in(parts))
        else:
            _collect_texts(item, answer.texts)
        if len(answer.calls) > before:
            answer.called_in.append(item)
    return answer


def _refuse(args: Json) -> None:
    raise TypeError("the arguments of this tool cannot be replaced")


def _collect_texts(value: Any, texts: list[Slot]) -> None:
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(member, (dict, list)):
            _collect_texts(member, texts)
        elif isinstance(member, str) and key in _PROVIDER_TEXTS:
            texts.append(Slot([(value, key)]))
