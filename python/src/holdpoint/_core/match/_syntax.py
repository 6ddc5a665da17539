"""What has to be known of a pattern's syntax beside what RE2 says of it."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]|.", re.DOTALL)

_REASONS = (
    ("(?=", "look-ahead `(?=` is not supported: it cannot be matched in linear time"),
    ("(?!", "negative look-ahead `(?!` is not supported: it cannot be matched in linear time"),
    ("(?<=", "look-behind `(?<=` is not supported: it cannot be matched in linear time"),
    ("(?<!", "negative look-behind `(?<!` is not supported: it cannot be matched in linear time"),
    ("(?>", "atomic group `(?>` is not supported; write a plain group `(?:`"),
    ("(?#", "comment group `(?#` is not supported; leave it out"),
    ("(?P=", "back-reference `(?P=` is not supported: it cannot be matched in linear time"),
)


def tokens(source: str) -> list[tuple[int, str]]:
    """Return escapes, classes, quoted stretches and single characters with their offsets in code points."""
    return [(match.start(), match.group()) for match in _TOKEN.finditer(source)]


def runs_over_bytes(source: str) -> bool:
    r"""Return whether RE2 judges part of the pattern between bytes: `\C` or `\B`."""
    if "\\C" not in source and "\\B" not in source:
        return False
    return any(token in {"\\C", "\\B"} for _, token in tokens(source))


def depends_on_what_follows(source: str) -> bool:
    r"""Return whether a match in a text may be none in a longer text: `$`, `\z`, `\b` or `\B` occurs."""
    return any(token in {"$", "\\z", "\\b", "\\B"} for _, token in tokens(source))


def explain_refusal(source: str, reason: str) -> tuple[int, str]:
    """Return where (in code points) and why RE2 refuses a pattern, as well as its message tells."""
    if "too large" in reason:
        return 0, "the program of the pattern is too large; lower its repetition counts or split it"
    for at, token in tokens(source):
        if token == "(":  # noqa: S105
            for opening, message in _REASONS:
                if source.startswith(opening, at):
                    return at, message
        if len(token) == 2 and token[0] == "\\" and token[1] in "123456789":
            return at, f"back-reference `{token}` is not supported: it cannot be matched in linear time"
    what, _, fragment = reason.partition(": ")
    return max(0, source.rfind(fragment) if fragment else 0), f"{what} `{fragment[:40]}`" if fragment else what
