"""What masking policies want replaced."""

from __future__ import annotations

from collections.abc import Sequence

from ..._gen.messages import Transform
from ..decide import utf16_order
from ..detect import Replacement, TextScan, replace_spans


class TransformList:
    """Collects replacements in the offsets of the original texts."""

    __slots__ = ("_by_path",)

    def __init__(self) -> None:
        self._by_path: dict[str, tuple[str, list[Replacement]]] | None = None

    def add(self, scan: TextScan, start: int, end: int, written: str) -> None:
        """Asks for a span of a scanned text (code points of the normalised text) to be written another way."""
        if self._by_path is None:
            self._by_path = {}
        text, normalised = scan.text, scan.normalised
        _, replacements = self._by_path.setdefault(text.path, (text.value, []))
        replacements.append(Replacement(*normalised.to_original_span(start, end), written))

    def replace(self, path: str, original: str, text: str) -> None:
        """Asks for a whole text to be written another way."""
        if self._by_path is None:
            self._by_path = {}
        _, replacements = self._by_path.setdefault(path, (original, []))
        replacements.append(Replacement(0, len(original), text))

    def edits(self, path: str) -> Sequence[Replacement]:
        """What is replaced in one text, in its own offsets."""
        return self._by_path[path][1] if self._by_path and path in self._by_path else ()

    def build(self) -> tuple[Transform, ...]:
        """The texts to hand back, by path."""
        if self._by_path is None:
            return ()
        return tuple(
            Transform(path, replace_spans(*self._by_path[path])) for path in sorted(self._by_path, key=utf16_order)
        )
