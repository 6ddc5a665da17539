"""A decision that waits for the lane before anything is written of it."""

from __future__ import annotations

from typing import Any

from ..._core import write_action
from ..clock import to_timestamp
from ..new_id import new_id
from .event_queue import Facts
from .traced_content import describe_content
from .traced_text import cut_text
from .write_lone_trace import write_lone_trace, write_names
from .write_text import write_text
from .written_decision import EntrySettings, WrittenDecision

# Bytes that a decision holds, estimated.
DECISION_BYTES = 1024


class WaitingDecision:
    """A decision outside any trace of the program, of a request that cannot change.

    The path of the call leaves no more than what the lane needs. Most of what a client sends is this.
    """

    __slots__ = ("_facts", "_settings", "size_bytes")

    def __init__(self, settings: EntrySettings, facts: Facts) -> None:
        # As `Recorder.record` leaves them.
        self._facts = facts
        self._settings = settings
        self.size_bytes = count_bytes(facts[0])

    def to_json(self) -> str:
        """The decision as a trace of its own; another one each time."""
        request, decision, current, duration_s, decided_ms, chain, step = self._facts
        settings = self._settings
        written, plan = settings.write(decision), current.plan
        record = {
            "decisionId": new_id(),
            "decidedAt": to_timestamp(decided_ms),
            "durationUs": duration_s * 1_000_000,
            "bundleVersion": current.version,
        }
        action, salt = write_action(request), None if plan is None else plan.salt
        with chain.lock:
            proof = chain.write(step, action, salt, record, written.receipt_parts)
        names = write_names(
            request.get("sessionId"),
            request.get("userId"),
            request.get("model"),
            request.get("environment") or settings.environment,
        )
        texts = "" if plan is None or not settings.capture_content else _write_texts(request, written)
        return write_lone_trace(record, written, proof, f"{names}{texts}")


def count_bytes(request: dict[str, Any]) -> int:
    """Bytes that a decision holds with the texts that it is about, estimated."""
    text, output = request.get("input"), request.get("output")
    chars = len(text) if text.__class__ is str else 0
    return DECISION_BYTES + 2 * (chars + len(output) if output.__class__ is str else chars)


def _write_texts(request: dict[str, Any], written: WrittenDecision) -> str:
    """Input and output as members of a trace, each with its comma."""
    members = ""
    for name in ("input", "output"):
        if name not in request:
            continue
        text = request[name]
        if not written.shows_texts or text.__class__ is not str:
            return _describe_texts(request, written)
        if text:
            members += f',"{name}":{write_text(cut_text(text))}'
    return members


def _describe_texts(request: dict[str, Any], written: WrittenDecision) -> str:
    given = {name: request[name] for name in ("input", "output") if name in request}
    texts = describe_content(given, written.decision)
    return "".join([f',"{name}":{write_text(cut_text(text))}' for name, text in texts.items() if text])
