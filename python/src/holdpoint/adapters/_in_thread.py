"""Asynchronous checks for callers without a loop, or with one that is running."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Any


def run_in_thread(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs it to its end in a loop and a thread of its own, in this context; raises what it raises."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except Exception as error:  # noqa: BLE001 - raised in the caller's thread
            failed.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,))
    thread.start()
    thread.join()
    for error in failed:
        raise error
