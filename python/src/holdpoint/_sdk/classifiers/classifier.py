"""A classifier that is ready to be asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..._core.decide.numbers import is_number
from ..._gen.tables import MAX_SCORES

# From 0 to 1 by label; the label of a classifier with one score is empty.
LabelledScores = dict[str, float]


class NoScoreError(Exception):
    """Why there is no score, in words of ours: neither texts nor answers stand in it."""


class LateError(Exception):
    """Its time is over."""


class ClassifierAsk(NamedTuple):
    """One question: texts of a step.

    `until`: the time of `time.monotonic` at which everything is over. `cancel` is set then, or when the step is
    cancelled. `loop`: that of who waits, for asynchronous functions; None for one of the client's own.
    """

    policy_id: str
    phase: str
    agent_id: str
    texts: Sequence[str]
    until: float
    cancel: threading.Event
    loop: asyncio.AbstractEventLoop | None


class ReadyClassifier(NamedTuple):
    """`score` raises NoScoreError, which says why, or anything else, which is not repeated."""

    timeout_ms: float
    fail_mode: str
    score: Callable[[ClassifierAsk], LabelledScores]


def check_scores(said: Any) -> LabelledScores:
    """A number from 0 to 1, or a mapping of them, as scores by label (clause K-6). Raises NoScoreError."""
    if is_number(said):
        return {"": check_score(said)}
    if not isinstance(said, Mapping):
        raise NoScoreError("gave something else than scores")
    if not 1 <= len(said) <= MAX_SCORES:
        raise NoScoreError(f"gave {len(said)} scores, expected 1 to {MAX_SCORES}")
    if not all(isinstance(label, str) for label in said):
        raise NoScoreError("gave something else than scores")
    return {label: check_score(score) for label, score in said.items()}


def check_score(score: Any) -> float:
    """A number from 0 to 1. Raises NoScoreError."""
    if is_number(score) and 0 <= score <= 1:
        return float(score)
    raise NoScoreError("gave a score that is no number from 0 to 1")
