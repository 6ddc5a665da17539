"""A guarded model's public methods lead to each other: only the outermost call of a model is judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_inside: ContextVar[int | None] = ContextVar("holdpoint_inside_model", default=None)


def is_within(model: object) -> bool:
    """Whether this call comes from the model itself, whose outermost call is judged already."""
    return _inside.get() == id(model)


@contextmanager
def within(model: object) -> Iterator[None]:
    token = _inside.set(id(model))
    try:
        yield
    finally:
        _inside.reset(token)
