"""What is read fast is what a plain reading finds."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core.detect import learned_features
from holdpoint._core.detect.context_words import ContextLists, find_context_lists, lower_of
from holdpoint._core.detect.learned_features import list_features
from holdpoint._core.detect.view_traits import (
    SEPARATORS,
    count_digits,
    count_hidden_words,
    count_snake,
    count_split,
    holds_hidden_words,
    is_odd_letter,
    read_signs,
    read_word_table,
    reverse,
    rotate13,
)
from holdpoint._core.detect.word_characters import WORD_CHARACTERS
from holdpoint._core.match import encode_text, normalise_text
from holdpoint._core.match._normalise._fold import fold_compatible, fold_homoglyphs
from holdpoint._core.match._normalise._traits import is_mark, is_stable, is_word, joins_before, list_ascii_twins

_LISTED = sorted(read_word_table().plain)
_SHIFTED = sorted(read_word_table().shifted)
_OTHERS = [
    sorted(words) for words in (read_word_table().misspelt, read_word_table().pieces, read_word_table().spelling)
]
_WORDS = st.one_of(
    st.sampled_from([*_LISTED, *map(rotate13, _LISTED), *map(reverse, _LISTED), *_SHIFTED]),
    *map(st.sampled_from, _OTHERS),
)
_PIECES = st.one_of(
    _WORDS,
    _WORDS.map(str.upper),
    _WORDS.map(lambda word: word[:2] + "-" + word[2:]),
    _WORDS.map(lambda word: word.replace("e", "3").replace("a", "@")),
    _WORDS.map(" ".join),
    st.sampled_from([" ", "_", "\\", "!", "@3", "·", "•", "é", "中", "\U0001f600", "\ud800", "\U0001f1e6", "ᴀ", "-\n"]),
    st.sampled_from(["41 42 43 44 45 ", "0100001 1000010 ", "\\u0041\\u0042", ". - . - / .. -- ", "ABCDEFGHIJKLMNOP2"]),
    st.text(max_size=4),
)
_TEXTS = st.lists(st.tuples(_PIECES, st.sampled_from(["", " ", "\t", "\r\n", "_"])), max_size=24).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)


def _longest_row(text: str) -> int:
    longest = row = 0
    for token in re.split(f"[{SEPARATORS}]+", text):
        row = row + 1 if len(token) == 1 else 0 if token else row
        longest = max(longest, row)
    return longest


def _count_mixed(text: str) -> int:
    tokens = re.split("[ \t\r\n]", text)
    return sum(bool(re.search("[0-9@$!|+]", one) and re.search("[A-Za-z]", one)) for one in tokens)


@given(_TEXTS)
def test_a_text_without_a_sign_has_not_what_the_sign_stands_for(text: str) -> None:
    signs = read_signs(encode_text(text))
    assert ("spaced" in signs) == (_longest_row(text) >= 5)
    assert ("mixed" in signs) == (_count_mixed(text) >= 2)
    assert ("tokens" in signs) == bool(re.search("[!-~]{20}", text))
    assert ("long" in signs) == bool(re.search("[A-Za-z]{16}", text))
    assert ("hyphens" in signs) == ("-\n" in text)
    assert "odd" in signs or sum(map(is_odd_letter, text)) == 0
    assert "split" in signs or max(count_split(text)) < 2
    assert "snake" in signs or count_snake(text) < 3
    assert "runs" in signs or not normalise_text(text, homoglyphs="off").changed or not text.isascii()
    assert holds_hidden_words(encode_text(text)) or not any(count_hidden_words(text))


@given(_TEXTS)
def test_counts_are_those_of_a_plain_reading(text: str) -> None:
    table = read_word_table()
    words = [word.lower() for word in re.findall("[A-Za-z]{3,}", text)]
    hidden = count_hidden_words(text)
    code = hidden.shift
    for found, listed in (
        (hidden.rotated, table.rotated),
        (hidden.backwards, table.backwards),
        (hidden.misspelt, table.misspelt),
        (hidden.pieces, table.pieces),
        (hidden.spelling, table.spelling),
    ):
        assert found == sum(word in listed for word in words)
    votes: Counter[int] = Counter()
    for word, _ in groupby(filter(table.shifted.__contains__, words)):
        votes[table.shifted[word]] += 2 if len(word) >= 6 else 1
    assert code == 0 or votes[code] >= 2
    assert len(votes) != 1 or code == (0 if votes.total() < 2 else max(votes))
    split = slips = 0
    for token in re.split("[ \t\r\n]+", text):
        joined = re.sub("[^A-Za-z]+", "", token).lower()
        is_parted = bool(re.search("[A-Za-z][^A-Za-z]+[A-Za-z]", token)) and 4 <= len(joined) <= 16
        split += is_parted and joined in table.plain
        slips += is_parted and joined not in table.plain and joined in table.misspelt
    assert count_split(text) == (split, slips)
    assert count_digits(text) == sum("0" <= char <= "9" for char in text)


def _fold_each(text: str) -> str:
    """NFKC of each character with what joins it, one after the other."""
    out = []
    start = 0
    while start < len(text):
        first, end = ord(text[start]), start + 1
        stable = first < 0x300 or is_stable(first)
        while stable and end < len(text) and joins_before(ord(text[end])) and is_stable(ord(text[end])):
            end += 1
        piece = text[start:end]
        folded = unicodedata.normalize("NFKC", piece) if stable and (first >= 0x80 or len(piece) > 1) else piece
        ascii_first = len(folded) > 1 and folded[0].isascii() and folded[0].isalpha()
        out.append(folded[0] if ascii_first and all(is_mark(ord(char)) for char in folded[1:]) else folded)
        start = end
    return "".join(out)


_FOLDABLE = st.text(
    st.one_of(
        st.sampled_from(
            "aeIoАВЕавеосӒÄéåÅﬁ①²½’“–…\u0301\u0308\u0323\u1100\u1161\u11a8가각ｱﾞが漢豈\U0001f600\u093c\u0915ืกßſ"
        ),
        st.characters(max_codepoint=0xE80, exclude_categories=[]),
        st.characters(exclude_categories=[]),
    ),
    max_size=24,
)


@given(_FOLDABLE)
def test_folding_goes_from_one_character_that_needs_it_to_the_next(text: str) -> None:
    assert fold_compatible(text).text() == _fold_each(text)


@given(_FOLDABLE)
def test_look_alikes_are_folded_in_words_that_hold_a_letter_of_ascii(text: str) -> None:
    twins = list_ascii_twins()
    out = []
    at = 0
    while at < len(text):
        end = at + 1
        while is_word(ord(text[at])) and end < len(text) and is_word(ord(text[end])):
            end += 1
        word = text[at:end]
        folds = not is_word(ord(text[at])) or any(char.isascii() and char.isalpha() for char in word)
        out.append("".join(twins.get(char, char) for char in word) if folds else word)
        at = end
    assert fold_homoglyphs(text, "mixed").text() == "".join(out)


_CONTEXT = (("card", "credit card"), ("iban", "konto*"), ("passport", "pass"), ("ÉCOLE", "x"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*(word for words in _CONTEXT for word in words), "İ", "é"]),
            st.sampled_from(["", " ", "-", "s"]),
        ),
        max_size=30,
    ).map(lambda pieces: "".join(word.strip("*") + gap for word, gap in pieces)),
)
def test_context_words_stand_by_themselves_and_stems_go_on(text: str) -> None:
    lists = ContextLists()
    numbers = [lists.number_of(words) for words in _CONTEXT]
    lower = lower_of(text).replace("-", " ")
    wanted = set()
    for number, words in zip(numbers, _CONTEXT, strict=True):
        for written in words:
            word = lower_of(written.strip("*"))
            for at in range(len(lower)):
                end = at + len(word)
                begins = at == 0 or lower[at - 1] not in WORD_CHARACTERS or lower[at] not in WORD_CHARACTERS
                goes_on = end < len(lower) and lower[end - 1] in WORD_CHARACTERS and lower[end] in WORD_CHARACTERS
                if lower.startswith(word, at) and begins and (written.endswith("*") or not goes_on):
                    wanted.add(number)
    assert find_context_lists(text, lists) == wanted


@given(st.text(st.one_of(st.sampled_from("abc  \n09.,Z'-"), st.characters(max_codepoint=0x7F)), max_size=64))
def test_features_of_ascii_are_those_of_its_grams_words_and_pairs_of_words(text: str) -> None:
    folded = re.sub("  +", " ", re.sub("[ \n]*\n[ \n]*", "\n", text.translate(learned_features._FOLDED)))
    memory = learned_features._remember(15)
    words = re.findall("[a-z0]+", folded)
    wanted = {memory.grams[folded[at : at + 4]] for at in range(len(folded) - 3)}
    wanted |= {memory.words[word] for word in words} | {memory.word_pairs[pair] for pair in pairwise(words)}
    assert list_features(text, 15) == wanted
