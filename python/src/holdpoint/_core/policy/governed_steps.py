"""Steps of traces against the decisions about them."""

from __future__ import annotations

from typing import Any, NamedTuple

from .receipt_documents import ReceiptProblem, is_receipt, is_record
from .unnamed_steps import StepCounts, count_decision, count_step, describe_unnamed

_MODEL_SPANS = frozenset({"llm", "generation", "response"})
# Retrievers are decided about as tools are.
_TOOL_SPANS = frozenset({"tool", "function", "retriever"})


class _Step(NamedTuple):
    """A call of a tool or a model."""

    trace_id: str
    span_id: str
    is_tool: bool
    # It ended well, or does not say how: nothing has stopped it.
    is_through: bool
    what: str


class _Named(NamedTuple):
    """A decision that says which step it is about."""

    decided_at: str
    step: int
    trace_id: str
    decision_id: str
    chain: str
    phase: Any
    allowed: bool


class StepBook:
    """What happened in traces, and what was decided about it (SPECIFICATION R-10)."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._steps: dict[str, _Step] = {}
        self._named: dict[str, list[_Named]] = {}
        # By trace: what was decided in it without saying about which step.
        self._unnamed: dict[str, StepCounts] = {}
        self._problems: list[ReceiptProblem] = []

    def add(self, trace: dict[str, Any]) -> None:
        """The steps and the decisions of a trace."""
        own, parent = trace["traceId"], trace.get("parentTraceId")
        # A decision that stands alone belongs to the trace that it was made in.
        trace_id = parent if trace.get("spanType") == "enforcement" and isinstance(parent, str) else own
        counted = self._unnamed.setdefault(trace_id, StepCounts())
        self._add_step(own, {"spanId": own, "spanType": trace.get("spanType"), "status": trace.get("status")})
        spans = trace.get("spans")
        for span in spans if isinstance(spans, list) else []:
            if isinstance(span, dict):
                self._add_step(own, span)
        for record in trace.get("decisions") or []:
            if not is_record(record):
                continue
            receipt, decision = record.get("receipt"), record["decision"]
            if not is_receipt(receipt) or "spanId" not in receipt:
                count_decision(record, counted)
                continue
            counted.is_named = True
            if receipt["spanId"] == "":
                continue
            at = (record["decidedAt"], receipt["step"], own, record["decisionId"], receipt["chain"])
            named = _Named(*at, decision.get("phase"), decision.get("allowed") is True)
            self._named.setdefault(receipt["spanId"], []).append(named)

    def finish(self) -> list[ReceiptProblem]:
        """Steps without a decision of their own, and decisions without their step."""
        problems = self._problems
        for step in self._steps.values():
            named, counted = self._named.get(step.span_id), self._unnamed.get(step.trace_id)
            if counted is not None and counted.decisions > 0 and not counted.is_named and named is None:
                count_step(step.is_tool, step.is_through, counted)
                continue
            phase = "tool_call" if step.is_tool else "input"
            judged = sorted((one for one in named or () if one.phase == phase), key=_by_time)
            if not judged:
                message = f"no decision about this {step.what}"
            elif step.is_through and not judged[-1].allowed:
                message = f"nothing has stopped this {step.what}, which was not let pass"
            else:
                continue
            problems.append(ReceiptProblem("ungoverned", message, step.trace_id, span_id=step.span_id))
        for trace_id, counts in self._unnamed.items():
            for message in describe_unnamed(counts):
                problems.append(ReceiptProblem("ungoverned", message, trace_id))
        for span_id, about in self._named.items():
            if span_id in self._ids:
                continue
            for one in about:
                message = "the step it is about is not there"
                at = (one.trace_id, one.decision_id, one.chain, one.step)
                problems.append(ReceiptProblem("no_step", message, *at, span_id))
        return problems

    def _add_step(self, trace_id: str, span: dict[str, Any]) -> None:
        span_id, kind = span.get("spanId"), span.get("spanType")
        if isinstance(span_id, str):
            self._ids.add(span_id)
        is_tool = isinstance(kind, str) and kind in _TOOL_SPANS
        if not is_tool and not (isinstance(kind, str) and kind in _MODEL_SPANS):
            return
        name = span.get("name")
        what = f"{'tool' if is_tool else 'model'} call{f' {name}' if isinstance(name, str) else ''}"
        if not isinstance(span_id, str):
            # No receipt can name it.
            self._problems.append(ReceiptProblem("ungoverned", f"no decision about this {what}", trace_id))
            return
        if span_id in self._steps:
            self._problems.append(ReceiptProblem("repeated", "two steps have this id", trace_id, span_id=span_id))
        is_through = span.get("status") in (None, "success")
        self._steps[span_id] = _Step(trace_id, span_id, is_tool, is_through, what)


def _by_time(one: _Named) -> tuple[str, int]:
    return one.decided_at, one.step
