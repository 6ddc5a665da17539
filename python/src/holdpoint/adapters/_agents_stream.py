"""Events of a model's stream in the OpenAI Agents SDK: which of them flow, and what says their text again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from .. import EnforcementUnavailableError
from ._flow import Flow, Piece

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


def create_flow() -> Flow:
    """How a model's answer flows."""
    flow: Flow

    def read(event: Any) -> Piece | Literal["hold"] | None:
        if event.type in _DELTAS:
            return Piece(_key_of(event), event.delta) if event.delta else None
        if event.type not in _FLOWING or _has_call(event):
            return "hold"
        known = {one.text for one in flow.said.values()}
        return None if all(text in known for text in read_texts(event)) else "hold"

    flow = Flow(read, _write)
    return flow


def shown_texts(flow: Flow) -> dict[str, str]:
    """What went out, by what was said."""
    return {one.text: one.shown for one in flow.said.values()}


def read_held(flow: Flow) -> dict[Any, str]:
    """The texts that did not flow, by key: those of pieces with all that was said before."""
    texts: dict[Any, str] = {}
    for event in flow.held:
        if event.type in _DELTAS:
            key = _key_of(event)
            texts[key] = texts.get(key, flow.said[key].text if key in flow.said else "") + event.delta
    said = {*texts.values(), *(one.text for one in flow.said.values())}
    for event in flow.held:
        texts.update({text: text for text in read_texts(event) if text not in said})
    return {key: text for key, text in texts.items() if text}


def write_held(flow: Flow, texts: Mapping[Any, str], shown: Mapping[str, str]) -> Iterator[Any]:
    """The events that did not flow, with what is shown. Raises EnforcementUnavailableError when that cannot be."""
    begun: set[Any] = set()
    for event in flow.held:
        key = _key_of(event) if event.type in _DELTAS else None
        text = texts.get(key, "") if key is not None else ""
        if shown.get(text, text) == text:
            yield put_texts(event, shown)
        elif key in flow.said:
            raise EnforcementUnavailableError("a text that goes on after another has begun cannot be replaced")
        else:
            yield _write(event, "" if key in begun else shown[text])
            begun.add(key)


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
        if isinstance(inner, (list, tuple, dict, BaseModel)) and (made := put_texts(inner, shown)) is not inner:
            changes[name] = made
    return _with(value, changes) if changes else value


def _write(event: Any, text: str) -> Any:
    # Probabilities are those of the original.
    return event.model_copy(update={"delta": text, **({"logprobs": []} if hasattr(event, "logprobs") else {})})


def _key_of(event: Any) -> tuple[Any, ...]:
    names = ("type", "item_id", "output_index", "content_index", "summary_index")
    return tuple(getattr(event, name, None) for name in names)


def _has_call(event: Any) -> bool:
    """True for an event about an item that is more than text."""
    items = [getattr(event, "item", None), *_list(_get(getattr(event, "response", None), "output"))]
    return any(item is not None and _get(item, "type") not in _TEXTUAL_ITEMS for item in items)


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _with(value: Any, changes: dict[str, Any]) -> Any:
    return {**value, **changes} if isinstance(value, dict) else value.model_copy(update=changes)
