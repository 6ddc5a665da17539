"""How streams of models flow in the OpenAI Agents SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import EnforcementUnavailableError
from ._flow import Flow
from ._response_events import is_piece, key_of, put_texts, read_event, read_texts, write_piece


def create_flow() -> Flow:
    """How a model's answer flows."""
    flow: Flow = Flow(lambda event: read_event(event, shown_texts(flow)), write_piece)
    return flow


def shown_texts(flow: Flow) -> dict[str, str]:
    """What went out, by what was said."""
    return {one.text: one.shown for one in flow.said.values()}


def read_held(flow: Flow) -> dict[Any, str]:
    """The texts that did not flow, by key: those of pieces with all that was said before."""
    texts: dict[Any, str] = {}
    for event in flow.held:
        if is_piece(event):
            key = key_of(event)
            texts[key] = texts.get(key, flow.said[key].text if key in flow.said else "") + event.delta
    said = {*texts.values(), *(one.text for one in flow.said.values())}
    for event in flow.held:
        texts.update({text: text for text in read_texts(event) if text not in said})
    return {key: text for key, text in texts.items() if text}


def write_held(flow: Flow, texts: Mapping[Any, str], shown: Mapping[str, str]) -> Iterator[Any]:
    """The events that did not flow, with what is shown. Raises EnforcementUnavailableError when that cannot be."""
    begun: set[Any] = set()
    for event in flow.held:
        key = key_of(event) if is_piece(event) else None
        text = texts.get(key, "") if key is not None else ""
        if shown.get(text, text) == text:
            yield put_texts(event, shown)
        elif key in flow.said:
            raise EnforcementUnavailableError("a text that goes on after another has begun cannot be replaced")
        else:
            yield write_piece(event, "" if key in begun else shown[text])
            begun.add(key)
