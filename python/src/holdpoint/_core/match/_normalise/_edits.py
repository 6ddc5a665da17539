"""A text derived from another by replacing stretches of it, and the way back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field


@dataclass
class Editor:
    """Collects replacements, each after the one before."""

    source: str
    before: list[tuple[int, int]] = field(default_factory=list)
    after: list[tuple[int, int]] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _copied_to: int = 0
    _length: int = 0

    def replace(self, start: int, end: int, replacement: str) -> None:
        """Replace the stretch `start` to `end` of the source."""
        self._parts += (self.source[self._copied_to : start], replacement)
        self._length += start - self._copied_to
        self.before.append((start, end))
        self.after.append((self._length, self._length + len(replacement)))
        self._length += len(replacement)
        self._copied_to = end

    def text(self) -> str:
        """Return the source with everything replaced."""
        return "".join(self._parts) + self.source[self._copied_to :] if self.before else self.source

    def map_back(self, offset: int, *, end: bool) -> int:
        """Return the offset in the source; a span's start and end leave a replaced stretch on opposite sides."""
        find = bisect_left if end else bisect_right
        index = find(self.after, offset, key=lambda edit: edit[0]) - 1
        if index < 0:
            return offset
        if offset >= self.after[index][1]:
            return self.before[index][1] + offset - self.after[index][1]
        return self.before[index][1 if end else 0]
