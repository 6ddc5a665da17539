"""Texts that should be JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ..._gen.tables import MAX_DEPTH, MAX_NODES
from .walk_json import JsonWalk

_FENCE = "```"
_SPACE = " \t\n\r"
# As ECMAScript trims.
_EDGE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


@dataclass(frozen=True, slots=True)
class JsonResult:
    """A value, or whether there was too much of it."""

    ok: bool
    value: Any = None
    too_large: bool = False


def read_json(text: str) -> JsonResult:
    """A text as JSON within the bounds of a request.

    What is nested too deep or too much is told apart from what is no JSON.
    """
    if 1 + measure_depth(text) > MAX_DEPTH:
        return JsonResult(False, too_large=True)
    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=_read_int)
    except ValueError:
        return JsonResult(False)
    walk = JsonWalk(MAX_NODES, None)
    walk.visit(value, "")
    return JsonResult(False, too_large=True) if walk.problem else JsonResult(True, value)


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _read_int(digits: str) -> float:
    """A double, as in every language, where an int would be another number."""
    return int(digits) if len(digits) < 16 else float(digits)


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}"]', re.DOTALL)


def measure_depth(text: str) -> int:
    """How many brackets are open at most, outside texts, whether or not the whole is JSON."""
    depth = most = 0
    for match in _BRACKETS.finditer(text):
        char = match.group()
        if char == '"':
            break  # a text that does not end: nothing after it counts
        if char in "[{":
            depth += 1
            most = max(most, depth)
        elif char in "]}":
            depth -= 1
    return most


def repair_json(text: str) -> str | None:
    """A text freed of what often stands around JSON.

    What is in the first fence, else from the first bracket to the last of its kind; without commas before a closing
    bracket. None when there is nothing to repair with.
    """
    body = _cut_out(text)
    return None if body is None else _drop_commas(body)


def _cut_out(text: str) -> str | None:
    opening = text.find(_FENCE)
    if opening >= 0:
        line = text.find("\n", opening)
        close = -1 if line < 0 else text.find(_FENCE, line)
        if close >= 0:
            return text[line + 1 : close].strip(_EDGE)
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    if not starts:
        return None
    start = min(starts)
    end = text.rfind("}" if text[start] == "{" else "]")
    return None if end < start else text[start : end + 1]


def _drop_commas(text: str) -> str:
    """Leaves out commas with nothing but white space between them and a closing bracket."""
    out: list[str] = []
    quoted = escaped = False
    comma = -1
    for char in text:
        if quoted:
            out.append(char)
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
            continue
        if char == '"':
            quoted = True
        if char in "}]" and comma >= 0:
            del out[comma]
        if char == ",":
            comma = len(out)
        elif char not in _SPACE:
            comma = -1
        out.append(char)
    return "".join(out)
