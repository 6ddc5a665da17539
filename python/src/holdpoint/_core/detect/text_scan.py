"""One text, normalised and scanned once for every pattern of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ..match import NormalisedText, PatternSet, encode_text, normalise_text
from .escapes import read_escapes
from .view_traits import read_signs


class Text(NamedTuple):
    """One text of a request: what it is, where it stands (JSON pointer), and its value.

    Where the path ends in `#` the text is a member's name (SPECIFICATION D-55). `name`: the name under which the text
    stands, where the path does not say it.
    """

    role: str
    path: str
    value: str
    name: str | None = None


class TextScan(NamedTuple):
    """A text with the indexes of the patterns that match it, ascending.

    `encoded`: the normalised text in UTF-8. `signs`: what speaks for views of it.
    `unescaped`: the same with its escapes read, None when it holds none.
    """

    text: Text
    normalised: NormalisedText
    hits: Sequence[int]
    encoded: bytes
    signs: AbstractSet[str]
    unescaped: TextScan | None = None


def scan_text(text: Text, patterns: PatternSet) -> TextScan:
    """Normalises a text and scans it for all patterns at once."""
    value = text.value
    encoded = encode_text(value)
    signs = read_signs(encoded)
    if value.isascii() and "runs" not in signs:
        # There is nothing to fold and nothing to decode.
        normalised = NormalisedText(value, changed=False)
        hits = patterns.scan_encoded(value, encoded)
        unescaped = _scan_unescaped(text, normalised, patterns) if "\\" in value else None
        return TextScan(text, normalised, hits, encoded, signs, unescaped)
    normalised = normalise_text(value)
    if normalised.changed:
        encoded = encode_text(normalised.text)
        signs = read_signs(encoded)
    hits = patterns.scan_encoded(normalised.text, encoded)
    return TextScan(text, normalised, hits, encoded, signs, _scan_unescaped(text, normalised, patterns))


def _scan_unescaped(text: Text, written: NormalisedText, patterns: PatternSet) -> TextScan | None:
    if "\\" not in written.text:
        return None
    normalised = read_escapes(written)
    if normalised is None:
        return None
    encoded = encode_text(normalised.text)
    hits = patterns.scan_encoded(normalised.text, encoded)
    return TextScan(text, normalised, hits, encoded, read_signs(encoded))
