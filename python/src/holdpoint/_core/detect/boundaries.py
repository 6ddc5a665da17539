"""Whether the characters next to a match speak against it (SPECIFICATION T-12, T-13, T-28)."""

from __future__ import annotations

import re

from .word_characters import WORD_CHARACTERS, is_digit

_NO_WORD = re.compile(f"[^{''.join(sorted(WORD_CHARACTERS))}]")
# Letters before a number that is written without a blank behind its word.
_MOST_GLUED = 24
# Behind a name and a hyphen a version (`lib-1.2.3.4`), not an address.
_FOUR_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_HEX = re.compile("[0-9A-Fa-f]+")
_GLUED_NUMBER = re.compile("[0-9]{3}[0-9.-]")
# Begins with the digit, for nearly every character is a letter: a quarter of the time on a text without digits.
_MAY_BE_GLUED = re.compile("[0-9](?<=[A-Za-z_][0-9])[0-9]{2}[0-9.-]")
_GLUED_WORD = re.compile(r"(?<=[^0-9\s])(?=[0-9]{3}[0-9.-])")


def is_blocked(text: str, start: int, end: int, boundary: str) -> bool:
    """The whole test; offsets are code points."""
    before = text[start - 1] if start > 0 else ""
    if boundary == "mail":
        return _is_malformed_mail(text, start, end)
    if boundary == "token":
        if is_left_blocked(text, start):
            return True
    elif (boundary == "alnum" and before in WORD_CHARACTERS) or (boundary == "digit" and is_digit(before)):
        return True
    return is_right_blocked(text, start, end, boundary)


def _is_malformed_mail(text: str, start: int, end: int) -> bool:
    """Whether an address is only part of what someone wrote as one, and that is none (SPECIFICATION T-28)."""
    before = text[start - 1] if start > 0 else ""
    if before in WORD_CHARACTERS or text[end : end + 1] in WORD_CHARACTERS:
        return True
    if text[end : end + 1] == "@" and text[end + 1 : end + 2] in WORD_CHARACTERS:
        return True
    if before == "@":
        beyond = text[start - 2] if start > 1 else ""
        return beyond == "." or beyond in WORD_CHARACTERS
    # Three points are an ellipsis: a sentence that trails off before the address.
    return before == "." and text[max(0, start - 3) : start] != "..."


def is_left_blocked(text: str, start: int) -> bool:
    """The test of `token` to the left of a match, so far as it does not depend on the match."""
    if start == 0:
        return False
    before = text[start - 1]
    return before in WORD_CHARACTERS or (before in ".-" and _joins(text, start - 2, -1))


def is_glued(text: str, start: int) -> bool:
    """
    Whether a number begins right behind a word: three digits, then a fourth or a joining sign, behind two letters to
    twenty-four that no digit comes before (SPECIFICATION T-13).
    """
    if start == 0 or _GLUED_NUMBER.match(text, start) is None:
        return False
    at = start - 1
    while start - at <= _MOST_GLUED + 1 and at >= 0 and text[at] in WORD_CHARACTERS and not is_digit(text[at]):
        at -= 1
    return 2 <= start - 1 - at <= _MOST_GLUED and (at < 0 or text[at] not in WORD_CHARACTERS)


def may_hold_glued(text: str) -> bool:
    """False only where no number begins right behind a word."""
    return _MAY_BE_GLUED.search(text) is not None


def find_starts(text: str) -> list[int]:
    """All places, ascending, where a number can begin: not left blocked, or glued to a word."""
    ends = (match.end() for match in _NO_WORD.finditer(text))
    open_ends = [0, *(at for at in ends if text[at - 1] not in ".-" or not _joins(text, at - 2, -1))]
    glued = [at for at in (match.end() for match in _GLUED_WORD.finditer(text)) if is_glued(text, at)]
    return sorted([*open_ends, *glued]) if glued else open_ends


def is_right_blocked(text: str, start: int, end: int, boundary: str) -> bool:
    """The rest of the test, which depends on the match."""
    if boundary == "none":
        return False
    char = text[end : end + 1]
    if boundary == "digit":
        return is_digit(char)
    if char in WORD_CHARACTERS:
        return True
    if boundary == "alnum":
        return False
    if char in (".", "-") and _joins(text, end + 1, 1):
        return True
    before = text[start - 1] if start > 0 else ""
    if before == "-" and text[start - 2 : start - 1] in WORD_CHARACTERS and _FOUR_NUMBERS.fullmatch(text, start, end):
        return True
    if (char not in (":", "%") and before != ":") or ":" not in text[start:end]:
        return False
    if char == "%" or (char == ":" and _is_group_part(text, end + 1)):
        return True
    if before != ":":
        return False
    is_begun = start < 2 or text[start - 2] in " \t\n\v\f\r"
    return _is_group_before(text, start - 2) or (is_begun and "::" in text[start:end])


def _is_group_part(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at] == ":" or text[at] in WORD_CHARACTERS)


def _is_group_before(text: str, at: int) -> bool:
    """Whether a `:` or a group of an address ends there: other letters name what follows (`MAC:72:1c…`)."""
    if at < 0 or text[at] == ":":
        return at >= 0
    begin = at
    while begin >= 0 and at - begin < 4 and text[begin] in WORD_CHARACTERS:
        begin -= 1
    return begin < at and _HEX.fullmatch(text, begin + 1, at + 1) is not None


def _joins(text: str, at: int, step: int) -> bool:
    """Whether what stands beyond a joining sign makes one thing of both: a digit among the first three, or fewer."""
    count = 0
    while count < 3:
        place = at + count * step
        char = text[place] if 0 <= place < len(text) else ""
        if is_digit(char):
            return True
        if char not in WORD_CHARACTERS:
            break
        count += 1
    return 0 < count < 3
