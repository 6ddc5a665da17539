"""Decoding of percent, HTML-entity, hex and base64 runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from holdpoint._core.match._normalise._edits import Editor
from holdpoint._core.match._re2 import Search, compile_search
from holdpoint._core.match._spans import encode_text

# How a run begins: without one of these in a text nothing is decoded.
RUN_STARTS = (
    "%[0-9A-Fa-f]{2}",
    "&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,6});",
    "[A-Za-z0-9+/_-]{16}",
)
_PERCENT = re.compile(f"(?:{RUN_STARTS[0]})+")
_ENTITY = re.compile(RUN_STARTS[1])
_BASE64 = re.compile(f"{RUN_STARTS[2]}[A-Za-z0-9+/_-]*={{0,2}}")
_ALL_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DIGITS = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}
_DIGITS |= {"-": 62, "_": 63}
_NAMED = {
    "amp": "&", "apos": "'", "colon": ":", "comma": ",", "dollar": "$", "equals": "=", "excl": "!", "gt": ">",
    "hyphen": "-", "lowbar": "_", "lpar": "(", "lt": "<", "nbsp": " ", "num": "#", "period": ".", "quest": "?",
    "quot": '"', "rpar": ")", "semi": ";", "sol": "/",
}  # fmt: skip


@dataclass
class DecodeBudget:
    """What one normalisation may still decode; `length` is in UTF-16 units."""

    runs: int
    length: int


@cache
def _run_search() -> Search:
    return compile_search(RUN_STARTS)


def may_hold_runs(text: str) -> bool:
    """False where there is nothing to decode."""
    return bool(_run_search()(encode_text(text)))


def decode_runs(text: str, budget: DecodeBudget, *, signs_only: bool = False) -> Editor:
    """Decode runs where they hold readable UTF-8; with `signs_only` percent and HTML entities alone."""
    editor = Editor(text)
    for start, end, decode in _find_runs(text, signs_only=signs_only):
        if budget.runs <= 0:
            break
        decoded = decode(text[start:end])
        if decoded is None or _utf16_length(decoded) > budget.length:
            continue
        budget.runs -= 1
        budget.length -= _utf16_length(decoded)
        editor.replace(start, end, decoded)
    return editor


def _utf16_length(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)


def _find_runs(text: str, *, signs_only: bool) -> list[tuple[int, int, Callable[[str], str | None]]]:
    found: list[tuple[int, int, Callable[[str], str | None]]] = []
    kinds = ((_PERCENT, _decode_percent), (_ENTITY, _read_entity), (_BASE64, _decode_hex_or_base64))
    for syntax, decode in kinds[:2] if signs_only else kinds:
        found += [(match.start(), match.end(), decode) for match in syntax.finditer(text)]
    found.sort(key=lambda run: (run[0], -run[1]))
    runs = []
    reached = 0
    for run in found:
        if run[0] >= reached:
            reached = run[1]
            runs.append(run)
    return runs


def _readable(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _decode_percent(run: str) -> str | None:
    return _readable(bytes.fromhex(run.replace("%", "")))


# What is no code: a number of up to 31 digits (a card, an account), one character over and over.
_PLAIN = re.compile(r"[0-9]{1,31}|(.)\1*")


def _decode_hex_or_base64(run: str) -> str | None:
    if _PLAIN.fullmatch(run):
        return None
    if _ALL_HEX.fullmatch(run):
        decoded = _readable(bytes.fromhex(run))
        if decoded is not None:
            return decoded
    digits = run.rstrip("=")
    if len(digits) % 4 == 1:
        return None
    data = bytearray()
    bits = count = 0
    for digit in digits:
        bits = (bits << 6 | _DIGITS[digit]) & 0xFFFF
        count += 6
        if count >= 8:
            count -= 8
            data.append(bits >> count & 0xFF)
    return _readable(bytes(data))


def _read_entity(reference: str) -> str | None:
    body = reference[1:-1]
    if not body.startswith("#"):
        return _NAMED.get(body)
    code = int(body[2:], 16) if body[1] in "xX" else int(body[1:])
    is_control = (code < 0x20 and code not in {9, 10, 13}) or 0x7F <= code < 0xA0
    if is_control or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code)
