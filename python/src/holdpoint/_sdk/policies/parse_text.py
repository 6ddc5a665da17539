"""The text of a YAML or JSON file as plain JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from ..._core import CompileProblem

_MAX_NODES = 1_000_000
_MAX_DEPTH = 100

# The core schema of YAML 1.2: `yes` and `no` are texts, as they are in every other reader of these files.
_SCALARS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("null", re.compile(r"|~|null|Null|NULL")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")),
    ("special", re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")),
)
_TAGS = {"null": "null", "bool": "bool", "int": "int", "float": "float", "str": "str"}


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A policy file as read: its value, and the tree of nodes in which a place can be found again."""

    value: Any
    root: yaml.Node | None
    text: str


class ParseError(Exception):
    """A text that cannot be read; `problem` says where, by line and column (from 1)."""

    def __init__(self, problem: CompileProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_policy_text(text: str, file: str) -> ParsedText:
    """The text of a YAML or JSON file as plain JSON. Raises ParseError."""
    try:
        if file.endswith(".json"):
            # The strict reader finds what is wrong; the tree below only serves to find places.
            json.loads(text, parse_constant=_refuse_constant)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        value = _Reader(file).read(root, 1, ()) if root is not None else None
    except ParseError:
        raise
    except json.JSONDecodeError as error:
        message = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise ParseError(CompileProblem("", message, None, file, error.lineno, error.colno)) from error
    except yaml.MarkedYAMLError as error:
        raise ParseError(_describe_yaml_error(error, file)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        raise ParseError(
            CompileProblem("", "a character that YAML does not allow", None, file, line, column)
        ) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise ParseError(CompileProblem("", "cannot be read: not plain data", None, file)) from error
    return ParsedText(value, root, text)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _describe_yaml_error(error: yaml.MarkedYAMLError, file: str) -> CompileProblem:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or "not YAML"
    if error.problem and error.context:
        said = f"{error.context}: {error.problem}"
    message = " ".join(said.split()).rstrip(".")
    message = message[:1].lower() + message[1:]
    if mark is None:
        return CompileProblem("", message, None, file)
    return CompileProblem("", message, None, file, mark.line + 1, mark.column + 1)


class _Reader:
    """Nodes to plain values, bounded: aliases are followed, but not without end."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._nodes_left = _MAX_NODES

    def read(self, node: yaml.Node, depth: int, open_nodes: tuple[int, ...]) -> Any:
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise ParseError(CompileProblem("", "cannot be read: too many aliases", None, self._file))
        if depth > _MAX_DEPTH or id(node) in open_nodes:
            raise ParseError(CompileProblem("", "cannot be read: not plain data", None, self._file))
        inside = (*open_nodes, id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, depth + 1, inside) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._read_members(node, depth, inside)
        return self._read_scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _read_members(self, node: yaml.MappingNode, depth: int, inside: tuple[int, ...]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refuse(key, "expected a name before the colon")
            name = name_of(key)
            if name in members:
                raise self._refuse(key, f"`{name[:64]}` is given twice")
            members[name] = self.read(value, depth + 1, inside)
        return members

    def _read_scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        if node.style is not None or (tag == "str" and _is_tagged(node)):
            return text
        for kind, pattern in _SCALARS:
            if pattern.fullmatch(text):
                return _convert(kind, text)
        return text

    def _refuse(self, node: yaml.Node, message: str) -> ParseError:
        mark = node.start_mark
        return ParseError(CompileProblem("", message, None, self._file, mark.line + 1, mark.column + 1))


def _is_tagged(node: yaml.Node) -> bool:
    """True when the text itself carries the tag (`!!str 5`)."""
    mark = node.start_mark
    return bool(mark.buffer is not None and mark.buffer[mark.pointer : mark.pointer + 1] == "!")


def _convert(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text, 0) if text[:2] in ("0o", "0x") else _to_number(int(text))
    if kind == "float":
        return float(text)
    return float(text.replace(".", ""))


def _to_number(value: int) -> float:
    """Whole numbers beyond 2^53 are doubles, as in every other reader of these files."""
    return value if abs(value) < 2**53 else float(value)


def name_of(key: yaml.ScalarNode) -> str:
    """The name that a key gives, as JSON has it."""
    text: str = key.value
    return text
