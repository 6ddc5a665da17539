"""Anthropic's `POST /v1/messages`."""

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
    model_of,
    objects_in,
    read_usage,
    slot_of_content,
    slot_of_parts,
)
from ._wire_pieces import read_message_event, write_message_event

# Of a block: what is no text that somebody reads.
_NO_TEXTS = frozenset({"type", "id", "name", "signature", "tool_use_id", "data", "file_id"})


class Messages:
    """Anthropic's messages."""

    def read_request(self, body: Json) -> ReadRequest:
        """A request's body."""
        messages = objects_in(as_list(body.get("messages")))
        blocks = [objects_in(as_list(message.get("content"))) for message in messages]
        names = {block.get("id"): block.get("name") for one in blocks for block in one}
        slots = [
            slot_of_content(message)
            if isinstance(message.get("content"), str)
            else slot_of_parts(
                [
                    block
                    for block in as_list(message.get("content"))
                    if not isinstance(block, dict) or not _is_result(block)
                ]
            )
            for message in messages
        ]
        spoken = [index for index, one in enumerate(messages) if one.get("role") == "user" and slots[index].text != ""]
        later = [block for own in blocks[spoken[-1] if spoken else 0 :] for block in own]
        return ReadRequest(
            model_of(body),
            [Said(str(message.get("role")), slot) for message, slot in zip(messages, slots, strict=True)],
            [
                Result(
                    str(block.get("tool_use_id") or ""),
                    str(names.get(block.get("tool_use_id")) or ""),
                    slot_of_content(block),
                )
                for own in blocks
                for block in own
                if _is_result(block)
            ],
            [
                str(block.get("id") if _is_use(block) else block["tool_use_id"])
                for block in later
                if _is_use(block) or block.get("tool_use_id")
            ],
        )

    def read_answer(self, body: Json) -> ReadAnswer:
        """An answer's body."""
        answer = ReadAnswer([], [], read_usage(body.get("usage")))
        for block in objects_in(body.get("content")):
            _read_block([block], answer)
        return answer

    def read_events(self, events: Sequence[Json]) -> ReadAnswer:
        """A stream's events."""
        blocks: dict[Any, list[Json]] = {}
        start: Json = {}
        counts = [0, 0]
        for event in events:
            kind = event.get("type")
            if kind == "message_start" and isinstance(event.get("message"), dict):
                start = event["message"]
            usage = start.get("usage") if kind == "message_start" else event.get("usage")
            counts = [new or old for new, old in zip(read_usage(usage) or (0, 0), counts, strict=True)]
            piece = event.get(
                {"content_block_start": "content_block", "content_block_delta": "delta"}.get(str(kind), "")
            )
            if isinstance(piece, dict):
                blocks.setdefault(event.get("index"), []).append(piece)
        answer = ReadAnswer([], [], (counts[0], counts[1]) if any(counts) else None)
        for pieces in [*([block] for block in objects_in(start.get("content"))), *blocks.values()]:
            _read_block(pieces, answer)
        return answer

    def apart(self, event: Json) -> list[Json]:
        """Nothing of an event's counts twice."""
        return [event]

    def read_piece(self, event: Json, known: Mapping[str, str]) -> Piece | Literal["hold"] | None:
        """The text of a block."""
        return read_message_event(event)

    def write_piece(self, event: Json, text: str) -> Json:
        """An event with another text."""
        return write_message_event(event, text)

    def may_flow(self, request: Json) -> bool:
        """Its blocks come one after the other."""
        return True


def _is_use(block: Json) -> bool:
    return str(block.get("type")).endswith("tool_use")


def _is_result(block: Json) -> bool:
    return str(block.get("type")).endswith("tool_result")


def _read_block(pieces: list[Json], answer: ReadAnswer) -> None:
    """A block in as many pieces as it came in."""
    if _is_use(pieces[0]):
        if pieces[0].get("type") != "tool_use":
            answer.hosted.append(str(pieces[0].get("type")))
        answer.calls.append(_read_use(pieces))
        answer.called_in.extend(pieces)
        return
    for key in dict.fromkeys(key for piece in pieces for key in piece if key not in _NO_TEXTS):
        if any(isinstance(piece.get(key), str) for piece in pieces):
            answer.texts.append(Slot([(piece, key) for piece in pieces]))
    # What a tool at the provider has found.
    for piece in pieces:
        content = piece.get("content")
        if isinstance(content, (dict, list)):
            answer.texts.append(slot_of_content(piece))


def _read_use(pieces: list[Json]) -> Call:
    first = pieces[0]
    slot = Slot([(piece, "partial_json") for piece in pieces])
    if slot.text != "":
        return call_of_slot(first.get("id"), first.get("name"), slot)
    return call_of_object(first.get("id"), first.get("name"), first, "input")
