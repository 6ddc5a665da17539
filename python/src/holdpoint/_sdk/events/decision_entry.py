"""A decision on its way to the record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..._core import Decision, Plan, Receipt, Transform, prepare_receipt, to_wire, write_action
from ..clock import to_timestamp
from ..new_id import new_id
from .build_trace import write_lone_trace
from .event_queue import Facts
from .receipt_chains import ReceiptChain
from .traced_content import describe_content
from .traced_text import cut_text, read_name
from .write_text import write_json

# Bytes that a decision holds, estimated.
DECISION_BYTES = 1024

_NAMES = {"sessionId": "sessionId", "userId": "userId", "modelName": "model"}


_MOST_WRITTEN = 256


class WrittenDecision:
    """A decision as a record has it."""

    __slots__ = ("_text", "decision", "receipt_parts", "wire")

    def __init__(self, decision: Decision, capture_content: bool) -> None:
        self.decision = decision
        # Nobody changes it: records share it.
        self.wire = to_wire(_trim_transforms(decision, capture_content))
        self.receipt_parts = prepare_receipt(self.wire)
        self._text = ""

    def text(self) -> str:
        """The same as JSON, written once."""
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


class DecisionEntry:
    """Made on the path of the call, so it writes nothing: ids, times and JSON come when somebody needs them.

    Texts are kept as they are and described when they are sent, for strings do not change; arguments and results can,
    so `describe_now` describes them at once. `plan` is None when there was none: no policy has read the texts.
    """

    __slots__ = (
        "_action",
        "_chain",
        "_content",
        "_decided_ms",
        "_decision",
        "_duration_us",
        "_plan",
        "_receipt",
        "_record",
        "_request",
        "_settings",
        "_trace",
        "_version",
        "_written",
        "size_bytes",
        "step",
    )

    def __init__(
        self,
        request: Any,
        decision: Decision,
        plan: Plan | None,
        version: int,
        duration_us: float,
        decided_ms: float,
        trace: Any,
        settings: EntrySettings,
        chain: ReceiptChain,
        step: int,
    ) -> None:
        self._request = request
        self._decision = decision
        self._plan = plan
        self._version = version
        self._duration_us = duration_us
        self._decided_ms = decided_ms
        self._trace = trace
        self._settings = settings
        self._content: dict[str, str] | None = None
        self._record: dict[str, Any] | None = None
        self._written: WrittenDecision | None = None
        self._receipt: Receipt | None = None
        self._chain = chain
        self.step = step
        # A step whose arguments or results can change is written down at once.
        self._action = write_action(request) if decision.phase in ("tool_call", "tool_result") else None
        self.size_bytes = DECISION_BYTES

    def describe_now(self) -> DecisionEntry:
        """Made ready to be sent as a trace of its own."""
        request = self._request
        if self._plan is None or not self._settings.capture_content:
            self._content = {}
        elif self._action is not None:
            self._content = describe_content(request, self._decision)
            self.size_bytes += 2 * sum(map(len, self._content.values()))
        elif isinstance(request, dict):
            text, output = request.get("input", ""), request.get("output", "")
            if text.__class__ is str:
                self.size_bytes += 2 * len(text)
            if output.__class__ is str:
                self.size_bytes += 2 * len(output)
        return self

    def build(self) -> dict[str, Any]:
        """The record of the decision, the same each time."""
        if self._record is None:
            self._written = self._settings.write(self._decision)
            self._record = {
                "decisionId": new_id(),
                "decidedAt": to_timestamp(self._decided_ms),
                "durationUs": self._duration_us,
                "bundleVersion": self._version,
                "decision": self._written.wire,
            }
        return self._record

    def receipt(self) -> Receipt:
        """Proof of the decision, made when it is first asked for."""
        with self._chain.lock:
            if self._receipt is None:
                action = write_action(self._request) if self._action is None else self._action
                salt = None if self._plan is None else self._plan.salt
                record = self.build()
                written = self._written or self._settings.write(self._decision)
                self._receipt = self._chain.sign(self.step, action, salt, record, written.receipt_parts)
            return self._receipt

    def build_sent(self) -> dict[str, Any]:
        """The record as it is sent."""
        return {**self.build(), "receipt": to_wire(self.receipt())}

    def to_json(self) -> str:
        """The decision as a trace of its own."""
        request = self._request if isinstance(self._request, dict) else {}
        content = self._content
        if content is None:
            texts = {"input": request.get("input"), "output": request.get("output")}
            content = describe_content(texts, self._decision)
        given = {name: request.get(field) for name, field in _NAMES.items()}
        given["environment"] = request.get("environment") or self._settings.environment
        names = {name: text for name, value in given.items() if (text := read_name(value)) is not None}
        parent = getattr(self._trace, "trace_id", None)
        receipt, record = self.receipt(), self.build()
        written = self._written or self._settings.write(self._decision)
        return write_lone_trace(new_id(), parent, record, written.text(), receipt, content, names)


class WaitingDecision:
    """A decision outside any trace of the program, of a request that cannot change, before anything is written of it.

    The path of the call leaves no more than what the lane needs.
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
        made_of = (request, decision, current.plan, current.version, duration_s * 1_000_000, decided_ms, None)
        return DecisionEntry(*made_of, self._settings, chain, step).describe_now().to_json()


def count_bytes(request: dict[str, Any]) -> int:
    """Bytes that a decision holds with the texts that it is about, estimated."""
    text, output = request.get("input"), request.get("output")
    chars = len(text) if text.__class__ is str else 0
    return DECISION_BYTES + 2 * (chars + len(output) if output.__class__ is str else chars)


def _trim_transforms(decision: Decision, capture_content: bool) -> Decision:
    """A record says what was replaced and where; the whole texts would count twice."""
    if not decision.transforms:
        return decision
    return replace(
        decision,
        transforms=tuple(
            Transform(one.path, cut_text(one.text) if capture_content else "") for one in decision.transforms
        ),
    )
