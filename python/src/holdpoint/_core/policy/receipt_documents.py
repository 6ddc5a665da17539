"""Traces and receipts, as far as the verification of receipts reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ReceiptProblemKind = Literal[
    "unreadable", "no_receipt", "altered", "repeated", "lost", "broken", "reordered", "ungoverned", "no_step"
]

MAX_SAFE = 2**53 - 1


@dataclass(frozen=True, slots=True)
class ReceiptProblem:
    """One thing that is wrong with the receipts of some traces (SPECIFICATION R-5)."""

    kind: ReceiptProblemKind
    message: str
    trace_id: str | None = None
    decision_id: str | None = None
    chain: str | None = None
    step: int | None = None
    # The step: a span, or a whole trace.
    span_id: str | None = None


def is_trace(value: Any) -> bool:
    """Whether this is a trace."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("traceId"), str)
        and ("decisions" not in value or isinstance(value["decisions"], list))
    )


def is_record(value: Any) -> bool:
    """Whether this is a decision as traces carry it."""
    if not isinstance(value, dict) or not isinstance(value.get("decision"), dict):
        return False
    violations = value["decision"].get("violations", [])
    return (
        isinstance(value.get("decisionId"), str)
        and isinstance(value.get("decidedAt"), str)
        and isinstance(violations, list)
        and all(isinstance(one, dict) for one in violations)
    )


def is_receipt(value: Any) -> bool:
    """Whether this is a receipt."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("chain"), str)
        and isinstance(value.get("step"), int)
        and not isinstance(value["step"], bool)
        and 1 <= value["step"] <= MAX_SAFE
        and isinstance(value.get("hash"), str)
        and isinstance(value.get("previous", ""), str)
        and isinstance(value.get("actionHash", ""), str)
        and isinstance(value.get("spanId", ""), str)
    )
