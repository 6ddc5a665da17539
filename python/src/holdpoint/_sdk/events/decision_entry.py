"""A decision on its way to the record."""

from __future__ import annotations

from typing import Any

from ..._core import Decision, Plan, Receipt, to_wire, write_action
from ..clock import to_timestamp
from ..new_id import new_id
from .receipt_chains import ReceiptChain
from .traced_content import describe_content
from .traced_text import read_name
from .waiting_decision import DECISION_BYTES, count_bytes
from .write_lone_trace import write_lone_trace, write_names
from .write_text import write_json, write_text
from .written_decision import EntrySettings, WrittenDecision


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
        "_span_id",
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
        self._span_id = "" if trace is None else _id_of(trace)
        self._settings = settings
        self._content: dict[str, str] | None = None
        self._record: dict[str, Any] | None = None
        self._written: WrittenDecision | None = None
        self._receipt: Receipt | None = None
        self._chain = chain
        self.step = step
        # A step whose arguments or results can change is written down at once.
        changes = isinstance(request, dict) and ("tool" in request or "toolOutputs" in request)
        self._action = write_action(request) if changes else None
        # With the request, which is held for its receipt whatever is captured of it.
        held = count_bytes(request) if isinstance(request, dict) else DECISION_BYTES
        self.size_bytes = held if self._action is None else DECISION_BYTES + 4 * len(self._action)

    def describe_now(self) -> DecisionEntry:
        """Made ready to be sent as a trace of its own."""
        request = self._request
        if self._plan is None or not self._settings.capture_content:
            self._content = {}
        elif self._decision.phase in ("tool_call", "tool_result"):
            self._content = describe_content(request, self._decision)
            self.size_bytes += 2 * sum(map(len, self._content.values()))
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
                self._receipt = self._chain.sign(self.step, self._span_id, action, salt, record, written.receipt_parts)
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
        members = write_names(
            request.get("sessionId"),
            request.get("userId"),
            request.get("model"),
            request.get("environment") or self._settings.environment,
        )
        parent = getattr(self._trace, "trace_id", None)
        if parent is not None:
            members += f',"parentTraceId":{write_text(parent)}'
        members += "".join(
            [f',"{name}":{write_text(content[name])}' for name in ("input", "output") if name in content]
        )
        if "tool" in content:
            members += f',"metadata":{{"tool":{write_text(content["tool"])}}}'
        proof, record = write_json(to_wire(self.receipt())), self.build()
        return write_lone_trace(record, self._written or self._settings.write(self._decision), proof, members)


def _id_of(trace: Any) -> str:
    """The step that a decision is about: a span, or a whole trace (SPECIFICATION R-1)."""
    return read_name(getattr(trace, "span_id", None) or getattr(trace, "trace_id", None)) or ""
