"""Steps of traces against the decisions about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .receipt_documents import is_receipt, is_record

_MODEL_SPANS = frozenset({"llm", "generation", "response"})
# Retrievers are decided about as tools are.
_TOOL_SPANS = frozenset({"tool", "function", "retriever"})


@dataclass(slots=True)
class _Wait:
    held: int = 0
    approved: int = 0


@dataclass(slots=True)
class StepCounts:
    """What happened in one trace, and what was decided about it."""

    tools: int = 0
    # Tool calls that ended well, or do not say how: nothing has stopped them.
    tools_through: int = 0
    models: int = 0
    input_decisions: int = 0
    tool_decisions: int = 0
    # Decisions about tool calls that let them pass.
    tool_passes: int = 0
    # By chain and action: how often a tool call was held, and how often one that was held was then approved.
    waits: dict[tuple[str, str], _Wait] = field(default_factory=dict)


def count_steps(trace: dict[str, Any], steps: dict[str, StepCounts]) -> None:
    """Adds the steps of a trace. A decision that stands alone belongs to the trace that it was made in."""
    is_lone = trace.get("spanType") == "enforcement" and isinstance(trace.get("parentTraceId"), str)
    counted = steps.setdefault(trace["parentTraceId"] if is_lone else trace["traceId"], StepCounts())
    spans = trace.get("spans")
    for span in [trace, *(spans if isinstance(spans, list) else [])]:
        kind = span.get("spanType") if isinstance(span, dict) else None
        if not isinstance(kind, str):
            continue
        counted.models += kind in _MODEL_SPANS
        if kind in _TOOL_SPANS:
            counted.tools += 1
            counted.tools_through += span.get("status") in (None, "success")
    for record in trace.get("decisions") or []:
        _count_decision(record, counted)


def _count_decision(record: Any, counted: StepCounts) -> None:
    if not is_record(record):
        return
    decision = record["decision"]
    phase, allowed = decision.get("phase"), decision.get("allowed") is True
    if phase == "input":
        counted.input_decisions += 1
    if phase != "tool_call":
        return
    counted.tool_decisions += 1
    counted.tool_passes += allowed
    receipt = record.get("receipt")
    if decision.get("verdict") != "require_approval" or not is_receipt(receipt):
        return
    wait = counted.waits.setdefault((receipt["chain"], receipt.get("actionHash", "")), _Wait())
    # Nothing but an approval lets pass what is still held.
    if allowed:
        wait.approved += 1
    else:
        wait.held += 1


def describe_ungoverned(counted: StepCounts) -> list[str]:
    """What went by in a trace without a decision of its own (SPECIFICATION R-5), as messages."""
    messages: list[str] = []
    # A step that was held and then approved is one step that was decided twice.
    again = sum(min(wait.held, wait.approved) for wait in counted.waits.values())
    if counted.tools > counted.tool_decisions - again:
        after = f", {again} of them made again after an approval" if again > 0 else ""
        decided = _count(counted.tool_decisions, "decision")
        messages.append(f"{_count(counted.tools, 'tool call')} and {decided} about tool calls{after}")
    elif counted.tools_through > counted.tool_passes:
        through = f"{_count(counted.tools_through, 'tool call')} that nothing has stopped"
        messages.append(f"{through} and {_count(counted.tool_passes, 'decision')} that let one pass")
    if counted.models > 0 and counted.input_decisions == 0:
        messages.append(f"{_count(counted.models, 'model call')} and no decision about an input")
    return messages


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
