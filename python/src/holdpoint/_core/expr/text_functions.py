"""Functions of our own on texts."""

from collections import Counter
from itertools import pairwise
from typing import Any

from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.values import is_list, items_of, mismatch
from holdpoint._gen.expr_limits import STEPS_MAX, TEXT_CHARS_PER_STEP, TEXT_WORK_MAX

_TOO_LONG = fail("cost_exceeded", "text is too long for this function")


def contains_any(text: Any, needles: Any) -> Any:
    """Return True when the text contains at least one of the strings."""
    if type(text) is not str:
        return mismatch("string", text)
    if not is_list(needles):
        return mismatch("list(string)", needles)
    if len(text) * len(needles) > TEXT_WORK_MAX:
        return _TOO_LONG
    for needle in items_of(needles):
        if type(needle) is not str:
            return mismatch("string", needle)
        if needle in text:
            return True
    return False


def similarity(a: Any, b: Any) -> Any:
    """Return the Sørensen-Dice coefficient over the multisets of neighbouring code points: 2·|A∩B| / (|A|+|B|).

    Equal texts give 1, and texts of which one is shorter than two code points otherwise 0. One division of whole
    numbers, so the double is the same in every language.
    """
    if type(a) is not str:
        return mismatch("string", a)
    if type(b) is not str:
        return mismatch("string", b)
    if a == b:
        return 1.0
    if len(a) + len(b) > STEPS_MAX:
        return _TOO_LONG
    if len(a) < 2 or len(b) < 2:
        return 0.0
    shared = sum((Counter(pairwise(a)) & Counter(pairwise(b))).values())
    return (2 * shared) / (len(a) + len(b) - 2)


_ANY_RUN = "**"
_ANY_ONE = "??"


def glob(pattern: Any, text: Any) -> Any:
    r"""Match a whole text: `*` any run of characters (also none, also `/`), `?` one code point, `\` takes the next.

    `[` and `{` are refused, so that no pattern means less than its writer thought.
    """
    if type(pattern) is not str:
        return mismatch("string", pattern)
    if type(text) is not str:
        return mismatch("string", text)
    steps = _read_glob(pattern)
    if isinstance(steps, ErrorValue):
        return steps
    if len(steps) * len(text) > STEPS_MAX * TEXT_CHARS_PER_STEP:
        return _TOO_LONG
    step = at = resume = 0
    star = -1
    while at < len(text):
        wanted = steps[step] if step < len(steps) else ""
        if wanted == _ANY_RUN:
            star = step
            step += 1
            resume = at
        elif wanted in (_ANY_ONE, text[at]):
            step += 1
            at += 1
        elif star >= 0:
            step = star + 1
            resume += 1
            at = resume
        else:
            return False
    while step < len(steps) and steps[step] == _ANY_RUN:
        step += 1
    return step == len(steps)


def _read_glob(pattern: str) -> list[str] | ErrorValue:
    steps: list[str] = []
    index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "*":
            if not steps or steps[-1] != _ANY_RUN:
                steps.append(_ANY_RUN)
        elif char == "?":
            steps.append(_ANY_ONE)
        elif char in "[{":
            said = f"glob pattern uses `{char}`; write `\\{char}` for the character itself"
            return fail("invalid_argument", said)
        elif char != "\\":
            steps.append(char)
        else:
            index += 1
            if index >= len(pattern):
                return fail("invalid_argument", "glob pattern ends with `\\`")
            steps.append(pattern[index])
        index += 1
    return steps


def check_glob(pattern: Any) -> ErrorValue | None:
    """Return an error for a pattern that `glob` refuses, else None."""
    result = _read_glob(pattern) if type(pattern) is str else None
    return result if isinstance(result, ErrorValue) else None
