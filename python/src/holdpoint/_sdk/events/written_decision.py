"""A decision as a record has it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..._core import Decision, Transform, prepare_receipt, to_wire
from .secret_mask import create_secret_mask
from .traced_content import was_scanned
from .traced_text import cut_text
from .write_text import write_json, write_text

# A server takes no trace without an agent; a malformed request is part of the record all the same.
UNKNOWN_AGENT = "unknown"

_MOST_WRITTEN = 256


class WrittenDecision:
    """What every record of one and the same decision shares. Nobody changes it."""

    __slots__ = ("_text", "agent", "decision", "receipt_parts", "shows_texts", "status", "wire")

    def __init__(self, decision: Decision, capture_content: bool) -> None:
        self.decision = decision
        self.wire = to_wire(_trim_transforms(decision, capture_content))
        self.receipt_parts = prepare_receipt(self.wire)
        # The agent as JSON, and what a trace of this decision alone says of its end.
        self.agent = write_text(decision.agent_id or UNKNOWN_AGENT)
        self.status = _status_of(decision)
        # Whether texts of the step may be shown as they came.
        self.shows_texts = not decision.transforms and was_scanned(decision) and create_secret_mask(decision) is None
        self._text = ""

    def text(self) -> str:
        """The decision as JSON, written once."""
        self._text = self._text or write_json(self.wire)
        return self._text


@dataclass(frozen=True, slots=True)
class EntrySettings:
    """What entries are written with. `capture_content` False leaves texts out; `environment` stands where none is."""

    capture_content: bool
    environment: str | None
    # Of decisions that passed whole: an agent has one of them for a phase, again and again. By identity; bounded.
    _written: dict[int, WrittenDecision] = field(default_factory=dict)

    def write(self, decision: Decision) -> WrittenDecision:
        """The decision as a record has it."""
        known = self._written.get(id(decision))
        if known is not None and known.decision is decision:
            return known
        written = WrittenDecision(decision, self.capture_content)
        if not (decision.violations or decision.transforms or decision.alerts or decision.problems):
            if len(self._written) >= _MOST_WRITTEN:
                self._written.clear()
            self._written[id(decision)] = written
        return written


def _status_of(decision: Decision) -> str:
    """A step that waits for a human is not stopped yet."""
    if decision.allowed:
        return "success"
    return "flagged_for_review" if decision.verdict == "require_approval" else "policy_blocked"


def _trim_transforms(decision: Decision, capture_content: bool) -> Decision:
    """A record says what was replaced and where; the whole texts would count twice, and secrets may stand in them."""
    if not decision.transforms:
        return decision
    secrets = create_secret_mask(decision)

    def show(transform: Transform) -> str:
        hidden = secrets is not None and (not secrets.is_whole or transform.path in secrets.by_path)
        return cut_text(transform.text) if capture_content and not hidden else ""

    return replace(decision, transforms=tuple(Transform(one.path, show(one)) for one in decision.transforms))
