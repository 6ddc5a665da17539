"""Answers that flow, let out as they are judged: one stream of a model, cut where another text of it begins."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .. import AsyncHoldpoint, EnforcementHaltError, EnforcementUnavailableError, Holdpoint, SpanHandle, TraceHandle


class Piece(NamedTuple):
    """A piece of one text of an answer, which `key` names."""

    key: Any
    text: str


# None: a part without text, which keeps its place. "hold": from here on everything waits for the end.
Read = Callable[[Any], "Piece | Literal['hold'] | None"]


@dataclass(slots=True)
class Said:
    """A text that has flowed to its end: as it came, and as it went out."""

    text: str = ""
    shown: str = ""


@dataclass(slots=True)
class Flow:
    """One answer. `read` and `write`: the text of a part, and the part with another one.

    When everything that may flow has flowed: `said` by key, `parts` in order as they came, and `held`, which is to be
    judged as a whole: a call of a tool and all that follows it, or a text that goes on after another has begun.
    """

    read: Read
    write: Callable[[Any, str], Any]
    said: dict[Any, Said] = field(default_factory=dict)
    parts: list[Any] = field(default_factory=list)
    held: list[Any] = field(default_factory=list)
    _begun: list[Any] = field(default_factory=list)
    _key: Any = None
    _failure: Exception | None = None

    def run(
        self, hp: Holdpoint, source: Iterable[Any], trace: TraceHandle | SpanHandle | None, fields: dict[str, Any]
    ) -> Iterator[Any]:
        """What may go out, as it may. Raises halt errors, and whatever the source raises. Closes the source."""
        reader = self._watch(iter(source))
        try:
            while True:
                if not self._begun:
                    part = next(reader, _END)
                    if part is _END:
                        return
                    if self._take(part):
                        yield part
                        continue
                if self._begin():
                    options = {"read": self._text_of, "write": self._show, "trace": trace, **fields}
                    with hp.guard_stream(self._same(reader), **options) as guarded:
                        yield from guarded
                    continue
                self.held = [*self._begun, *reader]
                return
        except Exception as error:  # noqa: BLE001 - which one it is, is judged here
            raise self._judge(error)  # noqa: B904 - a defect is its cause already
        finally:
            close_source(reader)

    async def arun(
        self,
        client: AsyncHoldpoint,
        source: AsyncIterable[Any],
        trace: TraceHandle | SpanHandle | None,
        fields: dict[str, Any],
    ) -> AsyncGenerator[Any, None]:
        """The same in a loop."""
        reader = self._awatch(aiter(source))
        try:
            while True:
                if not self._begun:
                    part = await anext(reader, _END)
                    if part is _END:
                        return
                    if self._take(part):
                        yield part
                        continue
                if self._begin():
                    options = {"read": self._text_of, "write": self._show, "trace": trace, **fields}
                    async with client.guard_stream(self._asame(reader), **options) as guarded:
                        async for shown in guarded:
                            yield shown
                    continue
                self.held = [*self._begun, *[part async for part in reader]]
                return
        except Exception as error:  # noqa: BLE001 - which one it is, is judged here
            raise self._judge(error)  # noqa: B904 - a defect is its cause already
        finally:
            await aclose_source(reader)

    def _watch(self, reader: Iterator[Any]) -> Iterator[Any]:
        """The parts of the source; its own errors are known again."""
        try:
            yield from reader
        except Exception as error:
            self._failure = error
            raise
        finally:
            close_source(reader)

    async def _awatch(self, reader: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            async for part in reader:
                yield part
        except Exception as error:
            self._failure = error
            raise
        finally:
            await aclose_source(reader)

    def _judge(self, error: Exception) -> Exception:
        """A halt and the source's own error as they are; a defect of ours holds the answer."""
        if isinstance(error, EnforcementHaltError) or error is self._failure:
            return error
        held = EnforcementUnavailableError("the answer could not be judged")
        held.__cause__ = error
        return held

    def _take(self, part: Any) -> bool:
        """True for a part without text: it may go out. Any other begins something."""
        if self.read(part) is None:
            self.parts.append(part)
            return True
        self._begun = [part]
        return False

    def _begin(self) -> bool:
        """False when nothing flows from here on."""
        piece = self.read(self._begun[0])
        if not isinstance(piece, Piece) or piece.key in self.said:
            return False
        self._key = piece.key
        self.said[piece.key] = Said()
        return True

    def _goes_on(self, part: Any) -> bool:
        """True for a part of the same text, or without any. Any other begins something else."""
        piece = self.read(part)
        if piece is None or (isinstance(piece, Piece) and piece.key == self._key):
            self.parts.append(part)
            return True
        self._begun = [part]
        return False

    def _same(self, reader: Iterator[Any]) -> Iterator[Any]:
        first, self._begun = self._begun[0], []
        self._goes_on(first)
        yield first
        for part in reader:
            if not self._goes_on(part):
                return
            yield part

    async def _asame(self, reader: AsyncIterator[Any]) -> AsyncIterator[Any]:
        first, self._begun = self._begun[0], []
        self._goes_on(first)
        yield first
        async for part in reader:
            if not self._goes_on(part):
                return
            yield part

    def _text_of(self, part: Any) -> str | None:
        piece = self.read(part)
        if not isinstance(piece, Piece):
            return None
        self.said[self._key].text += piece.text
        return piece.text

    def _show(self, part: Any, text: str) -> Any:
        self.said[self._key].shown += text
        piece = self.read(part)
        return part if isinstance(piece, Piece) and piece.text == text else self.write(part, text)


_END: Any = object()


def close_source(source: Any) -> None:
    """Closes what can be closed."""
    close = getattr(source, "close", None)
    if callable(close):
        close()


async def aclose_source(source: Any) -> None:
    """The same for an asynchronous one."""
    close = getattr(source, "aclose", None)
    if callable(close):
        await close()


def pull(within: Callable[[], AbstractContextManager[None]], chunks: Iterator[Any]) -> Iterator[Any]:
    """The chunks of a model that is inside while it makes them, and at no other time: a generator has no context."""
    try:
        while True:
            with within():
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk
    finally:
        close_source(chunks)


async def apull(within: Callable[[], AbstractContextManager[None]], chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The same of a model that is waited for."""
    try:
        while True:
            with within():
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
    finally:
        await aclose_source(chunks)
