"""Parts of a stream that wait until the text in them, or before them, may go out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ..._gen.errors import ConfigError, EnforcementUnavailableError
from ..._gen.tables import STREAMS

Render = Callable[[int, int], str]


class PartQueue:
    """Parts that are objects: `read` gives the text of one (None for none), `write` the part with another text."""

    def __init__(self, read: Callable[[Any], str | None], write: Callable[[Any, str], Any]) -> None:
        self._read = read
        self._write = write
        # The part, from and to where its text goes, and whether it has any.
        self._waiting: deque[tuple[Any, int, int, bool]] = deque()

    def push(self, part: Any, at: int) -> str:
        """The text of a part that has come, to be added to the whole."""
        text = self._read(part)
        # A text that is none has no place in the whole: its part would go out unjudged.
        if text is not None and not isinstance(text, str):
            raise ConfigError("`read` gave something else than a text")
        if len(self._waiting) >= STREAMS["maxWaitingParts"]:
            raise EnforcementUnavailableError(
                f"more than {STREAMS['maxWaitingParts']} parts of the stream wait behind held text"
            )
        self._waiting.append((part, at, at + len(text or ""), text is not None))
        return text or ""

    def take(self, released_to: int, render: Render) -> list[Any]:
        """Parts that may go out when text may go out up to a place."""
        out: list[Any] = []
        while self._waiting:
            part, start, end, has_text = self._waiting[0]
            to = min(end, released_to)
            if end > released_to and to <= start:
                break
            out.append(self._write(part, render(start, to)) if has_text else part)
            if end > released_to:
                self._waiting[0] = (part, to, end, has_text)
                break
            self._waiting.popleft()
        return out


class TextQueue:
    """Text in pieces: what may go out goes out as one piece, whatever the pieces were in which it came."""

    def __init__(self) -> None:
        self._sent_to = 0

    def push(self, part: Any, _at: int) -> str:
        """The piece itself."""
        if isinstance(part, str):
            return part
        raise ConfigError(
            "the stream holds parts that are no text: say with `read` and `write` how theirs is read and written"
        )

    def take(self, released_to: int, render: Render) -> list[Any]:
        """What may go out now."""
        text = render(self._sent_to, released_to)
        self._sent_to = max(self._sent_to, released_to)
        return [text] if text else []
