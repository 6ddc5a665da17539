"""Proof that enforcement ran: receipts against the traces that carry them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ..decide import canonical_json, sha256_hex, write_receipt
from .pauses import parse_instant

ReceiptProblemKind = Literal[
    "unreadable", "no_receipt", "altered", "repeated", "lost", "broken", "reordered", "ungoverned"
]

_MODEL_SPANS = frozenset({"llm", "generation", "response"})
_TOOL_SPANS = frozenset({"tool", "function"})
_MAX_SAFE = 2**53 - 1
# Threads may take their numbers and their times in different orders.
_CLOCK_SLACK_MS = 1000


@dataclass(frozen=True, slots=True)
class ReceiptProblem:
    """One thing that is wrong with the receipts of some traces (SPECIFICATION R-5)."""

    kind: ReceiptProblemKind
    message: str
    trace_id: str | None = None
    decision_id: str | None = None
    chain: str | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What was read, and what is wrong with it."""

    traces: int
    decisions: int
    chains: int
    # Chains whose end nobody has published (SPECIFICATION R-9): what they lack at their end cannot be seen.
    open_chains: int
    problems: tuple[ReceiptProblem, ...]


class _Link(NamedTuple):
    trace_id: str
    decision_id: str
    decided_at: str
    step: int
    previous: str
    hash: str
    # Of a decision that stands alone, which is of its trace's session; empty without one.
    session: str | None


@dataclass(slots=True)
class _Steps:
    tools: int = 0
    models: int = 0
    decided: dict[str, int] = field(default_factory=dict)


def verify_receipts(traces: Iterable[Any]) -> ReceiptReport:
    """What is wrong with the receipts of these traces (wire names, as in JSON), in any order. Never raises.

    Memory grows with the decisions, not with their texts.
    """
    verifier = _Verifier()
    for trace in traces:
        verifier.add(trace)
    return verifier.finish()


