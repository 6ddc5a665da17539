"""Streams of the APIs of language models, let out as they are judged; written once, for threads and for loops."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

from .. import EnforcementUnavailableError, Holdpoint
from ._client_checks import Check, ClientMemory, Question, check_answer
from ._client_http import MAX_ANSWER_BYTES
from ._flow import Flow, Piece
from ._identity import Identity, halting
from ._response_events import put_texts
from ._wire import ReadAnswer, Wire
from ._wire_events import Block, BlockReader, write_block
from ._wire_pieces import drop_probabilities
from ._wire_rest import find_unread, with_rest_of_events


def create_flow(wire: Wire) -> Flow:
    """How the events of an API flow."""

    def read(block: Block) -> Piece | Literal["hold"] | None:
        if block.data is None:
            # Some stop reading here: by then all has to be judged.
            return "hold" if block.text else None
        piece = wire.read_piece(block.data, _shown(flow))
        return "hold" if piece != "hold" and _says_more(block.data, piece, flow) else piece

    flow: Flow = Flow(
        read,
        lambda block, text: block._replace(data=wire.write_piece(block.data, text)),
    )
    return flow


def read_blocks(wire: Wire, response: Any) -> Iterator[Block]:
    """The events of an answer as they come; what cannot be read raises EnforcementUnavailableError."""
    reader = _Bounded(wire)
    try:
        for part in response.iter_bytes():
            yield from reader.read(part)
        yield from reader.read(b"", is_last=True)
    finally:
        response.close()


async def aread_blocks(wire: Wire, response: Any) -> AsyncIterator[Block]:
    """The same in a loop."""
    reader = _Bounded(wire)
    try:
        async for part in response.aiter_bytes():
            for block in reader.read(part):
                yield block
        for block in reader.read(b"", is_last=True):
            yield block
    finally:
        await response.aclose()


def check_held(
    hp: Holdpoint, memory: ClientMemory, who: Identity, approved: Question | None, wire: Wire, flow: Flow
) -> Check[ReadAnswer]:
    """The whole answer, when it has ended: what did not flow of it, calls of tools above all."""
    events = [block.data for block in (*flow.parts, *flow.held) if block.data is not None]
    answer = with_rest_of_events(events, wire.read_events(events))
    if (yield from check_answer(hp, memory, who, answer, approved, _shown(flow))):
        drop_probabilities([block.data for block in flow.held if block.data is not None])
    return answer


def write_flowing(block: Block, flow: Flow) -> bytes:
    """An event as it is sent; a text that is said again is said as it went out."""
    data = block.data
    shown = {text: new for text, new in _shown(flow).items() if new != text}
    if data is not None and shown:
        block = block._replace(data=put_texts(data, shown))
    return write_block(block).encode("utf-8", "surrogatepass")


def _says_more(event: Any, piece: Piece | None, flow: Flow) -> bool:
    """True for an event with another text than its piece, and than those that have been said."""
    known = {said.text for said in flow.said.values()}
    unread = [one.holder[one.key] for one in find_unread(event, texts=known)]
    if piece is not None and piece.text in unread:
        unread.remove(piece.text)
    return bool(unread)


class _Bounded:
    def __init__(self, wire: Wire) -> None:
        self._reader = BlockReader()
        self._wire = wire
        self._size = 0

    def read(self, more: bytes, *, is_last: bool = False) -> list[Block]:
        self._size += len(more)
        if self._size > MAX_ANSWER_BYTES:
            raise EnforcementUnavailableError("the answer is too long to be checked")
        with halting():
            return [
                block if data is None else block._replace(data=data)
                for block in self._reader.read(more, is_last=is_last)
                for data in ([None] if block.data is None else self._wire.apart(block.data))
            ]


def _shown(flow: Flow) -> dict[str, str]:
    """What went out, by what was said."""
    return {one.text: one.shown for one in flow.said.values()}
