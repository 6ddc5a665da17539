"""JSON's escapes in a text, read, with a map back (SPECIFICATION T-56)."""

from __future__ import annotations

import re
from typing import Literal

from ..match import NormalisedText, normalise_text
from ..match._normalise._edits import Editor

# A whole row of backslashes belongs to the letter behind it, so that JSON within JSON is read at once. Half a surrogate
# pair stays as it was written.
_ESCAPE = re.compile(
    r"(?<!\\)\\+(?:"
    r"u([Dd][89ABab][0-9A-Fa-f]{2})\\+u([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    r"|u((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})"
    r'|([ntrbf"/]))'
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "/": "/"}
_LETTER = re.compile(r'[\\ntrbf"/]|u[0-9A-Fa-f]{4}')


def read_escapes(written: NormalisedText, *, decode: bool | Literal["signs"] = True) -> NormalisedText | None:
    """Return a normalised text with its escapes read and a map back to the original, None when it holds none."""
    text = written.text
    if "\\" not in text:
        return None
    editor = Editor(text)
    for match in _ESCAPE.finditer(text):
        high, low, unit, letter = match.groups()
        if high is not None:
            replacement = chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
        else:
            replacement = _LETTERS[letter] if unit is None else chr(int(unit, 16))
        editor.replace(match.start(), match.end(), replacement)
    if not editor.before:
        return None
    inner = normalise_text(editor.text(), decode=decode)
    return NormalisedText(inner.text, changed=True, layers=(*written.layers, editor, *inner.layers))


def cuts_escape(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends between a backslash and its letter, which was taken for a part of the value."""
    return _is_inside(text, start) or _is_inside(text, end)


def _is_inside(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\" and _LETTER.match(text, at) is not None
