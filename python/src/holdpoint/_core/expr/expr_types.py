"""Types of CEL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

ExprType: TypeAlias = "str | Mapping[str, Any]"
"""A CEL type as written, or `{"fields": {name: type}}`: a closed record of named fields."""


@dataclass(frozen=True, slots=True)
class Type:
    """A CEL type as checked. The kind `free` is the item type of an empty list: it joins with anything."""

    kind: str
    args: tuple[Type, ...] = ()
    name: str = ""
    fields: Mapping[str, Type] = field(default_factory=dict)


_SIMPLE = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration", "null", "dyn", "free", "error"]
TYPES: dict[str, Type] = {kind: Type(kind) for kind in _SIMPLE}
DYN = TYPES["dyn"]
BOOL = TYPES["bool"]
STRING = TYPES["string"]
ERROR = TYPES["error"]
FREE = TYPES["free"]


def list_of(item: Type) -> Type:
    """Return the type of lists of an item type."""
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of maps."""
    return Type("map", (key, value))


def parse_type(source: ExprType) -> Type | None:
    """Return the type of `list(string)`, `map(string, dyn)`, `A`, or None when the text is none."""
    if not isinstance(source, str):
        fields = source.get("fields") if isinstance(source, Mapping) else None
        if not isinstance(fields, Mapping):
            return None
        parsed: dict[str, Type] = {}
        for name, written in fields.items():
            one = parse_type(written)
            if one is None:
                return None
            parsed[name] = one
        return Type("record", fields=parsed)
    text = source.replace(" ", "")
    if len(text) > 256:
        return None
    if re.fullmatch(r"[A-Z]", text):
        return Type("param", name=text)
    if text.endswith(")"):
        head, _, rest = text.partition("(")
        parts = [parse_type(part) for part in _split_arguments(rest[:-1])]
        known = tuple(part for part in parts if part is not None)
        if len(known) != len(parts) or {"list": 1, "type": 1, "map": 2}.get(head) != len(parts):
            return None
        return Type(head, known)
    return TYPES.get(text) if text not in ("free", "error") else None


def _split_arguments(text: str) -> list[str]:
    parts: list[str] = []
    depth = 0
    start = 0
    for index, char in enumerate(text):
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts


def format_type(of: Type) -> str:
    """Return a type as it is written."""
    if of.kind == "list":
        return f"list({format_type(of.args[0])})"
    if of.kind == "map":
        return f"map({format_type(of.args[0])}, {format_type(of.args[1])})"
    if of.kind == "type":
        return "type" if of.args[0].kind == "dyn" else f"type({format_type(of.args[0])})"
    if of.kind == "param":
        return of.name
    if of.kind == "record":
        return "{" + ", ".join(of.fields) + "}"
    return "dyn" if of.kind in ("free", "error") else of.kind


def is_dyn(of: Type) -> bool:
    """Tell whether a type is not known when written."""
    return of.kind in ("dyn", "free", "error")


def is_number(of: Type) -> bool:
    """Tell whether a type is int, uint or double."""
    return of.kind in ("int", "uint", "double")


_RECORD_AS_MAP = map_of(STRING, DYN)


def join_types(a: Type, b: Type) -> Type | None:
    """Return the least type both fit, None when there is none but dyn."""
    if a is b or b.kind in ("free", "error"):
        return a
    if a.kind in ("free", "error"):
        return b
    if a.kind == "dyn":
        return a
    if b.kind == "dyn":
        return b
    if a.kind == "record" and b.kind == "record":
        return _RECORD_AS_MAP
    if a.kind == "record" and b.kind == "map":
        return join_types(_RECORD_AS_MAP, b)
    if b.kind == "record" and a.kind == "map":
        return join_types(a, _RECORD_AS_MAP)
    if a.kind == "type" and b.kind == "type":
        return Type("type", (DYN,))
    if a.kind != b.kind:
        return None
    joined = [join_types(x, y) for x, y in zip(a.args, b.args, strict=True)]
    known = tuple(one for one in joined if one is not None)
    if len(known) != len(joined):
        return None
    return Type(a.kind, known) if known else a


def match_type(declared: Type, argument: Type, bindings: dict[str, Type]) -> bool:
    """Bind the parameters of a declared type so that an argument fits it; False when it cannot."""
    if declared.kind == "param":
        before = bindings.get(declared.name)
        joined = argument if before is None else join_types(before, argument)
        if joined is None:
            return False
        bindings[declared.name] = joined
        return True
    if is_dyn(declared):
        return True
    if is_dyn(argument):
        _bind_dyn(declared, bindings)
        return True
    if argument.kind == "record" and declared.kind == "map":
        return match_type(declared, _RECORD_AS_MAP, bindings)
    if declared.kind != argument.kind:
        return False
    return all(match_type(x, y, bindings) for x, y in zip(declared.args, argument.args, strict=True))


def _bind_dyn(declared: Type, bindings: dict[str, Type]) -> None:
    if declared.kind == "param":
        bindings[declared.name] = DYN
    elif declared.kind in ("list", "map"):
        for part in declared.args:
            _bind_dyn(part, bindings)


def substitute(of: Type, bindings: Mapping[str, Type]) -> Type:
    """Return a declared type with its parameters replaced."""
    if of.kind == "param":
        return bindings.get(of.name, DYN)
    return Type(of.kind, tuple(substitute(part, bindings) for part in of.args)) if of.args else of


def format_types(of: Sequence[Type]) -> str:
    """Return types joined for a message."""
    return " and ".join(format_type(one) for one in of) or "no arguments"
