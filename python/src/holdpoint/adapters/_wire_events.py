"""Streams of server-sent events whose data are JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from ._wire import Json

_BLOCK = re.compile(r"\r\n\r\n|\n\n|\r\r")
_LINE = re.compile(r"\r\n|\n|\r")


class EventStream:
    """The data of events, parsed; what is put into them is written out again. Raises on data that are no JSON."""

    def __init__(self, text: str) -> None:
        self._blocks = [_read_block(block) for block in _BLOCK.split(text)]

    @property
    def events(self) -> list[Json]:
        """The data, in order, without `[DONE]`."""
        return [data for _, _, data in self._blocks if data is not None]

    def write(self) -> str:
        """The stream with what was changed."""
        written = []
        for fields, text, data in self._blocks:
            shown = text if data is None else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            lines = [*fields, *([f"data: {shown}"] if shown else [])]
            if lines:
                written.append("\n".join(lines) + "\n\n")
        return "".join(written)


def _read_block(block: str) -> tuple[list[str], str, Json | None]:
    lines = _LINE.split(block)
    text = "\n".join(line[5:].removeprefix(" ") for line in lines if line.startswith("data:"))
    data: Any = None if text in ("", "[DONE]") else json.loads(text)
    if data is not None and not isinstance(data, dict):
        raise TypeError("an event of the stream is no object")
    # Comments are read by nobody, and are left out.
    return [line for line in lines if line and not line.startswith((":", "data:"))], text, data
