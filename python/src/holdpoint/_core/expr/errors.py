"""Errors as values."""

from typing import Literal

ExprErrorReason = Literal[
    "no_such_key",
    "type_mismatch",
    "not_a_number",
    "overflow",
    "division_by_zero",
    "out_of_range",
    "duplicate_key",
    "invalid_argument",
    "unknown_name",
    "function_failed",
    "usage_unavailable",
    "cost_exceeded",
]
"""Why an expression has no value. Closed set, equal in both languages."""


class ErrorValue:
    """An error is a value inside the evaluator: it is returned, absorbed by logic, and never raised."""

    __slots__ = ("message", "reason")

    def __init__(self, reason: ExprErrorReason, message: str) -> None:
        self.reason: ExprErrorReason = reason
        self.message = message


def fail(reason: ExprErrorReason, message: str) -> ErrorValue:
    """Return an error value."""
    return ErrorValue(reason, message)
