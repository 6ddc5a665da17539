"""The form of a text that patterns are matched against, with a map back; the same as in TypeScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdpoint._core.match._normalise._decode import DecodeBudget, decode_runs, may_hold_runs
from holdpoint._core.match._normalise._edits import Editor
from holdpoint._core.match._normalise._fold import (
    Homoglyphs,
    fold_compatible,
    fold_homoglyphs,
    fold_leetspeak,
    strip_invisible,
)
from holdpoint._gen import match_limits


# Not frozen: that takes four times as long to make, and there is one for every text.
@dataclass(slots=True)
class NormalisedText:
    """A text as a reader sees it; offsets are in code points. Nobody changes one."""

    text: str
    changed: bool
    layers: tuple[Editor, ...] = ()

    def to_original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that a span came from; it covers whole replaced stretches."""
        first = self._back(start, end=False)
        return first, max(first, self._back(end, end=True))

    def _back(self, offset: int, *, end: bool) -> int:
        for layer in reversed(self.layers):
            offset = layer.map_back(offset, end=end)
        return offset


def normalise_text(
    original: str, *, homoglyphs: Homoglyphs = "mixed", decode: bool | Literal["signs"] = True, leetspeak: bool = False
) -> NormalisedText:
    """Return the text without invisible characters, in NFKC, look-alikes folded and encoded runs decoded.

    `decode` may be `signs`: percent and HTML entities alone, not hex and base64.
    """
    if not leetspeak and original.isascii() and not (decode and may_hold_runs(original)):
        return NormalisedText(original, changed=False)
    text = original
    layers: list[Editor] = []

    def apply(editor: Editor) -> bool:
        nonlocal text
        if not editor.before:
            return False
        layers.append(editor)
        text = editor.text()
        return True

    def fold_characters() -> None:
        if text.isascii():
            return
        apply(strip_invisible(text))
        apply(fold_compatible(text))
        if homoglyphs != "off":
            apply(fold_homoglyphs(text, homoglyphs))

    fold_characters()
    if decode:
        budget = DecodeBudget(match_limits.MAX_DECODED_RUNS, match_limits.MAX_DECODED_LENGTH)
        for _ in range(match_limits.MAX_DECODE_DEPTH):
            if not may_hold_runs(text) or not apply(decode_runs(text, budget, signs_only=decode == "signs")):
                break
            fold_characters()
    if leetspeak:
        text = fold_leetspeak(text)
    return NormalisedText(text, text != original or bool(layers), tuple(layers))
