"""Lines and columns of a text."""

from __future__ import annotations

from bisect import bisect_right


class Places:
    """Places in one text. Lines end at line feeds; they are counted once, when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None

    def find(self, offset: int) -> tuple[int, int]:
        """The line and the column (from 1, code points) of an offset."""
        if self._starts is None:
            self._starts = [0]
            at = self._text.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self._text.find("\n", at + 1)
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
