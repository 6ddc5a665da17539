"""A loop of the client's own, for asynchronous classifiers of a client that has none."""

from __future__ import annotations

import asyncio
import os
import threading


class OwnLoop:
    """Begun when it is first wanted, in a thread that nobody has to wait for; again in a process that was forked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0

    def get(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                self._loop, self._pid = asyncio.new_event_loop(), os.getpid()
                threading.Thread(target=self._loop.run_forever, name="holdpoint-classifiers", daemon=True).start()
            return self._loop
