"""Proof that enforcement ran: receipts against the traces that carry them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..decide import canonical_json, sha256_hex, write_receipt
from .governed_steps import StepBook
from .pauses import parse_instant
from .receipt_documents import MAX_SAFE, ReceiptProblem, ReceiptProblemKind, is_receipt, is_record, is_trace

# Threads may take their numbers and their times in different orders.
_CLOCK_SLACK_MS = 1000


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
        self._steps = StepBook()
        self._seen: set[str] = set()
        self._problems: list[ReceiptProblem] = []
        self._traces = 0
        self._decisions = 0

    def add(self, trace: Any) -> None:
        self._traces += 1
        if not is_trace(trace):
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
        self._steps.add(trace)

    def finish(self) -> ReceiptReport:
        for chain, links in self._chains.items():
            self._check_chain(chain, links)
        for chain, published in self._ends.items():
            for count, hash_ in published:
                self._check_end(chain, count, hash_)
        open_chains = sum(1 for chain in self._chains if chain not in self._ends)
        self._problems.extend(self._steps.finish())
        problems = sorted(self._problems, key=lambda one: (one.chain or "", one.step or 0, one.trace_id or ""))
        return ReceiptReport(self._traces, self._decisions, len(self._chains), open_chains, tuple(problems))

    def _add_decision(self, trace: dict[str, Any], record: Any) -> None:
        self._decisions += 1
        trace_id = trace["traceId"]
        if not is_record(record):
            self._problems.append(ReceiptProblem("unreadable", "a decision cannot be read", trace_id))
            return
        decision_id, receipt = record["decisionId"], record.get("receipt")
        if not is_receipt(receipt):
            self._problems.append(ReceiptProblem("no_receipt", "the decision has no receipt", trace_id, decision_id))
            return
        chain, step, previous = receipt["chain"], receipt["step"], receipt.get("previous", "")
        written = write_receipt(record, chain, step, receipt.get("actionHash", ""), previous, receipt.get("spanId"))
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
            if not is_record(record) or not is_receipt(record.get("receipt")):
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
        and 1 <= one["steps"] <= MAX_SAFE
        and isinstance(one.get("hash"), str)
    ]
