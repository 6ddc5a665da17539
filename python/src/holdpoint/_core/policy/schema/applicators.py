"""Keywords that hand values to other schemas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...decide import own_keys, utf16_length
from ..problems import is_object, point_to
from .assertions import read_count, read_pattern
from .schema_types import Check, CompileKeyword, KeywordContext, SchemaRun, Seen


def _descend(check: Check, value: Any, run: SchemaRun, step: str | int) -> bool:
    """Judges one member or item; the pointer of what fails grows on the way back."""
    if check(value, run, None):
        return True
    run.path = point_to("", step) + run.path
    return False


def _apply(check: Check, value: Any, run: SchemaRun, seen: Seen | None) -> bool:
    """Judges the same value by another schema; what that looked at counts only when it holds."""
    if seen is None:
        return check(value, run, None)
    own = Seen()
    if not check(value, run, own):
        return False
    seen.merge(own)
    return True


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _read_schemas(value: Any, context: KeywordContext, *, in_place: bool) -> list[Check] | None:
    if not _is_list(value) or not value:
        context.refuse("expected a list of schemas")
        return None
    return [context.compile(one, point_to(context.pointer, index), in_place) for index, one in enumerate(value)]


def _read_members(value: Any, context: KeywordContext, *, in_place: bool = False) -> list[tuple[str, Check]] | None:
    if not is_object(value):
        context.refuse("expected an object of schemas")
        return None
    return [(name, context.compile(value[name], point_to(context.pointer, name), in_place)) for name in own_keys(value)]


def _ref(reference: Any, context: KeywordContext) -> Check | None:
    if not isinstance(reference, str):
        return context.refuse("expected a reference, for example `#/$defs/name`")
    check = context.refer(reference, context.pointer)
    return lambda value, run, seen: _apply(check, value, run, seen)


def _all_of(value: Any, context: KeywordContext) -> Check | None:
    checks = _read_schemas(value, context, in_place=True)
    if checks is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        for one in checks:  # noqa: SIM110 - a generator would be one more frame
            if not _apply(one, item, run, seen):
                return False
        return True

    return check


def _any_of(value: Any, context: KeywordContext) -> Check | None:
    checks = _read_schemas(value, context, in_place=True)
    if checks is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        holds = False
        for one in checks:
            if not _apply(one, item, run, seen):
                continue
            holds = True
            # Later ones are only asked for what they look at.
            if seen is None:
                break
        return holds or run.fail("anyOf")

    return check


def _one_of(value: Any, context: KeywordContext) -> Check | None:
    checks = _read_schemas(value, context, in_place=True)
    if checks is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        count = 0
        for one in checks:
            if _apply(one, item, run, seen):
                count += 1
                if count > 1:
                    break
        return count == 1 or run.fail("oneOf")

    return check


def _not(value: Any, context: KeywordContext) -> Check:
    check = context.compile(value, context.pointer, True)
    return lambda item, run, _: not check(item, run, None) or run.fail("not")


def _if(value: Any, context: KeywordContext) -> Check:
    condition = context.compile(value, context.pointer, True)

    def branch(name: str) -> Check | None:
        if name not in context.schema:
            return None
        return context.compile(context.schema[name], context.pointer[:-2] + name, True)

    yes, no = branch("then"), branch("else")

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        chosen = yes if _apply(condition, item, run, seen) else no
        return chosen is None or _apply(chosen, item, run, seen)

    return check


def _branch_alone(value: Any, context: KeywordContext) -> Check | None:
    """`then` and `else` are read with `if`; without it they are only checked."""
    if "if" not in context.schema:
        context.compile(value, context.pointer, True)
    return None


def _dependent_schemas(value: Any, context: KeywordContext) -> Check | None:
    rules = _read_members(value, context, in_place=True)
    if rules is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not is_object(item):
            return True
        for name, one in rules:  # noqa: SIM110 - a generator would be one more frame
            if name in item and not _apply(one, item, run, seen):
                return False
        return True

    return check


def _prefix_items(value: Any, context: KeywordContext) -> Check | None:
    checks = _read_schemas(value, context, in_place=False)
    if checks is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not _is_list(item):
            return True
        for index, (one, inner) in enumerate(zip(checks, item, strict=False)):
            if not _descend(one, inner, run, index):
                return False
            if seen is not None:
                seen.items.add(index)
        return True

    return check


def _items(value: Any, context: KeywordContext) -> Check:
    one = context.compile(value, context.pointer, False)
    prefix = context.schema.get("prefixItems")
    first = len(prefix) if isinstance(prefix, (list, tuple)) else 0

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not _is_list(item):
            return True
        for index in range(first, len(item)):
            if not _descend(one, item[index], run, index):
                return False
        if seen is not None:
            seen.all_items = True
        return True

    return check


def _contains(value: Any, context: KeywordContext) -> Check | None:
    one = context.compile(value, context.pointer, False)
    quiet = replace(context, tell=_ignore)

    def bound(name: str, fallback: float) -> float | None:
        return read_count(context.schema[name], quiet) if name in context.schema else fallback

    least, most = bound("minContains", 1), bound("maxContains", math.inf)
    if least is None or most is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not _is_list(item):
            return True
        count = 0
        for index, inner in enumerate(item):
            if one(inner, run, None):
                count += 1
                if seen is not None:
                    seen.items.add(index)
        if count < least:
            return run.fail("contains" if least == 1 else "minContains")
        return count <= most or run.fail("maxContains")

    return check


def _ignore(_message: str, _where: str) -> None:
    """What is wrong is told once, where it stands."""


def _contains_bound(value: Any, context: KeywordContext) -> Check | None:
    """Read with `contains`."""
    read_count(value, context)
    return None


def _properties(value: Any, context: KeywordContext) -> Check | None:
    rules = _read_members(value, context)
    if rules is None:
        return None

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not is_object(item):
            return True
        for name, one in rules:
            if name not in item:
                continue
            if not _descend(one, item[name], run, name):
                return False
            if seen is not None:
                seen.properties.add(name)
        return True

    return check


def _read_patterns(value: Any, context: KeywordContext) -> list[tuple[Callable[[str], bool], str]]:
    if not is_object(value):
        return []
    read = []
    for source in own_keys(value):
        test = read_pattern(source, context, point_to(context.pointer, source))
        if test is not None:
            read.append((test, source))
    return read


def _pattern_properties(value: Any, context: KeywordContext) -> Check | None:
    members = _read_members(value, context)
    if members is None:
        return None
    checks = dict(members)
    rules = [(test, checks[source]) for test, source in _read_patterns(value, context)]

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not is_object(item):
            return True
        for name in own_keys(item):
            for test, one in rules:
                run.steps += 1 + (utf16_length(name) >> 4)
                if not test(name):
                    continue
                if not _descend(one, item[name], run, name):
                    return False
                if seen is not None:
                    seen.properties.add(name)
        return True

    return check


def _additional_properties(value: Any, context: KeywordContext) -> Check:
    one = context.compile(value, context.pointer, False)
    properties = context.schema.get("properties")
    named = frozenset(properties) if isinstance(properties, dict) else frozenset()
    patterns = _read_patterns(context.schema.get("patternProperties"), replace(context, tell=_ignore))

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not is_object(item):
            return True
        for name in own_keys(item):
            run.steps += 1 + len(patterns) * (utf16_length(name) >> 4)
            if name in named or any(test(name) for test, _ in patterns):
                continue
            if not _descend(one, item[name], run, name):
                return _fail_at_member(run, context, name) if value is False else False
            if seen is not None:
                seen.properties.add(name)
        return True

    return check


def _fail_at_member(run: SchemaRun, context: KeywordContext, step: str | int) -> bool:
    """A member that should not be there breaks the keyword, not the schema `false`."""
    run.keyword = context.keyword
    run.path = point_to("", step)
    return False


def _property_names(value: Any, context: KeywordContext) -> Check:
    one = context.compile(value, context.pointer, False)

    def check(item: Any, run: SchemaRun, _: Seen | None) -> bool:
        if not is_object(item):
            return True
        return all(one(name, run, None) for name in own_keys(item)) or run.fail("propertyNames")

    return check


def _unevaluated_items(value: Any, context: KeywordContext) -> Check:
    one = context.compile(value, context.pointer, False)

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not _is_list(item) or seen is None or seen.all_items:
            return True
        for index, inner in enumerate(item):
            if index in seen.items:
                continue
            if not _descend(one, inner, run, index):
                return _fail_at_member(run, context, index) if value is False else False
        seen.all_items = True
        return True

    return check


def _unevaluated_properties(value: Any, context: KeywordContext) -> Check:
    one = context.compile(value, context.pointer, False)

    def check(item: Any, run: SchemaRun, seen: Seen | None) -> bool:
        if not is_object(item) or seen is None or seen.all_properties:
            return True
        for name in own_keys(item):
            if name in seen.properties:
                continue
            if not _descend(one, item[name], run, name):
                return _fail_at_member(run, context, name) if value is False else False
        seen.all_properties = True
        return True

    return check


# In the order in which they are judged.
APPLICATORS: dict[str, CompileKeyword] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "prefixItems": _prefix_items,
    "items": _items,
    "minContains": _contains_bound,
    "maxContains": _contains_bound,
    "contains": _contains,
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "then": _branch_alone,
    "else": _branch_alone,
    "dependentSchemas": _dependent_schemas,
    "unevaluatedItems": _unevaluated_items,
    "unevaluatedProperties": _unevaluated_properties,
}
