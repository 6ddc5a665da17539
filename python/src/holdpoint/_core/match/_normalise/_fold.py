"""The steps of normalisation that look at single characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal

from holdpoint._core.match._normalise._edits import Editor
from holdpoint._core.match._normalise._traits import (
    is_ascii_letter,
    is_mark,
    is_ordered,
    is_stable,
    is_word,
    joins_before,
    list_ascii_twins,
)
from holdpoint._gen import match_limits

Homoglyphs = Literal["mixed", "all", "off"]

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Two of them would become a character that nobody wrote, once what stood between them is taken out.
_LONE_HALF = re.compile("[\ud800-\udfff]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_FLAG_TAGS = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_LEET = str.maketrans("0134577@$!", "oieasttasi")
# Tried only where a run begins, so that no run is read once for each of its characters.
_LEET_WORD = re.compile(r"(?<![A-Za-z0-9@$!])[A-Za-z0-9@$!]*[A-Za-z][A-Za-z0-9@$!]*")


def strip_invisible(text: str) -> Editor:
    """Take out what shows nothing; tag characters become the ASCII they spell, but for the emoji flag of a region."""
    editor: Editor | None = None
    for match in _INVISIBLE.finditer(text):
        editor = editor or Editor(_LONE_HALF.sub("\ufffd", text))
        run = match.group()
        in_flag = text[max(0, match.start() - 1) : match.start()] == "\U0001f3f4" and _FLAG_TAGS.fullmatch(run)
        hidden = "" if in_flag else "".join(chr(ord(c) - 0xE0000) for c in run if 0xE0020 <= ord(c) < 0xE007F)
        editor.replace(match.start(), match.end(), hidden)
    return editor or Editor(text)


# Blocks of letters and signs that are looked through once for what has to be looked at: the marks and whatever NFKC
# writes another way. Ideographs, syllables of Hangul and pictographs have neither.
_SEEN_THROUGH = (range(0x80, 0xE80), range(0x2010, 0x2060), range(0x3041, 0x3100))
_PLAIN = "\x00-\x7f\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001faff"


@cache
def _find_unfolded() -> Callable[[str, int], re.Match[str] | None]:
    """A search for the next character that NFKC may change or join."""
    plain = "".join(chr(code) for block in _SEEN_THROUGH for code in block if _is_folded(code))
    return re.compile(f"[^{_PLAIN}{plain}]").search


def _is_folded(code: int) -> bool:
    return not joins_before(code) and unicodedata.normalize("NFKC", chr(code)) == chr(code)


def fold_compatible(text: str) -> Editor:
    """Put each character, with what NFKC may join to it, into NFKC; take leftover marks off ASCII letters.

    Of very many marks in a row each `MAX_MARKS` are a piece: the time to put them in order grows with the square of
    their number.
    """
    editor = Editor(text)
    search = _find_unfolded()
    size = len(text)
    start = 0
    # Where marks end that were taken off their letter.
    bared_to = -1
    while (match := search(text, start)) is not None:
        at = match.start()
        if at > start and joins_before(ord(text[at])) and _is_stable_base(ord(text[at - 1])):
            at -= 1
        first = ord(text[at])
        end = at + 1
        stable = _is_stable_base(first)
        marks = int(is_ordered(first))
        while stable and end < size and marks < match_limits.MAX_MARKS:
            following = ord(text[end])
            if not joins_before(following) or not is_stable(following):
                break
            marks = marks + 1 if is_ordered(following) else 0
            end += 1
        if stable and (first >= 0x80 or end > at + 1):
            piece = text[at:end]
            normal = unicodedata.normalize("NFKC", piece)
            is_rest = at == bared_to and all(is_mark(ord(c)) for c in normal)
            folded = "" if is_rest else _take_off_marks(normal)
            if folded != piece:
                editor.replace(at, end, folded)
            if len(folded) < len(normal):
                bared_to = end
        start = end
    return editor


def _is_stable_base(code: int) -> bool:
    return code < 0x300 or is_stable(code)


def _take_off_marks(piece: str) -> str:
    if len(piece) > 1 and is_ascii_letter(ord(piece[0])) and all(is_mark(ord(c)) for c in piece[1:]):
        return piece[0]
    return piece


def fold_homoglyphs(text: str, folding: Homoglyphs) -> Editor:
    """Replace what looks like ASCII by it: signs always, letters in words that also hold an ASCII letter, or in all."""
    editor = Editor(text)
    twins = list_ascii_twins()
    found = twins.keys() & set(text)
    if not found:
        return editor
    size = len(text)
    reached = 0
    for at in [at for at, char in enumerate(text) if char in found]:
        if at < reached:
            continue
        if not is_word(ord(text[at])):
            editor.replace(at, at + 1, twins[text[at]])
            continue
        begin, end = at, at + 1
        while begin > reached and is_word(ord(text[begin - 1])):
            begin -= 1
        while end < size and is_word(ord(text[end])):
            end += 1
        reached = end
        if folding == "all" or _ASCII_LETTER.search(text, begin, end):
            for place in range(at, end):
                if text[place] in found:
                    editor.replace(place, place + 1, twins[text[place]])
    return editor


def fold_leetspeak(text: str) -> str:
    """Spell out leetspeak, one for one, in words that hold an ASCII letter; a `!` that ends a word is punctuation."""

    def spell(match: re.Match[str]) -> str:
        word = match.group()
        stem = word.rstrip("!")
        return stem.translate(_LEET) + word[len(stem) :]

    return _LEET_WORD.sub(spell, text)
