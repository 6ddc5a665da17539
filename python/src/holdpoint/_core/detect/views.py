"""The other readings of a normalised text that are worth matching (SPECIFICATION T-41)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache, partial
from itertools import islice

from ..._gen.views import TURNED_LETTERS, VIEW_LETTERS, VIEW_WORDS
from ..match import encode_text, normalise_text
from .shifted_letters import name_shift, read_shifted
from .view_bases import add_bases
from .view_codes import MAX_VIEW_LENGTH, MAX_VIEWS, TextView, add_codes, add_morse, add_runs
from .view_joins import (
    JOINED_RUN,
    LITERAL_RUN,
    LONE_RUN,
    LONG_RUN,
    MARKUP,
    NUMBER_READINGS,
    NUMBERS_RUN,
    correct_words,
    cut_letters,
    cut_row,
    join_pieces,
    join_tokens,
    read_first_letters,
    read_joined,
    read_literals,
    read_lone,
    read_sounds,
    read_spelling,
    rotate47,
    says_words,
    take_pictures,
)
from .view_traits import (
    SEPARATORS,
    HiddenWords,
    count_digits,
    count_hidden_words,
    count_joints,
    count_lone,
    count_markup,
    count_mixed,
    count_snake,
    count_split,
    count_strewn,
    holds_hidden_words,
    is_accented,
    is_odd_letter,
    read_signs,
    read_word_table,
    reverse,
    rotate13,
)
from .wide_gaps import close_gaps

_MAX_SPACED_LENGTH = 4096
_MAX_ROW_LENGTH = 512
# A long run of numbers is told by how it begins.
_MAX_BEGUN = 512
# Code is full of short names that would make words when they are joined.
_CODE_SIGN = re.compile(r"[={}();]")

_HYPHENATED = re.compile("([A-Za-z])-\n[ \t]*([a-z])")
_TURNED_PLAIN = {"b": "q", "d": "p", "n": "u", "p": "d", "q": "b", "u": "n", "w": "m"}
# Letters of Cyrillic that look-alike folding makes ASCII, back: it has taken them for disguised Latin.
_CYRILLIC_LETTERS = str.maketrans("abceioprwxyABCEHIKMOPTXY36", "аьсеіоргшхуАВСЕНІКМОРТХУЗб")
# Like all that is looked for here it begins only where a run does: tried at each of its characters, a long run would be
# read once for each.
_MIXED_WORD = re.compile(
    "(?<![A-Za-z36\u0400-\u052f])[A-Za-z36\u0400-\u052f]*(?:[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z])[A-Za-z36\u0400-\u052f]*"
)
_SPACED_RUN = re.compile(
    f"(?<![^{SEPARATORS}])(?:[^{SEPARATORS}][{SEPARATORS}]{{1,9}}){{4,}}[^{SEPARATORS}](?![^{SEPARATORS}])"
)
_SPACED_PIECE = re.compile(f"([^{SEPARATORS}])([{SEPARATORS}]*)")
_ASCII_WORD = re.compile("[A-Za-z]{4,}")
_ANY_LETTER = re.compile("[A-Za-z\u00c0-\U0010ffff]")
_ROW = re.compile("[0-9a-z@$!]+")
_THREE_LETTERS = re.compile("[a-z]{3}")
_PARTED = f"(?:[.\\-_*~|/+,:;'\"^#=\u00b7\u2022]{{1,2}}|(?:{MARKUP})+)"
_JOINED_WORD = re.compile(f"(?<![A-Za-z])[A-Za-z]+(?:{_PARTED}[A-Za-z]+)+")
_PARTED_BY = re.compile(_PARTED)
_MARKUP = re.compile(MARKUP)
# Tags that part no words.
_INLINE_TAG = re.compile(
    "<(?:!|/?(?:[abisu]|em|strong|span|font|mark|small|su[bp])(?![a-z]))", re.IGNORECASE | re.ASCII
)
_LEFT_MARK = re.compile("[\u0300-\u036f\u0483-\u0489]")
# Code points of a text in which one misspelt word is worth a view, or letters of another alphabet.
_MAX_LOOSE = 2048
_LEET_LETTERS = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t",
}  # fmt: skip
_LEET_WORD = re.compile(r"[A-Za-z0-9@$!|+]+")
_LEET_SIGN = re.compile(r"[0-9@$!|+]")
_LETTER = re.compile("[A-Za-z]")
_MAX_LEET = 24

_WHOLE_WORD = re.compile("[A-Za-z]{2,}")


def list_views(text: str, encoded: bytes | None = None, signs: AbstractSet[str] | None = None) -> Sequence[TextView]:
    """The views of a text; most texts have none. `encoded`, `signs`: its UTF-8, and its signs, where they are known."""
    encoded = encode_text(text) if encoded is None else encoded
    signs = read_signs(encoded) if signs is None else signs
    has_hidden = holds_hidden_words(encoded)
    return _make_views(text, signs, has_hidden=has_hidden) if signs or has_hidden else ()


_NO_WORDS = HiddenWords(0, 0, 0, 0, 0, 0)


def _make_views(text: str, signs: AbstractSet[str], *, has_hidden: bool) -> Sequence[TextView]:
    views: list[TextView] = []
    head = text[:MAX_VIEW_LENGTH]

    def whole(kind: str, write: Callable[[str], str]) -> None:
        written = write(head)
        if written != head:
            views.append(TextView(kind, written, 0, len(head)))

    if "odd" in signs and sum(map(is_odd_letter, text)) >= 4:
        whole("alphabet", _read_odd_letters)
        whole("alphabet", _read_turned)
    if "cyrillic" in signs:
        whole("cyrillic", _unmix_cyrillic)
    if "marks" in signs and is_accented(text):
        whole("accents", _take_off_marks)
    if "far" in signs and len(text) <= _MAX_LOOSE:
        whole("sounds", read_sounds)
    if "gaps" in signs:
        whole("gaps", close_gaps)
    if "lines" in signs:
        whole("acrostic", read_first_letters)
    if "strewn" in signs and count_strewn(text) >= 3:
        whole("strewn", take_pictures)
    if "spaced" in signs:
        whole("spaced", _read_spaced)
    split, slips = count_split(text) if "split" in signs else (0, 0)
    if split >= 2 or ("markup" in signs and count_markup(text) >= 2):
        whole("split", _join_split)
    if "mixed" in signs:
        whole("leetspeak", _spell_leet)
    hidden = count_hidden_words(text) if has_hidden else _NO_WORDS
    if hidden.rotated >= 2:
        whole("rot13", rotate13)
    if hidden.backwards >= 2:
        whole("backwards", reverse)
        whole("backwards", _reverse_words)
    if hidden.shift > 0:
        is_listed = read_word_table().plain.__contains__
        whole(name_shift(hidden.shift), lambda part: read_shifted(part, hidden.shift, is_listed))
    if hidden.misspelt > 1 or slips > 1 or (hidden.misspelt == 1 and len(text) <= _MAX_LOOSE):
        whole("misspelt", correct_words)
    if "snake" in signs and count_snake(text) >= 3:
        whole("underscores", lambda part: part.replace("_", " "))
    # Before what innocent writing has many runs of: those beyond the last view would hide a code.
    if "codes" in signs and (count_digits(text) >= 12 or text.count("\\") >= 6):
        add_codes(text, views)
    is_mixed = "mixed" in signs and count_mixed(text) >= 3
    if "morse" in signs and text.count(".") + text.count("-") >= 20:
        add_morse(text, views)
    if "tokens" in signs or is_mixed:
        add_bases(head, views, is_mixed=is_mixed)
    if "joints" in signs and count_joints(text) >= 2:
        add_runs(head, views, "joined", JOINED_RUN, read_joined)
    if "long" in signs:
        add_runs(head, views, "joined", LONG_RUN, cut_letters)
    if hidden.pieces >= 3:
        whole("joined", join_tokens)
        if len(text) <= _MAX_LOOSE and not _CODE_SIGN.search(text):
            whole("joined", join_pieces)
    if "order" in signs:
        whole("backwards", _reverse_order)
    if hidden.spelling >= 6:
        whole("spelling", lambda part: _read_spaced(read_spelling(part)))
    if is_mixed:
        whole("rot47", lambda part: rotate47(part) if says_words(rotate47(part[:_MAX_ROW_LENGTH])) else part)
    if "lone" in signs and count_lone(text) >= 3:
        add_runs(head, views, "lone", LONE_RUN, read_lone)
    if "quotes" in signs or "] + [" in text:
        add_runs(head, views, "literals", LITERAL_RUN, read_literals)
    if "hyphens" in signs:
        whole("hyphens", lambda part: _HYPHENATED.sub(r"\1\2", part))
    if "numbers" in signs and count_digits(text) >= 12:
        for read in NUMBER_READINGS:
            add_runs(head, views, "numbers", NUMBERS_RUN, partial(_read_numbers, read=read))
    return views[:MAX_VIEWS]


def _read_numbers(run: str, read: Callable[[str], str]) -> str | None:
    """What numbers say as letters, where that is words."""
    if len(run) > _MAX_BEGUN and not says_words(_read_spaced(read(run[:_MAX_BEGUN]))):
        return None
    said = _read_spaced(read(run[:_MAX_SPACED_LENGTH]))
    return said if says_words(said) else None


def _reverse_order(text: str) -> str:
    return " ".join(reversed(text.split(" ")))


def _take_off_marks(text: str) -> str:
    """Letters without their marks, where two words of English come out: in other languages marks mean something."""
    english = read_word_table().english
    plain = _LEFT_MARK.sub("", text)
    written = plain.translate(_bare_letters())
    if (len(text) - len(plain)) * 5 >= len(text):
        # Nobody writes so many marks that no letter holds.
        return written
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
    """Known words of a row of letters and digits apart."""
    small = row.lower()
    if len(row) > _MAX_ROW_LENGTH or not _ROW.fullmatch(small) or not _THREE_LETTERS.search(small):
        return row
    return cut_row(row, read_word_table().known).text


def _reverse_words(text: str) -> str:
    """Each word from its end; the words stay where they are."""
    return _WHOLE_WORD.sub(lambda match: match.group()[::-1], text)


def _join_split(text: str) -> str:
    known = read_word_table().known

    def join(match: re.Match[str]) -> str:
        joined = _PARTED_BY.sub("", match.group())
        return joined if joined.lower() in known else _MARKUP.sub(_join_markup, match.group())

    return _JOINED_WORD.sub(join, text)


def _join_markup(mark: re.Match[str]) -> str:
    return " " if mark[0].startswith("<") and not _INLINE_TAG.match(mark[0]) else ""


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
