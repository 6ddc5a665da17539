"""Decisions of clients that did not say yet which step they decided about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .receipt_documents import is_receipt


@dataclass(slots=True)
class _Wait:
    held: int = 0
    approved: int = 0


@dataclass(slots=True)
class StepCounts:
    """What happened in one trace, and what was decided in it.

    No more can be said than whether there are as many decisions as steps (SPECIFICATION R-11).
    """

    decisions: int = 0
    # Another decision of the trace says which step it is about: then all have to.
    is_named: bool = False
    tools: int = 0
    tools_through: int = 0
    models: int = 0
    input_decisions: int = 0
    tool_decisions: int = 0
    # Decisions about tool calls that let them pass.
    tool_passes: int = 0
    # By chain and action: how often a tool call was held, and how often one that was held was then approved.
    waits: dict[tuple[str, str], _Wait] = field(default_factory=dict)


def count_step(is_tool: bool, is_through: bool, counted: StepCounts) -> None:
    """A call of a tool or a model."""
    counted.models += not is_tool
    counted.tools += is_tool
    counted.tools_through += is_tool and is_through


def count_decision(record: dict[str, Any], counted: StepCounts) -> None:
    """A decision as a trace carries it."""
    counted.decisions += 1
    decision = record["decision"]
    phase, allowed = decision.get("phase"), decision.get("allowed") is True
    if phase == "input":
        counted.input_decisions += 1
    if phase != "tool_call":
        return
    counted.tool_decisions += 1
    counted.tool_passes += allowed
    receipt: Any = record.get("receipt")
    if decision.get("verdict") != "require_approval" or not is_receipt(receipt):
        return
    wait = counted.waits.setdefault((receipt["chain"], receipt.get("actionHash", "")), _Wait())
    # Nothing but an approval lets pass what is still held.
    if allowed:
        wait.approved += 1
    else:
        wait.held += 1


def describe_unnamed(counted: StepCounts) -> list[str]:
    """What went by in such a trace without a decision of its own, as messages."""
    messages: list[str] = []
    # A step that was held and then approved is one step that was decided twice.
    decided = counted.tool_decisions - sum(min(wait.held, wait.approved) for wait in counted.waits.values())
    if counted.tools > decided or counted.tools_through > counted.tool_passes:
        calls = f"tool calls: {counted.tools}, not stopped: {counted.tools_through}"
        messages.append(f"{calls}; decided: {decided}, let pass: {counted.tool_passes}")
    if counted.models > 0 and counted.input_decisions == 0:
        messages.append(f"model calls: {counted.models}; decided: 0")
    return messages
