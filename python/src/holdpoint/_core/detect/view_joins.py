"""Words that signs, pictures, numbers or other letters part or hide, whole again (SPECIFICATION T-41)."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from typing import Final, NamedTuple

from ..._gen.views import LETTER_SOUNDS
from .misspelt import correct_word
from .view_traits import LEAST_LINES, read_word_table

# Tags, comments and marks that may stand within words; repeated, so rows of marks are read in one way only.
MARKUP: Final = r"<!--[^>]{0,64}-->|</?[A-Za-z][^<>]{0,32}>|/\*[^*]{0,32}\*/|\*\*|\\[a-z]{2,10}\{|[{}\[\]`\\]"
_PICTURES = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d]+")
_SINGLE = re.compile(" *[^ ] *")
_WIDE = re.compile(" {2,}")
_JOINT = re.compile(r"[.\-/|*+~]")
# Four words or more that such signs join.
JOINED_RUN: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]+(?:[.\-/|*+~][A-Za-z]+){3,}")
_LETTERS = "A-Za-z\u00c0-\u1fff\u3040-\ud7ff"
_LONE = f"[{_LETTERS}]{{1,24}}[.,;:!?]?"
# Words with a few signs, numbers or bullets between each two.
LONE_RUN: Final = re.compile(
    f"(?<![^ \t\r\n]){_LONE}(?:[ \t\r\n]{{1,4}}(?:[^{_LETTERS} \t\r\n]{{1,4}}[ \t\r\n]{{1,4}}){{1,4}}{_LONE}){{3,}}"
)
_LONE_WORD = re.compile(f"[{_LETTERS}]+[.,;:!?]?")
_LITERAL = r"""(?:"[^"\n]{0,48}"|'[^'\n]{0,48}'|\[[^\]\[\n]{1,24}\])"""
# Literals that only signs, or names and what gives them a value, stand between.
_GIVEN = r"""(?:const |let |var |\$)?["']?[A-Za-z_][A-Za-z0-9_]{0,11}["']?[ ]?(?:=|:=|:)[ ]?"""
LITERAL_RUN: Final = re.compile(rf"{_LITERAL}(?:[ \t\r\n+,.;:&|(){{}}\[\]]{{0,6}}(?:{_GIVEN})?{_LITERAL}){{2,200}}")
_LITERAL_PART = re.compile(_LITERAL)
_MEMBER_NAME = re.compile(r'"[^"\n]{0,48}"[ ]?:')
_NO_SMALL = re.compile("[^a-z]+")
_TO_LAST_SMALL = re.compile("(?s)(?:.*[a-z])?")
_TWO = re.compile("(?s)..")
_PRINTED = re.compile("[!-~]+")
LONG_RUN: Final = re.compile("[A-Za-z]{18,512}")
_NO_LETTERS = re.compile("[^A-Za-z]+")
_WORD = re.compile("[A-Za-z][A-Za-z*]{1,23}")
_SPELLING_WORD = re.compile("[Xx]-[Rr][Aa][Yy]|[A-Za-z]{4,8}")
_FIRST_LETTER = re.compile("(?<![^\n])[A-Za-z]")
_SAID_WORD = re.compile("[a-z]{3,}")
_NUMBER = re.compile("[0-9]+")
_PAIR = re.compile("[1-5][1-5]")
_KEYS = re.compile(r"([2-9])\1{0,3}")
_FIRST_OF_KEYS = (1, 4, 7, 10, 13, 16, 20, 23)
# Letters that one text may have joined and cut into words.
_MAX_CUT = 2048
_LONGEST = 14
_LOOKS_FIRST = 48
# So many letters that differ are in every row of so many words.
_LEAST_LETTERS = 6
_ROTATED = {code: 33 + (code + 14) % 94 for code in range(33, 127)}
NUMBERS_RUN: Final = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9]{1,4}[ ,./|-]{1,3}){8,}[0-9]{1,4}(?![0-9A-Za-z])")


def take_pictures(text: str) -> str:
    """Pictures between letters taken out, or blanks in their place where what they part is longer than a letter."""
    parts = _PICTURES.split(text)
    singles = sum(1 for part in parts if _SINGLE.fullmatch(part))
    return _WIDE.sub(" ", _PICTURES.sub("" if singles * 2 >= len(parts) else " ", text))


def read_joined(run: str) -> str | None:
    """What words say that signs join, where it is words."""
    said = _JOINT.sub(" ", run)
    return said if says_words(said) else None


def read_lone(run: str) -> str:
    """The words of a run of words and signs."""
    return " ".join(_LONE_WORD.findall(run))


def read_literals(run: str) -> str | None:
    """What literals say one behind the other: as they are where some hold a blank, else as words."""
    parts = [part[1:-1] for part in _LITERAL_PART.findall(_MEMBER_NAME.sub("", run))]
    known = read_word_table().known
    words = sum(_NO_SMALL.sub("", part.lower()) in known for part in parts)
    joined = "".join(parts)
    if any(" " in part for part in parts) and words * 2 < len(parts):
        return joined
    if words * 2 >= len(parts) and any(map(_TWO.search, parts)):
        return _WIDE.sub(" ", " ".join(parts))
    cut = cut_letters(joined)
    return joined if cut is None else cut


