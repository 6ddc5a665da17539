"""What YAML 1.2 asks of the places of things, and the parser lets pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .placed_node import TextFault, TextFaultsError

BRACKETS = "what stands in brackets is indented further than what they belong to"
QUOTES = "a text in quotes goes on further indented than what it belongs to"
COMMENT = "comments must be separated from other tokens by white space characters"

_LINE = re.compile(r"\n( *)([^\n]?)")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t\r\n]+)+")
_VERSION = re.compile(r"\A((?:[ \t]*(?:#[^\n]*)?\n|%(?!YAML)[^\n]*\n)*%YAML +)(\d+)(?=\.\d)")


def any_version(text: str) -> str:
    """The text as one of YAML 1, whatever version it states; every other character stays where it is."""
    return _VERSION.sub(lambda found: found[1] + "1".rjust(len(found[2]), "0"), text, count=1)


def check_layout(text: str, events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """The same events; raises TextFaultsError at the first that is laid out as YAML 1.2 does not allow.

    Where a list or an object is made by indentation, what is in brackets or quotes and goes on in further lines is
    indented further than its column; of outer brackets the closing one may stand in that column.
    """
    columns: list[int] = []
    brackets: list[int] = []
    try:
        for event in events:
            start, end = _index(event.start_mark), _index(event.end_mark)
            if isinstance(event, yaml.CollectionStartEvent):
                if event.flow_style:
                    brackets.append(start)
                else:
                    columns.append(_column(text, start))
            elif isinstance(event, yaml.CollectionEndEvent):
                if not brackets:
                    columns.pop()
                else:
                    first = brackets.pop()
                    if columns and not brackets:
                        _check_brackets(text, first, end, columns[-1])
                    _check_comment(text, end)
            elif isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"'):
                if columns:
                    _check_quotes(text, start, end, columns[-1])
                _check_comment(text, end)
            yield event
    except yaml.MarkedYAMLError:
        if brackets and columns:
            _check_brackets(text, brackets[0], len(text), columns[-1])
        raise


def _index(mark: Any) -> int:
    return int(mark.index) if mark is not None else 0


def _column(text: str, start: int) -> int:
    properties = _PROPERTIES.match(text, start)
    first = properties.end() if properties is not None else start
    return first - (text.rfind("\n", 0, first) + 1)


def _check_brackets(text: str, start: int, end: int, column: int) -> None:
    for line in _LINE.finditer(text, start, end):
        if line[2] in ("", "#", "\r") or len(line[1]) > column:
            continue
        is_closing = line.end() == end and len(line[1]) == column and line[2] in "]}"
        if not is_closing:
            raise TextFaultsError([TextFault(line.start(2), BRACKETS)])


def _check_quotes(text: str, start: int, end: int, column: int) -> None:
    for line in _LINE.finditer(text, start, end):
        if line[2] not in ("", "\r") and len(line[1]) <= column:
            at = line.start() - (text[line.start() - 1] == "\r")
            raise TextFaultsError([TextFault(at, QUOTES)])


def _check_comment(text: str, end: int) -> None:
    if text.startswith("#", end):
        raise TextFaultsError([TextFault(end, COMMENT)])
