"""The steps of normalisation that look at single characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from holdpoint._core.match._normalise._edits import Editor
from holdpoint._core.match._normalise._traits import (
    find_ascii_twin,
    is_ascii_letter,
    is_mark,
    is_stable,
    is_word,
    joins_before,
)

Homoglyphs = Literal["mixed", "all", "off"]

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_FLAG_TAGS = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_LEET = str.maketrans("0134577@$!", "oieasttasi")
_LEET_WORD = re.compile(r"[A-Za-z0-9@$!]*[A-Za-z][A-Za-z0-9@$!]*")


def strip_invisible(text: str) -> Editor:
    """Take out what shows nothing; tag characters become the ASCII they spell, but for the emoji flag of a region."""
    editor = Editor(text)
    for match in _INVISIBLE.finditer(text):
        run = match.group()
        in_flag = text[max(0, match.start() - 1) : match.start()] == "\U0001f3f4" and _FLAG_TAGS.fullmatch(run)
        hidden = "" if in_flag else "".join(chr(ord(c) - 0xE0000) for c in run if 0xE0020 <= ord(c) < 0xE007F)
        editor.replace(match.start(), match.end(), hidden)
    return editor


def fold_compatible(text: str) -> Editor:
    """Put each character, with what NFKC may join to it, into NFKC; take leftover marks off ASCII letters."""
    editor = Editor(text)
    start = 0
    while start < len(text):
        first = ord(text[start])
        end = start + 1
        stable = first < 0x300 or is_stable(first)
        while stable and end < len(text) and joins_before(ord(text[end])) and is_stable(ord(text[end])):
            end += 1
        if stable and (first >= 0x80 or end > start + 1):
            piece = text[start:end]
            folded = _take_off_marks(unicodedata.normalize("NFKC", piece))
            if folded != piece:
                editor.replace(start, end, folded)
        start = end
    return editor


def _take_off_marks(piece: str) -> str:
    if len(piece) > 1 and is_ascii_letter(ord(piece[0])) and all(is_mark(ord(c)) for c in piece[1:]):
        return piece[0]
    return piece


def fold_homoglyphs(text: str, folding: Homoglyphs) -> Editor:
    """Replace what looks like ASCII by it: signs always, letters in words that also hold an ASCII letter, or in all."""
    editor = Editor(text)
    at = 0
    while at < len(text):
        if not is_word(ord(text[at])):
            twin = find_ascii_twin(ord(text[at])) if text[at] >= "\x80" else None
            if twin is not None:
                editor.replace(at, at + 1, twin)
            at += 1
            continue
        end = at
        while end < len(text) and is_word(ord(text[end])):
            end += 1
        if folding == "all" or any(is_ascii_letter(ord(c)) for c in text[at:end]):
            for i in range(at, end):
                twin = find_ascii_twin(ord(text[i])) if text[i] >= "\x80" else None
                if twin is not None:
                    editor.replace(i, i + 1, twin)
        at = end
    return editor


def fold_leetspeak(text: str) -> str:
    """Spell out leetspeak, one for one, in words that hold an ASCII letter; a `!` that ends a word is punctuation."""

    def spell(match: re.Match[str]) -> str:
        word = match.group()
        stem = word.rstrip("!")
        return stem.translate(_LEET) + word[len(stem) :]

    return _LEET_WORD.sub(spell, text)
