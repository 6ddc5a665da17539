"""Classifiers that are functions of the program (clause K-9)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ..types import ClassifierContext, ClassifierFunction
from .classifier import ClassifierAsk, LabelledScores, LateError, NoScoreError, check_scores
from .own_loop import OwnLoop

_LOOK_AGAIN_S = 0.1


def ask_function(classify: ClassifierFunction, own_loop: OwnLoop) -> Callable[[ClassifierAsk], LabelledScores]:
    """Calls it in the thread that asks; what it awaits, in the loop of who waits or in the client's own."""

    def score(ask: ClassifierAsk) -> LabelledScores:
        try:
            said: Any = classify(ask.texts, ClassifierContext(ask.cancel, ask.phase, ask.agent_id))
            if inspect.isawaitable(said):
                said = _wait(said, ask, own_loop)
        except LateError:
            raise
        except Exception as error:
            # Its message may hold texts.
            raise NoScoreError(f"threw {type(error).__name__[:64]}") from error
        return check_scores(said)

    return score


def _wait(said: Awaitable[Any], ask: ClassifierAsk, own_loop: OwnLoop) -> Any:
    async def wait() -> Any:
        return await said

    future = asyncio.run_coroutine_threadsafe(wait(), ask.loop or own_loop.get())
    try:
        # A step that is given up ends it before its time is over.
        while not concurrent.futures.wait([future], max(0.0, min(_LOOK_AGAIN_S, ask.until - time.monotonic()))).done:
            if ask.cancel.is_set() or time.monotonic() >= ask.until:
                raise LateError
        return future.result()
    finally:
        # Nothing for one that is done; one that is late is told so.
        future.cancel()