class _Verifier:
    def __init__(self) -> None:
        self._chains: dict[str, list[_Link]] = {}
        self._ends: dict[str, dict[tuple[int, str], None]] = {}
        self._steps: dict[str, _Steps] = {}
        self._seen: set[str] = set()
        self._problems: list[ReceiptProblem] = []
        self._traces = 0
        self._decisions = 0

    def add(self, trace: Any) -> None:
        self._traces += 1
        if not _is_trace(trace):
            self._problems.append(ReceiptProblem("unreadable", f"trace {self._traces} cannot be read"))
            return
        key = sha256_hex(canonical_json(trace))
        if key in self._seen:
            return
        self._seen.add(key)
        for record in trace.get("decisions") or []:
            self._add_decision(trace, record)
        for chain, steps, hash_ in _read_ends(trace):
            self._ends.setdefault(chain, {})[steps, hash_] = None
        self._check_order(trace)
        self._count_steps(trace)

    def finish(self) -> ReceiptReport:
        for chain, links in self._chains.items():
            self._check_chain(chain, links)
        for chain, published in self._ends.items():
            for count, hash_ in published:
                self._check_end(chain, count, hash_)
        open_chains = sum(1 for chain in self._chains if chain not in self._ends)
        for trace_id, steps in self._steps.items():
            self._check_steps(trace_id, steps)
        problems = sorted(self._problems, key=lambda one: (one.chain or "", one.step or 0, one.trace_id or ""))
        return ReceiptReport(self._traces, self._decisions, len(self._chains), open_chains, tuple(problems))

    def _add_decision(self, trace: dict[str, Any], record: Any) -> None:
        self._decisions += 1
        trace_id = trace["traceId"]
        if not _is_record(record):
            self._problems.append(ReceiptProblem("unreadable", "a decision cannot be read", trace_id))
            return
        decision_id, receipt = record["decisionId"], record.get("receipt")
        if not _is_receipt(receipt):
            self._problems.append(ReceiptProblem("no_receipt", "the decision has no receipt", trace_id, decision_id))
            return
        chain, step, previous = receipt["chain"], receipt["step"], receipt.get("previous", "")
        written = write_receipt(record, chain, step, receipt.get("actionHash", ""), previous)
        if sha256_hex(written) != receipt["hash"]:
            message = "the receipt is not that of this decision"
            self._problems.append(ReceiptProblem("altered", message, trace_id, decision_id, chain, step))
        session = trace.get("sessionId") or "" if trace.get("spanType") == "enforcement" else None
        link = _Link(trace_id, decision_id, record["decidedAt"], step, previous, receipt["hash"], session)
        self._chains.setdefault(chain, []).append(link)

    def _check_end(self, chain: str, steps: int, hash_: str) -> None:
        links = self._chains.get(chain, [])
        last = max((link.step for link in links), default=0)
        if last < steps:
            which = f"step {steps} is" if steps - last == 1 else f"steps {last + 1} to {steps} are"
            message = f"{which} not there, at the end of the chain"
            self._problems.append(ReceiptProblem("lost", message, chain=chain, step=last + 1))
            return
        for link in links:
            if link.step > steps:
                self._report("broken", f"stands behind the end of its chain, step {steps}", chain, link)
        if all(link.hash != hash_ for link in links):
            message = "the receipt that its end names is not there"
            self._problems.append(ReceiptProblem("broken", message, chain=chain, step=steps))

    def _check_chain(self, chain: str, links: list[_Link]) -> None:
        """Steps are numbered as they are decided; each is made after another one of its chain, or first."""
        hashes = {link.hash for link in links}
        followed: set[str] = set()
        expected = 1
        last: _Link | None = None
        ordered = sorted(links, key=lambda one: one.step)
        alone = next((link for link in ordered if link.session is not None), None)
        for link in ordered:
            step = link.step
            if last is not None and last.step == step:
                self._report("repeated", f"step {step} is there twice", chain, link)
            elif step > expected:
                which = f"step {expected} is" if step - expected == 1 else f"steps {expected} to {step - 1} are"
                self._problems.append(ReceiptProblem("lost", f"{which} not there", chain=chain, step=expected))
            if link.previous and link.previous not in hashes:
                self._report("broken", "the receipt that it follows is not there", chain, link)
            if link.previous in followed:
                self._report("broken", "another receipt follows the same one", chain, link)
            followed.add(link.previous)
            if last is not None and parse_instant(last.decided_at) - parse_instant(link.decided_at) > _CLOCK_SLACK_MS:
                self._report("reordered", f"decided before step {last.step}", chain, link)
            if alone is not None and link.session is not None and link.session != alone.session:
                self._report("broken", f"of another session than step {alone.step}", chain, link)
            expected = step + 1
            last = link

    def _report(self, kind: ReceiptProblemKind, message: str, chain: str, link: _Link) -> None:
        self._problems.append(ReceiptProblem(kind, message, link.trace_id, link.decision_id, chain, link.step))

    def _check_order(self, trace: dict[str, Any]) -> None:
        """Decisions stand in a trace in the order in which they were made."""
        reached: dict[str, int] = {}
        for record in trace.get("decisions") or []:
            if not _is_record(record) or not _is_receipt(record.get("receipt")):
                continue
            chain, step = record["receipt"]["chain"], record["receipt"]["step"]
            before = reached.get(chain, 0)
            if step < before:
                self._problems.append(
                    ReceiptProblem(
                        "reordered", f"stands behind step {before}", trace["traceId"], record["decisionId"], chain, step
                    )
                )
            reached[chain] = max(before, step)

    def _count_steps(self, trace: dict[str, Any]) -> None:
        """A decision that stands alone belongs to the trace that it was made in."""
        is_lone = trace.get("spanType") == "enforcement" and isinstance(trace.get("parentTraceId"), str)
        steps = self._steps.setdefault(trace["parentTraceId"] if is_lone else trace["traceId"], _Steps())
        spans = trace.get("spans")
        for span in [trace, *(spans if isinstance(spans, list) else [])]:
            kind = span.get("spanType") if isinstance(span, dict) else None
            if isinstance(kind, str):
                steps.tools += kind in _TOOL_SPANS
                steps.models += kind in _MODEL_SPANS
        for record in trace.get("decisions") or []:
            phase = record["decision"].get("phase") if _is_record(record) else None
            phase = phase if isinstance(phase, str) else ""
            steps.decided[phase] = steps.decided.get(phase, 0) + 1

    def _check_steps(self, trace_id: str, steps: _Steps) -> None:
        about_tools = steps.decided.get("tool_call", 0)
        if steps.tools > about_tools:
            message = f"{_count(steps.tools, 'tool call')} and {_count(about_tools, 'decision')} about tool calls"
            self._problems.append(ReceiptProblem("ungoverned", message, trace_id))
        if steps.models > 0 and steps.decided.get("input", 0) == 0:
            message = f"{_count(steps.models, 'model call')} and no decision about an input"
            self._problems.append(ReceiptProblem("ungoverned", message, trace_id))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _read_ends(trace: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Where chains end, as their client has published it (SPECIFICATION R-9)."""
    metadata = trace.get("metadata")
    if trace.get("agentId") != "holdpoint" or trace.get("spanType") != "receipts" or not isinstance(metadata, dict):
        return []
    chains = metadata.get("chains")
    return [
        (one["chain"], one["steps"], one["hash"])
        for one in (chains if isinstance(chains, list) else [])
        if isinstance(one, dict)
        and isinstance(one.get("chain"), str)
        and isinstance(one.get("steps"), int)
        and not isinstance(one["steps"], bool)
        and 1 <= one["steps"] <= _MAX_SAFE
        and isinstance(one.get("hash"), str)
    ]


def _is_trace(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("traceId"), str)
        and ("decisions" not in value or isinstance(value["decisions"], list))
    )


def _is_record(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("decision"), dict):
        return False
    violations = value["decision"].get("violations", [])
    return (
        isinstance(value.get("decisionId"), str)
        and isinstance(value.get("decidedAt"), str)
        and isinstance(violations, list)
        and all(isinstance(one, dict) for one in violations)
    )


def _is_receipt(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("chain"), str)
        and isinstance(value.get("step"), int)
        and not isinstance(value["step"], bool)
        and 1 <= value["step"] <= _MAX_SAFE
        and isinstance(value.get("hash"), str)
        and isinstance(value.get("previous", ""), str)
        and isinstance(value.get("actionHash", ""), str)
    )
