"""JSON Schemas as written, compiled to closures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from ...._gen.tables import MAX_SCHEMA_DEPTH, MAX_SCHEMA_STEPS
from ...decide import own_keys
from ..problems import ProblemList, describe_type, is_object, point_to, show_name
from ..suggest import suggest
from .applicators import APPLICATORS
from .assertions import ASSERTIONS
from .schema_types import Check, CompileKeyword, KeywordContext, SchemaRun, Seen, TooMuchWork

# Keywords that say nothing about which values are right.
_ANNOTATIONS = (
    "$comment",
    "title",
    "description",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "examples",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "$defs",
    "definitions",
    "$anchor",
    "$schema",
    "$id",
)

_UNSUPPORTED = {
    "$dynamicRef": "write `$ref`",
    "$dynamicAnchor": "write `$anchor`",
    "$recursiveRef": "write `$ref`",
    "$recursiveAnchor": "write `$anchor`",
    "$vocabulary": "it belongs into meta-schemas",
    "dependencies": "write `dependentRequired` or `dependentSchemas`",
    "additionalItems": "write `prefixItems` and `items`",
}

# Keywords are judged in this order in every language; what looks at the rest comes last.
_KEYWORDS: dict[str, CompileKeyword] = {**ASSERTIONS, **APPLICATORS}
_DIALECT = re.compile(r"https?://json-schema\.org/draft/2020-12/schema#?")
_ANCHOR = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*")
_INDEX = re.compile("(?:0|[1-9][0-9]*)")
_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_VALUES = frozenset({"const", "enum", "default", "examples"})
_MISSING = object()


@dataclass(frozen=True, slots=True)
class SchemaFinding:
    """What a value breaks: the keyword, and a JSON pointer into the value."""

    path: str
    keyword: str


class SchemaProgram:
    """A schema, ready to judge values."""

    __slots__ = ("_check",)

    def __init__(self, check: Check) -> None:
        self._check = check

    def check(self, value: Any) -> SchemaFinding | str | None:
        """The first keyword that a value breaks; None when it satisfies the schema; `too_much` without an answer."""
        run = SchemaRun()
        try:
            return None if self._check(value, run, None) else SchemaFinding(run.path, run.keyword)
        except TooMuchWork:
            return "too_much"


def compile_schema(document: Any, pointer: str, problems: ProblemList) -> SchemaProgram | None:
    """A JSON Schema (2020-12) as closures.

    What is not known, reaches outside the document or never ends is a problem when written, none is passed over: see
    SPECIFICATION P-21. Never raises.
    """
    before = problems.count
    compiler = _Compiler(document, pointer, problems)
    check = compiler.compile_at(document, "")
    circle = _find_circle(compiler.in_place_of)
    if circle is not None:
        problems.add(pointer + circle, "refers to itself without looking at a smaller value")
    return None if problems.count > before else SchemaProgram(check)


class _Compiler:
    def __init__(self, document: Any, pointer: str, problems: ProblemList) -> None:
        self.document = document
        self.pointer = pointer
        self.problems = problems
        root_id = document.get("$id") if is_object(document) else None
        self.root_id = root_id if isinstance(root_id, str) else None
        self.anchors: dict[str, str] = {}
        self.checks: dict[str, Check] = {}
        # Which schemas look at the same value as which others: a circle among them never ends.
        self.in_place_of: dict[str, dict[str, None]] = {}
        _collect_anchors(
            document,
            "",
            self.anchors,
            lambda at: problems.add(f"{pointer}{at}/$anchor", "is used twice, or is no name"),
        )

    def compile_at(self, schema: Any, at: str) -> Check:
        known = self.checks.get(at)
        if known is not None:
            return known
        compiled: Check | None = None

        def check(value: Any, run: SchemaRun, seen: Seen | None) -> bool:
            run.steps += 1
            if run.steps > MAX_SCHEMA_STEPS or run.depth >= MAX_SCHEMA_DEPTH:
                raise TooMuchWork
            run.depth += 1
            holds = compiled(value, run, seen)  # type: ignore[misc]
            run.depth -= 1
            return holds

        self.checks[at] = check
        compiled = self._compile_one(schema, at)
        return check

    def _compile_one(self, schema: Any, at: str) -> Check:
        if isinstance(schema, bool):
            return (lambda *_: True) if schema else (lambda _, run, __: run.fail("false"))
        if not is_object(schema):
            self.problems.add(
                self.pointer + at, f"expected a schema: an object or a boolean, got {describe_type(schema)}"
            )
            return lambda *_: True
        self._refuse_unknown(schema, at)
        parts = []
        for keyword, compile_keyword in _KEYWORDS.items():
            if keyword in schema:
                part = compile_keyword(schema[keyword], self._create_context(keyword, schema, at))
                if part is not None:
                    parts.append(part)
        for container in ("$defs", "definitions"):
            defs: Any = schema.get(container, _MISSING)
            if is_object(defs):
                for name in own_keys(defs):
                    self.compile_at(defs[name], point_to(point_to(at, container), name))
            elif defs is not _MISSING:
                self.problems.add(f"{self.pointer}{at}/{container}", "expected an object of schemas")
        return _join(parts, "unevaluatedProperties" in schema or "unevaluatedItems" in schema)

    def _refuse_unknown(self, schema: dict[str, Any], at: str) -> None:
        for key in own_keys(schema):
            if key in _KEYWORDS:
                continue
            place = point_to(self.pointer + at, key)
            instead = _UNSUPPORTED.get(key)
            if instead is not None:
                self.problems.add(place, f"keyword `{key}` is not supported: {instead}")
            elif key not in _ANNOTATIONS:
                near = suggest(key, [*_KEYWORDS, *_ANNOTATIONS])
                hint = "" if near is None else f", did you mean `{near}`?"
                self.problems.add(place, f"unknown keyword `{show_name(key)}`{hint}")
            elif key == "$schema" and not (isinstance(schema[key], str) and _DIALECT.fullmatch(schema[key])):
                self.problems.add(place, "only `https://json-schema.org/draft/2020-12/schema` can be judged")
            elif key == "$id" and at != "":
                self.problems.add(place, "`$id` is read at the root only")

    def _create_context(self, keyword: str, schema: dict[str, Any], at: str) -> KeywordContext:
        def compile_inner(inner: Any, inner_at: str, in_place: bool) -> Check:
            if in_place:
                self._link(at, inner_at)
            return self.compile_at(inner, inner_at)

        def refer(reference: str, origin: str) -> Check:
            target = self._resolve(reference)
            if target is None:
                self.problems.add(
                    self.pointer + origin, "nothing in this document has that name; only `#…` can be referred to"
                )
                return lambda *_: True
            self._link(at, target[1])
            return self.compile_at(*target)

        def tell(message: str, where: str) -> None:
            self.problems.add(self.pointer + where, message)

        return KeywordContext(keyword, schema, point_to(at, keyword), compile_inner, refer, tell)

    def _link(self, origin: str, to: str) -> None:
        self.in_place_of.setdefault(origin, {})[to] = None

    def _resolve(self, reference: str) -> tuple[Any, str] | None:
        """What a reference names, and its place."""
        base, _, encoded = reference.partition("#")
        if base not in ("", self.root_id):
            return None
        fragment = _decode_fragment(encoded)
        if fragment is None:
            return None
        at = fragment
        if fragment != "" and not fragment.startswith("/"):
            named = self.anchors.get(fragment)
            if named is None:
                return None
            at = named
        schema = _follow(self.document, at)
        return None if schema is _MISSING else (schema, at)


def _join(parts: Sequence[Check], gathers: bool) -> Check:
    """All keywords of one schema. Where something asks what was left over, what was seen is gathered."""
    if not gathers:
        if not parts:
            return lambda *_: True
        if len(parts) == 1:
            return parts[0]

        def check(value: Any, run: SchemaRun, seen: Seen | None) -> bool:
            for part in parts:  # noqa: SIM110 - a generator would be one more frame
                if not part(value, run, seen):
                    return False
            return True

        return check

    def gather(value: Any, run: SchemaRun, seen: Seen | None) -> bool:
        own = Seen()
        for part in parts:
            if not part(value, run, own):
                return False
        if seen is not None:
            seen.merge(own)
        return True

    return gather


def _decode_fragment(text: str) -> str | None:
    if _BAD_PERCENT.search(text):
        return None
    try:
        return unquote_to_bytes(text).decode("utf-8") if "%" in text else text
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None


def _follow(document: Any, pointer: str) -> Any:
    """What a JSON pointer names."""
    value = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, (list, tuple)):
            value = value[int(name)] if _INDEX.fullmatch(name) and int(name) < len(value) else _MISSING
        elif is_object(value):
            value = value.get(name, _MISSING)
        else:
            return _MISSING
    return value


def _collect_anchors(node: Any, at: str, anchors: dict[str, str], refuse: Callable[[str], None]) -> None:
    """Names that schemas of the document give themselves. Values that are no schemas are passed over."""
    if isinstance(node, (list, tuple)):
        for index, item in enumerate(node):
            _collect_anchors(item, point_to(at, index), anchors, refuse)
    if not is_object(node):
        return
    is_map = at[at.rfind("/") + 1 :] in _MAPS
    if "$anchor" in node and not is_map:
        anchor = node["$anchor"]
        if not isinstance(anchor, str) or not _ANCHOR.fullmatch(anchor) or anchor in anchors:
            refuse(at)
        else:
            anchors[anchor] = at
    for name in own_keys(node):
        if is_map or name not in _VALUES:
            _collect_anchors(node[name], point_to(at, name), anchors, refuse)


def _find_circle(edges: dict[str, dict[str, None]]) -> str | None:
    """A schema from which one comes back to it without leaving the value."""
    state: dict[str, str] = {}

    def visit(at: str) -> str | None:
        known = state.get(at)
        if known is not None:
            return at if known == "open" else None
        state[at] = "open"
        for after in edges.get(at, ()):
            found = visit(after)
            if found is not None:
                return found
        state[at] = "done"
        return None

    for at in edges:
        found = visit(at)
        if found is not None:
            return found
    return None
