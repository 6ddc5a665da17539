"""Found values, written another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Replacement(NamedTuple):
    """A span of a text (code points) to be written another way."""

    start: int
    end: int
    text: str


def rewrite_value(
    value: str,
    strategy: str,
    label: str,
    keep_last: int,
    hash_value: Callable[[str], str] | None,
    tokenize: Callable[[str], str] | None = None,
) -> str:
    """How a value is written.

    `[LABEL]` (redact), one `*` per code point (mask), the same up to the last `keep_last` letters and digits (partial;
    SPECIFICATION T-20), `[LABEL:hash]` (hash; `[LABEL]` when there is no key to hash with), a token (tokenize;
    `[LABEL]` when there is no vault).
    """
    if strategy == "mask":
        return "*" * len(value)
    if strategy == "partial":
        keep_from = _find_kept(value, keep_last)
        return "*" * keep_from + value[keep_from:]
    if strategy == "tokenize" and tokenize is not None:
        return tokenize(label)
    if strategy == "hash" and hash_value is not None:
        return f"[{label}:{hash_value(value)[:16]}]"
    return f"[{label}]"


def _find_kept(value: str, keep_last: int) -> int:
    """Where the last `keep_last` letters and digits begin; the end of a value that has no more than those."""
    start = len(value)
    kept = 0
    for at in range(len(value) - 1, -1, -1):
        if _is_separator(value[at]):
            continue
        if kept == keep_last:
            return start
        kept += 1
        start = at
    return len(value)


def _is_separator(char: str) -> bool:
    """What may stand between letters and digits; everything else counts as one, so that doubt hides more."""
    if char.isascii():
        return not char.isalnum()
    return char == "\u00a0" or "\u2000" <= char <= "\u206f"


def replace_spans(text: str, replacements: Sequence[Replacement]) -> str:
    """The text with all replacements made.

    They may overlap: the first to start wins, then the longer; a span that overlaps a taken one is cut off at its end.
    """
    out: list[str] = []
    at = 0
    for start, end, written in sorted(replacements, key=lambda one: (one.start, -one.end)):
        if end <= at:
            continue
        if start >= at:
            out += (text[at:start], written)
        at = max(at, end)
    return "".join(out) + text[at:]
