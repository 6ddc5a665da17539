"""Keywords that look at a value by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...decide import canonical_json, join_surrogates, own_keys, utf16_length
from ...decide.numbers import is_finite, is_number, is_safe_integer
from ...expr.matcher import PatternRefused
from ..compile_pattern import compile_pattern
from ..problems import is_object, list_names
from .decimals import is_multiple
from .formats import FORMATS
from .schema_types import Check, CompileKeyword, KeywordContext, SchemaRun, Seen


def _is_integer(value: Any) -> bool:
    return is_number(value) and is_finite(value) and float(value).is_integer()


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "object": is_object,
    "array": lambda value: isinstance(value, (list, tuple)),
    "number": is_number,
    "integer": _is_integer,
    "string": lambda value: isinstance(value, str),
}


def _type(value: Any, context: KeywordContext) -> Check | None:
    names = list(value) if isinstance(value, (list, tuple)) else [value]
    tests = [_TYPES[name] for name in names if isinstance(name, str) and name in _TYPES]
    if not tests or len(tests) < len(names):
        return context.refuse(f"expected {list_names(_TYPES)}")
    if len(tests) == 1:
        first = tests[0]
        return lambda item, run, _: first(item) or run.fail("type")
    return lambda item, run, _: any(test(item) for test in tests) or run.fail("type")


def _equals_one_of(values: Any, keyword: str) -> Check:
    texts = frozenset(canonical_json(value) for value in values)

    def check(value: Any, run: SchemaRun, _: Seen | None) -> bool:
        text = canonical_json(value)
        run.charge(utf16_length(text))
        return text in texts or run.fail(keyword)

    return check


def _const(value: Any, _: KeywordContext) -> Check:
    return _equals_one_of([value], "const")


def _enum(values: Any, context: KeywordContext) -> Check | None:
    if isinstance(values, (list, tuple)):
        return _equals_one_of(values, "enum")
    return context.refuse("expected a list of values")


def _number_limit(holds: Callable[[float, float], bool]) -> CompileKeyword:
    def compile_keyword(limit: Any, context: KeywordContext) -> Check | None:
        if not is_number(limit) or not is_finite(limit):
            return context.refuse("expected a number")
        keyword = context.keyword
        return lambda value, run, _: not is_number(value) or holds(value, limit) or run.fail(keyword)

    return compile_keyword


def _size_limit(measure: Callable[[Any, SchemaRun], int | None], *, most: bool) -> CompileKeyword:
    """A limit on what `measure` gives for values that it concerns."""

    def compile_keyword(limit: Any, context: KeywordContext) -> Check | None:
        bound = read_count(limit, context)
        if bound is None:
            return None
        keyword = context.keyword

        def check(value: Any, run: SchemaRun, _: Seen | None) -> bool:
            size = measure(value, run)
            return size is None or (size <= bound if most else size >= bound) or run.fail(keyword)

        return check

    return compile_keyword


def read_count(value: Any, context: KeywordContext) -> int | None:
    """A whole number from 0."""
    if is_safe_integer(value) and value >= 0:
        return int(value)
    context.refuse("expected a whole number from 0")
    return None


def _text_size(value: Any, run: SchemaRun) -> int | None:
    """Code points."""
    if not isinstance(value, str):
        return None
    run.charge(utf16_length(value))
    return len(join_surrogates(value))


def _list_size(value: Any, _: SchemaRun) -> int | None:
    return len(value) if isinstance(value, (list, tuple)) else None


def _object_size(value: Any, _: SchemaRun) -> int | None:
    return len(value) if is_object(value) else None


def _is_name_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)


def _required(names: Any, context: KeywordContext) -> Check | None:
    if not _is_name_list(names):
        return context.refuse("expected a list of names")
    return lambda value, run, _: not is_object(value) or all(name in value for name in names) or run.fail("required")


def _dependent_required(value: Any, context: KeywordContext) -> Check | None:
    if not is_object(value) or not all(_is_name_list(names) for names in value.values()):
        return context.refuse("expected an object of lists of names")
    rules = [(name, value[name]) for name in own_keys(value)]

    def check(item: Any, run: SchemaRun, _: Seen | None) -> bool:
        if not is_object(item):
            return True
        holds = all(name not in item or all(other in item for other in others) for name, others in rules)
        return holds or run.fail("dependentRequired")

    return check


def read_pattern(source: Any, context: KeywordContext, at: str) -> Callable[[str], bool] | None:
    """A pattern in RE2's syntax; a text that matches anywhere satisfies it."""
    if not isinstance(source, str):
        context.refuse("expected a pattern", at)
        return None
    compiled = compile_pattern(source)
    if not isinstance(compiled, PatternRefused):
        return compiled
    context.refuse(f"pattern refused at position {compiled.position}: {compiled.message}", at)
    return None


def _pattern(source: Any, context: KeywordContext) -> Check | None:
    test = read_pattern(source, context, context.pointer)
    if test is None:
        return None

    def check(value: Any, run: SchemaRun, _: Seen | None) -> bool:
        if not isinstance(value, str):
            return True
        run.charge(utf16_length(value))
        return test(value) or run.fail("pattern")

    return check


def _format(name: Any, context: KeywordContext) -> Check | None:
    test = FORMATS.get(name) if isinstance(name, str) else None
    if test is None:
        return context.refuse(f"expected {list_names(FORMATS)}")

    def check(value: Any, run: SchemaRun, _: Seen | None) -> bool:
        if not isinstance(value, str):
            return True
        run.charge(utf16_length(value))
        return test(value) or run.fail("format")

    return check


def _unique_items(wanted: Any, context: KeywordContext) -> Check | None:
    if not isinstance(wanted, bool):
        return context.refuse("expected a boolean")
    if not wanted:
        return None

    def check(value: Any, run: SchemaRun, _: Seen | None) -> bool:
        if not isinstance(value, (list, tuple)):
            return True
        found: set[str] = set()
        for item in value:
            text = canonical_json(item)
            run.charge(utf16_length(text))
            if text in found:
                return run.fail("uniqueItems")
            found.add(text)
        return True

    return check


def _multiple_of(divisor: Any, context: KeywordContext) -> Check | None:
    if not is_number(divisor) or not is_finite(divisor) or divisor <= 0:
        return context.refuse("expected a number above 0")
    return lambda value, run, _: not is_number(value) or is_multiple(value, divisor) or run.fail("multipleOf")


# In the order in which they are judged.
ASSERTIONS: dict[str, CompileKeyword] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _number_limit(lambda value, limit: value >= limit),
    "maximum": _number_limit(lambda value, limit: value <= limit),
    "exclusiveMinimum": _number_limit(lambda value, limit: value > limit),
    "exclusiveMaximum": _number_limit(lambda value, limit: value < limit),
    "multipleOf": _multiple_of,
    "minLength": _size_limit(_text_size, most=False),
    "maxLength": _size_limit(_text_size, most=True),
    "pattern": _pattern,
    "format": _format,
    "minItems": _size_limit(_list_size, most=False),
    "maxItems": _size_limit(_list_size, most=True),
    "uniqueItems": _unique_items,
    "minProperties": _size_limit(_object_size, most=False),
    "maxProperties": _size_limit(_object_size, most=True),
    "required": _required,
    "dependentRequired": _dependent_required,
}
