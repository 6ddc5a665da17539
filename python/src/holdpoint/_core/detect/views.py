"""The other readings of a normalised text that are worth matching (SPECIFICATION T-41)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from itertools import islice
from typing import Final, NamedTuple

from ..._gen.views import MORSE_LETTERS, TURNED_LETTERS, VIEW_LETTERS, VIEW_WORDS
from ..match import encode_text, normalise_text
from .shifted_letters import name_shift, read_shifted
from .view_traits import (
    SEPARATORS,
    count_digits,
    count_hidden_words,
    count_snake,
    count_split,
    holds_hidden_words,
    is_accented,
    is_odd_letter,
    read_signs,
    read_word_table,
    reverse,
    rotate13,
)
from .wide_gaps import close_gaps


class TextView(NamedTuple):
    """A stretch of a text, written another way."""

    kind: str
    text: str
    start: int
    end: int


MAX_VIEW_LENGTH: Final = 16_384
_MAX_VIEWS = 8
_MAX_RUNS = 4
_MAX_SPACED_LENGTH = 4096
_MAX_ROW_LENGTH = 512
_MAX_LISTED = 14

_HYPHENATED = re.compile("([A-Za-z])-\n[ \t]*([a-z])")
_TURNED_PLAIN = {"b": "q", "d": "p", "n": "u", "p": "d", "q": "b", "u": "n", "w": "m"}
# Letters of Cyrillic that look-alike folding makes ASCII, back: it has taken them for disguised Latin.
_CYRILLIC_LETTERS = str.maketrans("abceioprxyABCEHIKMOPTXY36", "аьсеіоргхуАВСЕНІКМОРТХУЗб")
# Like all that is looked for here it begins only where a run does: tried at each of its characters, a long run would be
# read once for each.
_MIXED_WORD = re.compile(
    "(?<![A-Za-z36\u0400-\u052f])[A-Za-z36\u0400-\u052f]*(?:[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z])[A-Za-z36\u0400-\u052f]*"
)
_SPACED_RUN = re.compile(
    f"(?<![^{SEPARATORS}])(?:[^{SEPARATORS}][{SEPARATORS}]{{1,3}}){{4,}}[^{SEPARATORS}](?![^{SEPARATORS}])"
)
_SPACED_PIECE = re.compile(f"([^{SEPARATORS}])([{SEPARATORS}]*)")
_ASCII_WORD = re.compile("[A-Za-z]{4,}")
_ANY_LETTER = re.compile("[A-Za-z\u00c0-\U0010ffff]")
_ROW = re.compile("[0-9a-z@$!]+")
_THREE_LETTERS = re.compile("[a-z]{3}")
_JOINED_WORD = re.compile("(?<![A-Za-z])[A-Za-z]+(?:[.\\-_*~|/+,:;'\"^#=\u00b7\u2022]{1,2}[A-Za-z]+)+")
_NO_LETTERS = re.compile("[^A-Za-z]+")
_LEET_LETTERS = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t",
}  # fmt: skip
_LEET_WORD = re.compile(r"[A-Za-z0-9@$!|+]+")
_LEET_SIGN = re.compile(r"[0-9@$!|+]")
_LETTER = re.compile("[A-Za-z]")
_MAX_LEET = 24

_HEX_RUN = re.compile(r"(?:(?:0x|\\x|=)?[0-9A-Fa-f]{2}[ ,:;|-]{0,2}){8,}")
_DECIMAL_RUN = re.compile(r"\b(?:[0-9]{2,3}[ ,:;|-]{1,2}){6,}[0-9]{2,3}\b", re.ASCII)
# Five whole characters; behind them what a copy has damaged too: groups that lost a bit or a blank.
_BINARY_RUN = re.compile(r"(?:[01]{7,8}[ ,:;|-]{0,2}){5,}(?:[01]{1,24}[ ,:;|-]{1,2})*[01]{0,24}")
_ESCAPE_RUN = re.compile(r"(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4,}")
_MORSE_RUN = re.compile(
    r"(?<![A-Za-z0-9_)\]}.\-])(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8,}[.\-_]{0,6}"
)
_BASE32_RUN = re.compile(r"[A-Z2-7]{16,}")
_BINARY_GROUP = re.compile(r"[01]+")
_HEX_GROUP = re.compile(r"[0-9A-Fa-f]{2}(?![xX])")
_DECIMAL_GROUP = re.compile(r"[0-9]{2,3}")
_ESCAPE_GROUP = re.compile(r"[0-9A-Fa-f]{2,8}")
_MORSE_GAP = re.compile(r"[ \t]*[/|\n][ \t]*|[ \t]{2,3}")
_BLANK = re.compile(r"[ \t]")
_WHOLE_WORD = re.compile("[A-Za-z]{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Of a long run so many characters are looked at before all of it is read: most are no text.
_LOOKS_FIRST = 256


def list_views(text: str, encoded: bytes | None = None, signs: AbstractSet[str] | None = None) -> Sequence[TextView]:
    """The views of a text; most texts have none. `encoded`, `signs`: its UTF-8, and its signs, where they are known."""
    encoded = encode_text(text) if encoded is None else encoded
    signs = read_signs(encoded) if signs is None else signs
    has_hidden = holds_hidden_words(encoded)
    return _make_views(text, signs, has_hidden=has_hidden) if signs or has_hidden else ()


def _make_views(text: str, signs: AbstractSet[str], *, has_hidden: bool) -> Sequence[TextView]:
    views: list[TextView] = []

    def whole(kind: str, write: Callable[[str], str]) -> None:
        part = text[:MAX_VIEW_LENGTH]
        written = write(part)
        if written != part:
            views.append(TextView(kind, written, 0, len(part)))

    if "odd" in signs and sum(map(is_odd_letter, text)) >= 4:
        whole("alphabet", _read_odd_letters)
        whole("alphabet", _read_turned)
    if "cyrillic" in signs:
        whole("cyrillic", _unmix_cyrillic)
    if "marks" in signs and is_accented(text):
        whole("accents", _take_off_marks)
    if "gaps" in signs:
        whole("gaps", close_gaps)
    if "spaced" in signs:
        whole("spaced", _read_spaced)
    if "split" in signs and count_split(text) >= 2:
        whole("split", _join_split)
    if "mixed" in signs:
        whole("leetspeak", _spell_leet)
    if has_hidden:
        rotated, backwards, shift = count_hidden_words(text)
        is_listed = read_word_table().plain.__contains__
        if rotated >= 2:
            whole("rot13", rotate13)
        if backwards >= 2:
            whole("backwards", reverse)
            whole("backwards", _reverse_words)
        if shift > 0:
            whole(name_shift(shift), lambda part: read_shifted(part, shift, is_listed))
    if "snake" in signs and count_snake(text) >= 3:
        whole("underscores", lambda part: part.replace("_", " "))
    if "hyphens" in signs:
        whole("hyphens", lambda part: _HYPHENATED.sub(r"\1\2", part))
    if "codes" in signs and (count_digits(text) >= 12 or text.count("\\") >= 6):
        _add_runs(text, views, "binary", _BINARY_RUN, _read_binary)
        _add_runs(text, views, "hex", _HEX_RUN, lambda run: _read_bytes(_HEX_GROUP.findall(run), 16))
        _add_runs(text, views, "decimal", _DECIMAL_RUN, _read_numbers)
        _add_runs(text, views, "escapes", _ESCAPE_RUN, lambda run: _read_bytes(_ESCAPE_GROUP.findall(run), 16))
    if "morse" in signs and text.count(".") + text.count("-") >= 20:
        _add_runs(text, views, "morse", _MORSE_RUN, _read_morse)
    if "base32" in signs:
        _add_runs(text, views, "base32", _BASE32_RUN, _read_base32)
    return views[:_MAX_VIEWS]


def _take_off_marks(text: str) -> str:
    """Letters without their marks, where two words of English come out: in other languages marks mean something."""
    english = read_word_table().english
    written = text.translate(_bare_letters())
    changed = (
        match
        for match in _ASCII_WORD.finditer(written)
        if match[0].lower() in english and not text.startswith(match[0], match.start())
    )
    return written if sum(1 for _ in islice(changed, 2)) == 2 else text


@cache
def _bare_letters() -> dict[int, str]:
    """Letters beyond ASCII without their marks."""
    codes = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    return {code: unicodedata.normalize("NFD", chr(code))[0] for code in codes}


def _read_odd_letters(text: str) -> str:
    return "".join(map(_read_odd_letter, text))


def _read_odd_letter(char: str) -> str:
    code = ord(char)
    first = 0x1F1E6 if code >= 0x1F1E6 else 0x1F170 if code >= 0x1F170 else 0x1F150
    if first <= code < first + 26:
        return chr(97 + code - first)
    return VIEW_LETTERS.get(char, char) if code >= 0x180 else char


def _read_turned(text: str) -> str:
    if sum(char in TURNED_LETTERS for char in text) < 3:
        return text
    return "".join(_TURNED_PLAIN.get(char) or _read_odd_letter(char) for char in reversed(text))


def _unmix_cyrillic(text: str) -> str:
    """Make words that hold Cyrillic letters beside ASCII ones wholly Cyrillic."""
    return _MIXED_WORD.sub(lambda match: match.group().translate(_CYRILLIC_LETTERS), text)


def _read_spaced(text: str) -> str:
    """Join rows of single characters, and spell out what they say in leetspeak."""
    joined = _join_spaced(text)
    return text if joined == text else _spell_leet(joined)


def _join_spaced(text: str) -> str:
    left = _MAX_SPACED_LENGTH

    def join(match: re.Match[str]) -> str:
        nonlocal left
        run = match.group()
        if len(run) > left or not _ANY_LETTER.search(run):
            return run
        left -= len(run)
        pieces = _SPACED_PIECE.findall(run)
        counts: dict[str, int] = {}
        for _, between in pieces:
            if between:
                counts[between] = counts.get(between, 0) + 1
        inner = ""
        for between, count in counts.items():
            if count > counts.get(inner, 0):
                inner = between
        row = "".join(char if between in {"", inner} else f"{char} " for char, between in pieces)
        joined = normalise_text(row, decode=False).text
        return joined if " " in joined else _cut_words(joined)

    return _SPACED_RUN.sub(join, text)


def _cut_words(row: str) -> str:
    plain = read_word_table().plain
    small = row.lower()
    if len(row) > _MAX_ROW_LENGTH or not _ROW.fullmatch(small) or not _THREE_LETTERS.search(small):
        return row
    words: list[str] = []
    loose = False
    at = 0
    while at < len(row):
        size = min(_MAX_LISTED, len(row) - at)
        while size > 0 and not (size > 1 and small[at : at + size] in plain):
            size -= 1
        if size == 0:
            if loose:
                words[-1] += row[at]
            else:
                words.append(row[at])
            loose = True
            at += 1
        else:
            words.append(row[at : at + size])
            loose = False
            at += size
    return " ".join(words)


def _reverse_words(text: str) -> str:
    """Each word from its end; the words stay where they are."""
    return _WHOLE_WORD.sub(lambda match: match.group()[::-1], text)


def _join_split(text: str) -> str:
    plain = read_word_table().plain

    def join(match: re.Match[str]) -> str:
        joined = _NO_LETTERS.sub("", match.group())
        return joined if joined.lower() in plain else match.group()

    return _JOINED_WORD.sub(join, text)


@lru_cache(maxsize=1)
def _leet_words() -> dict[str, str]:
    # Sorted as listed: the last of two words that differ in i and l alone stands.
    return {word.replace("l", "i"): word for word in dict.fromkeys(VIEW_WORDS.split(" "))}


def _spell_leet(text: str) -> str:
    known = _leet_words()
    found = 0

    def spell(match: re.Match[str]) -> str:
        nonlocal found
        word = match.group()
        stem = word.rstrip("!|+")
        if len(stem) > _MAX_LEET or not _LEET_SIGN.search(stem):
            return word
        spelled = "".join(_LEET_LETTERS.get(char, char) for char in stem.lower())
        listed = known.get(spelled.replace("l", "i"))
        rest = word[len(stem) :]
        if listed is not None:
            if len(listed) >= 3:
                found += 1
            return listed + rest
        return spelled + rest if _LETTER.search(stem) else word

    written = _LEET_WORD.sub(spell, text)
    return written if found >= 2 else text


def _add_runs(
    text: str, views: list[TextView], kind: str, syntax: re.Pattern[str], read: Callable[[str], str | None]
) -> None:
    """Every run of a syntax that reads as a text."""
    found = 0
    for match in syntax.finditer(text):
        if len(views) >= _MAX_VIEWS or found >= _MAX_RUNS:
            return
        run = match.group()
        if len(run) > 4 * MAX_VIEW_LENGTH:
            continue
        written = read(run)
        if written is None:
            continue
        found += 1
        views.append(TextView(kind, written, match.start(), match.end()))


def _read_bytes(groups: Sequence[str], base: int) -> str | None:
    codes = [int(group, base) for group in groups]
    if any(code > 0xFFFF or 0xD800 <= code < 0xE000 for code in codes):
        return None
    return _readable("".join(map(chr, codes)))


def _read_numbers(run: str) -> str | None:
    """Numbers of characters, decimal or else octal."""
    groups = _DECIMAL_GROUP.findall(run)
    written = _read_bytes(groups, 10)
    return _read_bytes(groups, 8) if written is None and "8" not in run and "9" not in run else written


def _read_binary(run: str) -> str | None:
    """What groups of bits say; of the characters that damaged ones were, half may be missing."""
    out: list[str] = []
    lost = 0
    for group in _BINARY_GROUP.findall(run):
        for at in range(0, len(group), 8):
            bits = group[at : at + 8]
            char = chr(int(bits, 2)) if len(bits) >= 7 else ""
            if not char or _holds_control(char):
                lost += 1
            else:
                out.append(char)
        if len(out) + lost >= _LOOKS_FIRST and lost * 2 > len(out) + lost:
            return None
    return None if lost * 2 > len(out) + lost else _readable("".join(out))


def _read_morse(run: str) -> str | None:
    words = [
        "".join(MORSE_LETTERS.get(sign, "?") if sign else "" for sign in _BLANK.split(word))
        for word in _MORSE_GAP.split(run.replace("_", "-"))
    ]
    out = " ".join(words)
    if "?" in out and (out.count("?") + 1) * 4 > len(out):
        return None
    return _readable(out.replace("?", ""))


def _read_base32(run: str) -> str | None:
    out: list[str] = []
    bits = count = 0
    for char in run:
        code = ord(char)
        bits = (bits << 5 | (code - 65 if code >= 65 else code - 24)) & 0xFFF
        count += 5
        if count >= 8:
            count -= 8
            out.append(chr(bits >> count & 0xFF))
            if len(out) == _LOOKS_FIRST and _holds_control("".join(out)):
                return None
    return _readable("".join(out))


def _holds_control(char: str) -> bool:
    return _CONTROL.search(char) is not None


def _readable(text: str) -> str | None:
    """The text when it holds no control character, at least six letters, and mostly letters and blanks."""
    letters = 0
    for char in text:
        code = ord(char)
        if (code < 0x20 and code not in {9, 10, 13}) or 0x7F <= code < 0xA0:
            return None
        if 0x61 <= (code | 32) <= 0x7A or code == 0x20 or code >= 0xC0:
            letters += 1
    return text if letters >= 6 and letters * 4 >= len(text) * 3 else None