class CutRow(NamedTuple):
    """A row of letters cut into words; how many are known, and their letters."""

    text: str
    words: int
    letters: int


def cut_row(row: str, listed: Container[str]) -> CutRow:
    """Known words of a row of letters, the longest first at each place, apart; what is none stays as it is."""
    small = row.lower()
    out: list[str] = []
    loose = False
    words = letters = at = 0
    while at < len(row):
        size = min(_LONGEST, len(row) - at)
        while size > 0 and not (size > 1 and small[at : at + size] in listed):
            size -= 1
        if size == 0:
            if loose:
                out[-1] += row[at]
            else:
                out.append(row[at])
            loose = True
            at += 1
        else:
            out.append(row[at : at + size])
            loose = False
            words += 1
            letters += size
            at += size
    return CutRow(" ".join(out), words, letters)


def cut_letters(row: str) -> str | None:
    """A row of letters cut into words where at least three are known and make three quarters of it."""
    if not _PRINTED.fullmatch(row):
        return None
    known = read_word_table().known
    # Most long rows are no words, and that is told from where they begin.
    if len(row) > 2 * _LOOKS_FIRST:
        begun = row[:_LOOKS_FIRST]
        if len(set(begun)) < _LEAST_LETTERS or cut_row(begun, known).letters * 2 < _LOOKS_FIRST:
            return None
    cut = cut_row(row, known)
    return cut.text if cut.words >= 3 and cut.letters * 4 >= len(row) * 3 else None


def join_pieces(text: str) -> str:
    """All letters of a text in one row, cut into words."""
    cut = cut_letters(_NO_LETTERS.sub("", text)[:_MAX_CUT])
    return text if cut is None else cut


def join_tokens(text: str) -> str:
    """Words in pieces joined with those behind them, where that makes a known word of an unknown one."""
    known, core = read_word_table().known, read_word_table().core
    tokens = text.split(" ")
    out: list[str] = []
    at = joints = 0
    while at < len(tokens):
        size = 1
        for count in (2, 3):
            row = tokens[at : at + count]
            is_word = len(row) == count and _bare_word("".join(row)) in known
            if is_word and not all(_bare_word(part) in known for part in row):
                size = count
        joined = "".join(tokens[at : at + size])
        joints += size > 1 and _bare_word(joined) in core
        out.append(joined)
        at += size
    return " ".join(out) if joints >= 2 else text


def _bare_word(word: str) -> str:
    """Small, without what stands behind its last letter."""
    found = _TO_LAST_SMALL.match(word.lower())
    return found[0] if found else ""


def correct_words(text: str) -> str:
    """Misspelt words as they are meant."""
    table = read_word_table()

    def correct(match: re.Match[str]) -> str:
        found = correct_word(match[0].lower().replace("*", ""), table.known, table.misspelt)
        return match[0] if found is None else found

    return _WORD.sub(correct, text)


def read_spelling(text: str) -> str:
    """Words of the spelling alphabet as letters."""
    spelling = read_word_table().spelling
    return _SPELLING_WORD.sub(
        lambda match: match[0][0].lower() if match[0].lower().replace("-", "") in spelling else match[0], text
    )


def _letter_of(at: int) -> str:
    return chr(96 + at)


def _read_places(run: str) -> str:
    return _NUMBER.sub(lambda match: _letter_of(int(match[0])) if 0 < int(match[0]) <= 26 else match[0], run)


def _read_square(run: str, most: int) -> str:
    """The square leaves one letter out: the one behind so many."""

    def read(match: re.Match[str]) -> str:
        at = 5 * (int(match[0][0]) - 1) + int(match[0][1])
        return _letter_of(at + 1 if at > most else at)

    return _PAIR.sub(read, run)


def _read_keys(run: str) -> str:
    read = _KEYS.sub(lambda match: _letter_of(_FIRST_OF_KEYS[int(match[1]) - 2] + len(match[0]) - 1), run)
    return read.replace(" 0 ", "  ")


# Numbers as letters, as they are counted in the alphabet, in a square of five, on keys of a telephone.
NUMBER_READINGS: Final[Sequence[Callable[[str], str]]] = (
    _read_places,
    lambda run: _read_square(run, 9),
    lambda run: _read_square(run, 10),
    _read_keys,
)


def rotate47(text: str) -> str:
    """The letters and signs of ASCII moved by half their number."""
    return text.translate(_ROTATED)


def says_words(text: str) -> bool:
    """Whether at least three words of a text are known, and half of them."""
    known = read_word_table().known
    words = _SAID_WORD.findall(text.lower())
    found = sum(map(known.__contains__, words))
    return found >= 3 and found * 2 >= len(words)


def read_first_letters(text: str) -> str:
    """What the first letters of lines say, where that is words."""
    found = _FIRST_LETTER.findall(text)
    if not LEAST_LINES <= len(found) <= _MAX_CUT:
        return text
    said = cut_row("".join(found), read_word_table().known).text
    return said if says_words(said) else text


def read_sounds(text: str) -> str:
    """Words of English in Greek or Cyrillic letters, letter by letter."""
    out = "".join(LETTER_SOUNDS.get(one, one) for one in text.lower())
    return out if says_words(out) else text
