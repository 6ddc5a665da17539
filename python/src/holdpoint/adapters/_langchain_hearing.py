"""Which run a stream of a guarded model is: LangChain tells its handlers, and not the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

# Handlers of ours that have heard of the beginning of a model's run, each with the run's id.
Heard = list[tuple[Any, UUID]]

_heard: ContextVar[Heard | None] = ContextVar("holdpoint_langchain_heard", default=None)


@contextmanager
def hearing(heard: Heard) -> Iterator[None]:
    """What handlers hear in this block, and in threads that it is handed on to, goes into the list."""
    token = _heard.set(heard)
    try:
        yield
    finally:
        _heard.reset(token)


def hear(handler: Any, run_id: UUID) -> None:
    """A handler has heard of a model's run."""
    heard = _heard.get()
    if heard is not None:
        heard.append((handler, run_id))


def heard_runs() -> Heard:
    """The runs of the stream that is being read, the outermost first."""
    return _heard.get() or []
