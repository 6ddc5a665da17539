"""Streams, checked as they flow (SPECIFICATION F-1 to F-10)."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from types import TracebackType
from typing import Any, NamedTuple

from ..._core import Decision
from ..._gen.errors import ConfigError, EnforcementUnavailableError
from ..._gen.tables import MAX_TEXT_CHARS
from .part_queue import PartQueue, TextQueue
from .text_flow import Judgement, TextFlow

# The decision on a whole text, which validators were asked for, and what their answers leave in it.
Finished = tuple[Decision, Judgement]


class StreamParts(NamedTuple):
    """How a stream's text is decided, and its parts are read."""

    # The verdict on a beginning of the text. Never raises.
    judge: Callable[[str], Judgement]
    # The decision, recorded, on what was let out of a stream that nobody reads any more. Never raises.
    observe: Callable[[str], None]
    read: Callable[[Any], str | None] | None
    write: Callable[[Any, str], Any] | None
    hold_back: int


class _Reading:
    """What reading a stream synchronously and asynchronously have in common."""

    def __init__(self, parts: StreamParts) -> None:
        self._parts = parts
        self.flow = TextFlow(parts.judge, parts.hold_back)
        self.queue: PartQueue | TextQueue = TextQueue()
        if parts.read is not None and parts.write is not None:
            self.queue = PartQueue(parts.read, parts.write)
        # Whether a decision has been, or is being, recorded.
        self.is_decided = False

    def add(self, part: Any) -> bool:
        """Takes a part in; False when the stream has to be cut."""
        self.flow.add(self.queue.push(part, self.flow.length))
        return self.flow.advance()

    def go_on(self) -> None:
        """After a cut that the decision did not bear out."""
        # A text that is too long to be judged does not go out, whatever the policies let pass.
        if self.flow.is_too_long:
            raise EnforcementUnavailableError(
                f"the text of the stream is longer than {MAX_TEXT_CHARS} UTF-16 code units"
            )
        self.is_decided = False
        self.flow.resume()

    def take(self) -> list[Any]:
        return self.queue.take(self.flow.released_to, self.flow.render)

    def close(self) -> None:
        if not self.is_decided and self.flow.length > 0:
            self.is_decided = True
            self._parts.observe(self.flow.text)


class GuardedStream(Iterator[Any]):
    """A stream's parts as they are let out; nothing is read before the first is asked for. `close` stops it."""

    def __init__(self, source: Iterable[Any], parts: StreamParts, enforce: Callable[[str], Finished]) -> None:
        if isinstance(source, str | bytes) or not isinstance(source, Iterable):
            raise ConfigError("expected an iterable of parts; for an asynchronous one use `AsyncHoldpoint`")
        check_access(parts)
        self._reader = iter(source)
        self._source = source
        self._has_begun = False
        self._running = _run(self._reader, self._close_source, parts, enforce)

    def __iter__(self) -> GuardedStream:
        return self

    def __next__(self) -> Any:
        self._has_begun = True
        return next(self._running)

    def close(self) -> None:
        """Stops reading and closes the source."""
        if not self._has_begun:
            self._close_source()
        self._running.close()

    def __enter__(self) -> GuardedStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _close_source(self) -> None:
        close = getattr(self._reader, "close", None) or getattr(self._source, "close", None)
        if callable(close):
            close()


def _run(
    reader: Iterator[Any], close: Callable[[], None], parts: StreamParts, enforce: Callable[[str], Finished]
) -> Generator[Any, None, None]:
    reading: _Reading | None = None
    is_open = True
    try:
        reading = _Reading(parts)
        goes_on = reading.flow.advance()
        while True:
            if not goes_on:
                reading.is_decided = True
                enforce(reading.flow.text)
                reading.go_on()
            yield from reading.take()
            is_open = False
            try:
                part = next(reader)
            except StopIteration:
                break
            is_open = True
            goes_on = reading.add(part)
        reading.is_decided = True
        reading.flow.finish(*enforce(reading.flow.text))
        yield from reading.take()
    finally:
        try:
            if reading is not None:
                reading.close()
        finally:
            if is_open:
                close()


class AsyncGuardedStream(AsyncIterator[Any]):
    """The same for asyncio, from an asynchronous or a plain iterable; `aclose` closes the source."""

    def __init__(
        self,
        source: AsyncIterable[Any] | Iterable[Any],
        parts: StreamParts,
        enforce: Callable[[str], Awaitable[Finished]],
    ) -> None:
        if isinstance(source, str | bytes) or not isinstance(source, AsyncIterable | Iterable):
            raise ConfigError("expected an asynchronous iterable of parts, or a plain one")
        check_access(parts)
        self._source = source
        self._reader: Any = aiter(source) if isinstance(source, AsyncIterable) else iter(source)
        self._has_begun = False
        self._running = self._run(parts, enforce)

    def __aiter__(self) -> AsyncGuardedStream:
        return self

    async def __anext__(self) -> Any:
        self._has_begun = True
        return await anext(self._running)

    async def aclose(self) -> None:
        """Stops reading and closes the source."""
        if not self._has_begun:
            await self._close_source()
        await self._running.aclose()

    async def __aenter__(self) -> AsyncGuardedStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, parts: StreamParts, enforce: Callable[[str], Awaitable[Finished]]) -> Any:
        reading: _Reading | None = None
        is_open = True
        try:
            reading = _Reading(parts)
            goes_on = reading.flow.advance()
            while True:
                if not goes_on:
                    reading.is_decided = True
                    await enforce(reading.flow.text)
                    reading.go_on()
                for ready in reading.take():
                    yield ready
                is_open = False
                try:
                    part = await self._next_part()
                except (StopAsyncIteration, _EndError):
                    break
                is_open = True
                goes_on = reading.add(part)
            reading.is_decided = True
            reading.flow.finish(*await enforce(reading.flow.text))
            for ready in reading.take():
                yield ready
        finally:
            try:
                if reading is not None:
                    reading.close()
            finally:
                if is_open:
                    await self._close_source()

    async def _next_part(self) -> Any:
        if isinstance(self._source, AsyncIterable):
            return await anext(self._reader)
        try:
            return next(self._reader)
        except StopIteration:
            raise _EndError from None

    async def _close_source(self) -> None:
        for holder in (self._reader, self._source):
            close = getattr(holder, "aclose", None) or getattr(holder, "close", None)
            if callable(close):
                closing = close()
                if inspect.isawaitable(closing):
                    await closing
                return


class _EndError(Exception):
    """A plain iterable is at its end: StopIteration may not leave a coroutine."""


def check_access(parts: StreamParts) -> None:
    """Raises ConfigError unless both of `read` and `write` are given, or none."""
    if (parts.read is None) != (parts.write is None):
        raise ConfigError("give both `read` and `write`, or none of them")
