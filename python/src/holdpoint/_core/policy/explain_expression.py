"""Which part of an expression decided, and with which values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..._gen.messages import ExpressionExplanation, ExpressionPart
from ..._gen.tables import MAX_EXPLAINED_CHARS
from ..decide import canonical_json, es_number
from ..expr import (
    CelDuration,
    CelMap,
    CelTimestamp,
    CelType,
    CelUint,
    ExprBindings,
    ExprEnv,
    ExprResult,
    compile_expression,
)
from ..expr.lexer import Token, tokenize
from .compile_pattern import compile_pattern


@dataclass(frozen=True, slots=True)
class ExplainableExpression:
    """An expression of a rule, and what it is evaluated with. `path`: a JSON pointer into the rule."""

    path: str
    source: str
    environment: ExprEnv
    bindings: ExprBindings


@dataclass(frozen=True, slots=True)
class _Reader:
    expression: ExplainableExpression
    tokens: list[Token]


class _Range(NamedTuple):
    """Tokens from `start` up to, not including, `end`."""

    start: int
    end: int


_OPENS = frozenset("([{")
_CLOSES = frozenset(")]}")
_RELATIONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})
_CONSTANTS = frozenset({"true", "false", "null"})
# Names whose texts are the user's own.
_TEXTS = frozenset({"input", "output", "result"})


def explain_expression(expression: ExplainableExpression) -> ExpressionExplanation:
    """The sub-expression that decided what an expression came to, with the values that it reads. Never raises.

    Of `a && b` the operand that is false, of `a || b` the one that is true, of an error the part that failed
    (SPECIFICATION D-42).
    """
    try:
        reader = _Reader(expression, tokenize(expression.source))
        whole = _Range(0, len(reader.tokens) - 1)
        result = _outcome_of(_evaluate(reader, whole))
        decided = _narrow(reader, whole)
        parts = tuple(_list_parts(reader, decided))
        return ExpressionExplanation(expression.path, result, _describe(reader, decided), parts)
    except Exception:  # noqa: BLE001
        return ExpressionExplanation(expression.path, "error", ExpressionPart("", 0, 0, 1, 1, "error"), ())


def _evaluate(reader: _Reader, piece: _Range, wrap: str = "") -> ExprResult | None:
    text = _text_of(reader, piece)
    source = f"{wrap}({text})" if wrap else text
    compiled = compile_expression(source, reader.expression.environment, compile_pattern=compile_pattern)
    return compiled.program.evaluate(reader.expression.bindings) if compiled.program is not None else None


def _outcome_of(result: ExprResult | None) -> str:
    if result is not None and result.ok and isinstance(result.value, bool):
        return "true" if result.value else "false"
    return "error"


def _narrow(reader: _Reader, written: _Range) -> _Range:
    """Follows the operators that settle an outcome with one of their operands."""
    piece = _without_brackets(reader, written)
    conditional = _find_conditional(reader, piece)
    if conditional is not None:
        condition, yes, no = conditional
        outcome = _outcome_of(_evaluate(reader, condition))
        return _narrow(reader, yes if outcome == "true" else no if outcome == "false" else condition)
    for operator, settling in (("||", "true"), ("&&", "false")):
        operands = _split(reader, piece, operator)
        if len(operands) == 1:
            continue
        outcomes = [_outcome_of(_evaluate(reader, operand)) for operand in operands]
        for wanted in (settling, "error"):
            if wanted in outcomes:
                return _narrow(reader, operands[outcomes.index(wanted)])
        return piece
    if reader.tokens[piece.start].text == "!" and _find_relation(reader, piece) < 0:
        return _narrow(reader, _Range(piece.start + 1, piece.end))
    return piece


def _is_op(reader: _Reader, at: int, text: str) -> bool:
    if not 0 <= at < len(reader.tokens):
        return False
    token = reader.tokens[at]
    return token.kind == "op" and token.text == text


def _top_level(reader: _Reader, piece: _Range) -> Iterator[int]:
    """Positions of tokens outside all brackets."""
    depth = 0
    for at in range(piece.start, piece.end):
        token = reader.tokens[at]
        is_bracket = token.kind == "op"
        if is_bracket and token.text in _CLOSES:
            depth -= 1
        if depth == 0:
            yield at
        if is_bracket and token.text in _OPENS:
            depth += 1


def _without_brackets(reader: _Reader, piece: _Range) -> _Range:
    if not _is_op(reader, piece.start, "("):
        return piece
    outside = list(_top_level(reader, piece))
    # Of a range in brackets only the brackets themselves are outside all brackets.
    if len(outside) > 1 and outside[1] == piece.end - 1 and _is_op(reader, outside[1], ")"):
        return _without_brackets(reader, _Range(piece.start + 1, piece.end - 1))
    return piece


def _split(reader: _Reader, piece: _Range, operator: str) -> list[_Range]:
    ranges: list[_Range] = []
    start = piece.start
    for at in _top_level(reader, piece):
        if _is_op(reader, at, operator):
            ranges.append(_Range(start, at))
            start = at + 1
    return [*ranges, _Range(start, piece.end)]


def _find_conditional(reader: _Reader, piece: _Range) -> tuple[_Range, _Range, _Range] | None:
    question = -1
    for at in _top_level(reader, piece):
        if question < 0 and _is_op(reader, at, "?"):
            question = at
        elif question >= 0 and _is_op(reader, at, ":"):
            return _Range(piece.start, question), _Range(question + 1, at), _Range(at + 1, piece.end)
    return None


def _find_relation(reader: _Reader, piece: _Range) -> int:
    for at in _top_level(reader, piece):
        token = reader.tokens[at]
        if token.kind == "op" and token.text in _RELATIONS:
            return at
    return -1


def _list_parts(reader: _Reader, piece: _Range) -> list[ExpressionPart]:
    """The names that a piece reads, with their fields, and the operands of its comparison."""
    relation = _find_relation(reader, piece)
    operands: list[_Range] = []
    if relation >= 0:
        operands = [
            _without_brackets(reader, operand)
            for operand in (_Range(piece.start, relation), _Range(relation + 1, piece.end))
        ]
    parts: dict[str, ExpressionPart] = {}
    for part in [*_list_names(reader, piece), *operands]:
        is_literal = part.end - part.start == 1 and reader.tokens[part.start].kind == "literal"
        source = _text_of(reader, part)
        # A loop's own variable has no value outside it.
        if is_literal or source in parts or source == _text_of(reader, piece):
            continue
        result = _evaluate(reader, part)
        if result is not None:
            parts[source] = _describe(reader, part, result)
    return sorted(parts.values(), key=lambda part: (part.start, part.end))


def _list_names(reader: _Reader, piece: _Range) -> list[_Range]:
    names: list[_Range] = []
    at = piece.start
    while at < piece.end:
        token = reader.tokens[at]
        is_name = token.kind == "ident" and not _is_op(reader, at - 1, ".") and token.text not in _CONSTANTS
        if not is_name or _is_op(reader, at + 1, "("):
            at += 1
            continue
        end = at + 1
        while end + 1 < piece.end:
            is_field = _is_op(reader, end, ".") and not _is_op(reader, end + 2, "(")
            is_literal = reader.tokens[end + 1].kind == "literal"
            is_index = _is_op(reader, end, "[") and is_literal and _is_op(reader, end + 2, "]")
            if not is_field and not is_index:
                break
            end += 2 if is_field else 3
        names.append(_Range(at, min(end, piece.end)))
        at = end
    return names


def _describe(reader: _Reader, piece: _Range, known: ExprResult | None = None) -> ExpressionPart:
    source = reader.expression.source
    start = reader.tokens[piece.start].pos
    text = _text_of(reader, piece)
    before = source[:start]
    result = known if known is not None else _evaluate(reader, piece)
    return ExpressionPart(
        text,
        start,
        start + len(text),
        before.count("\n") + 1,
        start - (before.rfind("\n") + 1) + 1,
        _format_value(reader, piece, result),
    )


def _text_of(reader: _Reader, piece: _Range) -> str:
    if piece.end <= piece.start:
        return ""
    last = reader.tokens[piece.end - 1]
    quotes = 2 if last.kind == "quoted" else 0
    return reader.expression.source[reader.tokens[piece.start].pos : last.pos + len(last.text) + quotes]


def _format_value(reader: _Reader, piece: _Range, result: ExprResult | None) -> str:
    if result is None:
        return "error"
    if not result.ok:
        return f"error: {result.reason}"
    value = result.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _format_double(value)
    if isinstance(value, str):
        is_private = any(token.text in _TEXTS for token in reader.tokens[piece.start : piece.end])
        is_long = len(value) > MAX_EXPLAINED_CHARS
        return f"string of {len(value)} code points" if is_private or is_long else canonical_json(value)
    if isinstance(value, (CelTimestamp, CelDuration)):
        written = _evaluate(reader, piece, "string")
        name = "timestamp" if isinstance(value, CelTimestamp) else "duration"
        return f"{name}({canonical_json(written.value)})" if written is not None and written.ok else name
    return _format_other(value)


def _format_other(value: Any) -> str:
    if isinstance(value, CelUint):
        return f"{value.value}u"
    if isinstance(value, CelType):
        return value.name
    if isinstance(value, bytes):
        return f"bytes of length {len(value)}"
    if isinstance(value, (list, tuple)):
        return f"list of {len(value)}"
    return f"map of {len(value.entries if isinstance(value, CelMap) else value)}"


def _format_double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    written = es_number(value)
    return f"{written}.0" if written.lstrip("-").isdigit() else written
