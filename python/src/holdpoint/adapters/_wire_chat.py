"""`POST /chat/completions`, and `POST /completions` with its `prompt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._flow import Piece
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
)
from ._wire_pieces import NO_TEXTS, chunk_apart, read_chunk, write_chunk

_RESULTS = frozenset({"tool", "function"})


class ChatCompletions:
    """OpenAI's chat completions, as many others speak them."""

    def read_request(self, body: Json) -> ReadRequest:
        """A request's body."""
        messages = objects_in(as_list(body.get("messages")))
        names = {
            call.get("id"): (call.get("function") or call.get("custom") or {}).get("name")
            for message in messages
            for call in objects_in(message.get("tool_calls"))
        }
        said = [
            Said(str(message.get("role")), slot_of_content(message, key))
            for message in messages
            if message.get("role") not in _RESULTS
            # A refusal of the model is a text beside its content.
            for key in ("content", "refusal")
            if key == "content" or isinstance(message.get(key), str)
        ]
        said += [Said("user", _slot_of_prompt(body, key)) for key in ("prompt", "suffix") if body.get(key) is not None]
        last = max((index for index, one in enumerate(messages) if one.get("role") == "user"), default=-1)
        return ReadRequest(
            model_of(body),
            said,
            [
                Result(
                    str(message.get("tool_call_id") or ""),
                    str(names.get(message.get("tool_call_id")) or message.get("name") or ""),
                    slot_of_content(message),
                )
                for message in messages
                if message.get("role") in _RESULTS
            ],
            [str(call.get("id")) for one in messages[last + 1 :] for call in objects_in(one.get("tool_calls"))],
        )

    def read_answer(self, body: Json) -> ReadAnswer:
        """An answer's body."""
        choices = objects_in(body.get("choices"))
        messages = [message if isinstance(message := one.get("message"), dict) else one for one in choices]
        return _join([[message] for message in messages], body.get("usage"))

    def read_events(self, events: Sequence[Json]) -> ReadAnswer:
        """A stream's chunks."""
        deltas: dict[Any, list[Json]] = {}
        usage = None
        for event in events:
            usage = event.get("usage") or usage
            for choice in objects_in(event.get("choices")):
                delta = choice.get("delta")
                deltas.setdefault(choice.get("index"), []).append(delta if isinstance(delta, dict) else choice)
        return _join(list(deltas.values()), usage)

    def apart(self, event: Json) -> list[Json]:
        """A chunk's text, and by itself its end."""
        return chunk_apart(event)

    def read_piece(self, event: Json, known: Mapping[str, str]) -> Piece | Literal["hold"] | None:
        """The one text of a chunk."""
        return read_chunk(event)

    def write_piece(self, event: Json, text: str) -> Json:
        """A chunk with another text."""
        return write_chunk(event, text)

    def may_flow(self, request: Json) -> bool:
        """One choice, of one prompt."""
        prompt = request.get("prompt")
        return request.get("n") in (None, 1) and not (isinstance(prompt, list) and len(prompt) > 1)


def _slot_of_prompt(body: Json, key: str) -> Slot:
    """A prompt is a text or a list of them; one that is written in tokens cannot be read."""
    prompt = body[key]
    if not isinstance(prompt, list):
        return Slot([(body, key)])
    if any(not isinstance(part, str) for part in prompt):
        raise TypeError("a prompt in tokens cannot be checked")
    return Slot([(prompt, index) for index in range(len(prompt))], "\n")


def _join(messages: list[list[Json]], usage: Any) -> ReadAnswer:
    answer = ReadAnswer([], [], read_usage(usage))
    for parts in messages:
        _read_parts(parts, answer)
    return answer


def _read_parts(parts: list[Json], answer: ReadAnswer) -> None:
    """A message in as many pieces as it came in."""
    keys = dict.fromkeys(key for part in parts for key in part if key not in NO_TEXTS)
    for key in keys:
        if any(isinstance(part.get(key), str) for part in parts):
            answer.texts.append(Slot([(part, key) for part in parts]))
        # Content in parts, and what was said aloud.
        if key in ("content", "audio"):
            answer.texts.extend(slot_of_content(part, key) for part in parts if isinstance(part.get(key), (dict, list)))
    pieces: dict[Any, list[Json]] = {}
    for part in parts:
        for at, call in enumerate(objects_in(as_list(part.get("tool_calls")))):
            pieces.setdefault(call.get("index", at), []).append(call)
    answer.calls.extend(_read_call(one) for one in pieces.values())
    old = [{"function": part["function_call"]} for part in parts if isinstance(part.get("function_call"), dict)]
    if old:
        answer.calls.append(_read_call(old))
    answer.called_in.extend(piece for one in pieces.values() for piece in one)
    answer.called_in.extend(one["function"] for one in old)


def _read_call(pieces: list[Json]) -> Call:
    member = "custom" if any(isinstance(piece.get("custom"), dict) for piece in pieces) else "function"
    called = [piece[member] for piece in pieces if isinstance(piece.get(member), dict)]
    call_id = next((piece["id"] for piece in pieces if isinstance(piece.get("id"), str)), None)
    name = "".join(str(piece.get("name") or "") for piece in called)
    if called and isinstance(called[0].get("arguments"), dict):
        return call_of_object(call_id, name, called[0], "arguments")
    if member == "custom":
        return call_of_text(call_id, name, Slot([(piece, "input") for piece in called]))
    return call_of_slot(call_id, name, Slot([(piece, "arguments") for piece in called]))
