"""A text as YAML with the places of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from ..._gen.tables import MAX_PROBLEMS
from .placed_node import PlacedNode, TextFault, TextFaultsError
from .read_yaml_events import YamlReader
from .yaml_layout import any_version, check_layout

# What no reader of YAML takes as it stands, and line ends that not every one takes for the same.
_UNREADABLE = re.compile("[^\\t\\n\\r\\x20-\\x7e\\xa0-\u2027\u202a-\ufffd\U00010000-\U0010ffff]|\\r(?!\\n)")
_NO_BEGIN = re.compile("found character '([@`%])' that cannot start any token")
OPEN_QUOTES = "a text in quotes does not end"
OPEN_BRACKETS = "brackets do not end"
ALIAS = "`*` is read as an alias: a text that begins so is written in quotes"
TAB = "a tab stands only in quotes, block texts and comments"


def read_yaml_text(text: str) -> PlacedNode | None:
    """A text as YAML 1.2 in its core schema, one document; None where it holds no value. Raises TextFaultsError.

    Aliases are followed; tags other than `!!str`, names given twice and names that are no scalars are refused; merge
    keys are plain names.
    """
    found = _UNREADABLE.search(text)
    if found is not None:
        code = f"{ord(found.group()):04x}"
        message = f"U+{code.upper()} may not stand here as itself, write `\\u{code}` in double quotes"
        raise TextFaultsError([TextFault(found.start(), message)])
    reader = YamlReader(text, TAB)
    try:
        root = reader.read(check_layout(text, _events_of(text)))
    except yaml.MarkedYAMLError as error:
        raise TextFaultsError([*reader.faults, _describe(error)][:MAX_PROBLEMS]) from error
    if reader.faults:
        raise TextFaultsError(reader.faults[:MAX_PROBLEMS])
    return root


def _events_of(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(any_version(text), Loader=yaml.SafeLoader)
    return events


def _describe(error: yaml.MarkedYAMLError) -> TextFault:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or "not YAML"
    if error.context == "while scanning an alias" and error.context_mark is not None:
        return TextFault(error.context_mark.index, ALIAS)
    begins = _NO_BEGIN.search(said)
    if begins is not None:
        said = f"`{begins[1]}` begins no text: one that begins so is written in quotes"
    elif error.context == "while scanning a quoted scalar" and said == "found unexpected end of stream":
        said = OPEN_QUOTES
    elif (error.context or "").startswith("while parsing a flow ") and said.endswith("but got '<stream end>'"):
        said = OPEN_BRACKETS
    elif "'\\t'" in said:
        said = TAB
    elif error.problem and error.context:
        said = f"{error.context}: {error.problem}"
    message = " ".join(said.split()).rstrip(".")
    return TextFault(mark.index if mark is not None else 0, message[:1].lower() + message[1:])
