"""Events of the APIs of language models: which of them flow."""

from __future__ import annotations

from typing import Any, Literal

from ._flow import Piece
from ._wire import Json, objects_in

Read = Piece | Literal["hold"] | None

# Of a message or a delta: what is no text that somebody reads.
NO_TEXTS = frozenset({"role", "name", "id", "reasoning_signature", "finish_reason", "stop_reason"})
# Of a choice that is its own message.
_CHOICE_WORDS = frozenset({"finish_reason", "stop_reason", "logprobs"})


def read_chunk(chunk: Json) -> Read:
    """Of a chunk of a chat completion, or of a completion: the one text of its one choice."""
    choices = objects_in(chunk.get("choices"))
    if not choices:
        return None
    choice = choices[0]
    _, members = _said_by(choice)
    if len(choices) > 1 or any(isinstance(value, (dict, list)) and value for value in members.values()):
        return "hold"
    texts = [(name, value) for name, value in members.items() if isinstance(value, str) and value]
    if not texts:
        return None
    return Piece((choice.get("index"), texts[0][0]), texts[0][1]) if len(texts) == 1 else "hold"


def write_chunk(chunk: Json, text: str) -> Json:
    """A chunk with another text."""
    choice = chunk["choices"][0]
    said, members = _said_by(choice)
    name = next(name for name, value in members.items() if isinstance(value, str) and value)
    # Probabilities are those of the original.
    changes: Json = {"logprobs": None} if choice.get("logprobs") else {}
    changes |= {name: text} if said is choice else {"delta": {**said, name: text}}
    return {**chunk, "choices": [{**choice, **changes}]}


def chunk_apart(chunk: Json) -> list[Json]:
    """A chunk's text, and by itself what may be given out once only: its end, counts of tokens."""
    if not isinstance(read_chunk(chunk), Piece):
        return [chunk]
    choice = chunk["choices"][0]
    if choice.get("finish_reason") is None and chunk.get("usage") is None:
        return [chunk]
    rest = write_chunk(chunk, "")
    text = {**chunk, "choices": [{**choice, "finish_reason": None}]}
    return [{name: value for name, value in text.items() if name != "usage"}, rest]


def read_message_event(event: Json) -> Read:
    """Of an event of Anthropic's messages: text and thoughts, each block for itself."""
    kind = event.get("type")
    if kind == "message_start":
        message = event.get("message")
        return "hold" if isinstance(message, dict) and message.get("content") else None
    if kind in ("message_delta", "content_block_stop", "ping", "error"):
        return None
    piece = _piece_of(event)
    if piece is None or str(piece.get("type")) not in _TEXTUAL:
        return "hold"
    name = _TEXTUAL[str(piece["type"])]
    if name is None:
        return None
    text = piece.get(name)
    return Piece((event.get("index"), name), text) if isinstance(text, str) and text else None


def write_message_event(event: Json, text: str) -> Json:
    """An event with another text."""
    member = _MEMBERS[str(event["type"])]
    return {**event, member: {**event[member], str(_TEXTUAL[str(event[member]["type"])]): text}}


_MEMBERS = {"content_block_start": "content_block", "content_block_delta": "delta"}
# Kinds of pieces, and which member is their text.
_TEXTUAL = {
    "text": "text",
    "text_delta": "text",
    "thinking": "thinking",
    "thinking_delta": "thinking",
    "signature_delta": None,
    "citations_delta": None,
}


def _piece_of(event: Json) -> Json | None:
    piece = event.get(_MEMBERS.get(str(event.get("type")), ""))
    return piece if isinstance(piece, dict) else None


def _said_by(choice: Json) -> tuple[Json, Json]:
    """What a choice says, or itself where it says it, and the members of that which may be text."""
    delta = choice.get("delta")
    said, words = (delta, NO_TEXTS) if isinstance(delta, dict) else (choice, NO_TEXTS | _CHOICE_WORDS)
    return said, {name: value for name, value in said.items() if name not in words}


def drop_probabilities(value: Any) -> None:
    """Takes log probabilities out: they say token by token what was replaced."""
    for key, member in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if key == "logprobs" and member:
            value[key] = [] if isinstance(member, list) else None
        elif isinstance(member, (dict, list)):
            drop_probabilities(member)
