"""Events of OpenAI's responses, plain or as models of its library: which of them flow, what says their text again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from ._flow import Piece

# The events that carry the whole answer.
ENDS = ("response.completed", "response.incomplete", "response.failed")

_DELTAS = frozenset(
    f"response.{kind}.delta" for kind in ("output_text", "refusal", "reasoning_text", "reasoning_summary_text")
)
# They announce something, or say again what has flowed.
_FLOWING = frozenset(
    {
        "response.created",
        "response.in_progress",
        "response.queued",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.output_text.done",
        "response.output_text.annotation.added",
        "response.refusal.done",
        "response.reasoning_text.done",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_part.done",
    }
)
_TEXTUAL_ITEMS = frozenset({"message", "reasoning"})
_TEXTS = ("text", "refusal")
_HOLDERS = ("response", "item", "part", "output", "content", "summary")


def read_event(event: Any, known: Collection[str]) -> Piece | Literal["hold"] | None:
    """What of an event flows. `known`: the texts that have flowed so far."""
    kind = _get(event, "type")
    if kind in _DELTAS:
        delta = _get(event, "delta")
        return Piece(key_of(event), delta) if delta else None
    if kind not in _FLOWING or _has_call(event):
        return "hold"
    return None if all(text in known for text in read_texts(event)) else "hold"


def is_piece(event: Any) -> bool:
    """True for a piece of a text."""
    return _get(event, "type") in _DELTAS


def read_texts(value: Any) -> list[str]:
    """Every whole text of an answer, an item or an event, without empty ones."""
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in read_texts(one)]
    texts = [text for name in _TEXTS if isinstance(text := _get(value, name), str) and text]
    inner = (_get(value, name) for name in _HOLDERS)
    return texts + [text for one in inner if not isinstance(one, str) and one is not None for text in read_texts(one)]


def put_texts(value: Any, shown: Mapping[str, str]) -> Any:
    """The same with what is shown in place of what was said, wherever it is said again."""
    if isinstance(value, (list, tuple)):
        made = [put_texts(one, shown) for one in value]
        return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
    changes: dict[str, Any] = {}
    for name in _TEXTS:
        text = _get(value, name)
        if isinstance(text, str) and shown.get(text, text) != text:
            changes[name] = shown[text]
            if _get(value, "logprobs"):
                changes["logprobs"] = []
    for name in _HOLDERS:
        inner = _get(value, name)
        if (isinstance(inner, (list, tuple, dict)) or hasattr(inner, "model_copy")) and (
            made := put_texts(inner, shown)
        ) is not inner:
            changes[name] = made
    return _with(value, changes) if changes else value


def write_piece(event: Any, text: str) -> Any:
    """A piece with another text. Probabilities are those of the original."""
    return _with(event, {"delta": text, **({"logprobs": []} if _get(event, "logprobs") else {})})


def key_of(event: Any) -> tuple[Any, ...]:
    """Which text a piece belongs to."""
    names = ("type", "item_id", "output_index", "content_index", "summary_index")
    return tuple(_get(event, name) for name in names)


def _has_call(event: Any) -> bool:
    """True for an event about an item that is more than text."""
    items = [_get(event, "item"), *_list(_get(_get(event, "response"), "output"))]
    return any(item is not None and _get(item, "type") not in _TEXTUAL_ITEMS for item in items)


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _with(value: Any, changes: dict[str, Any]) -> Any:
    return {**value, **changes} if isinstance(value, dict) else value.model_copy(update=changes)
