"""POST /api/v1/traces/ingest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..transport.api import Api, member, parse_json

# RFC 9110, 15.6.1: something unexpected, unlike 502 to 504, which say that it is not there.
_INTERNAL_ERROR = 500


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of a batch.

    `sent`: taken, but for `rejected` traces that the server will never take; `refused` are those of them that it named.
    `auth`: the key is refused; try again, but slowly. `is_defect`: it failed over these very traces, as far as it says.
    """

    kind: Literal["sent", "retry", "split", "drop", "auth"]
    rejected: int = 0
    refused: Sequence[str] = ()
    after_ms: float | None = None
    is_defect: bool = False


def send_traces(api: Api, traces: Sequence[str]) -> SendOutcome:
    """Sends traces that are JSON already. Never raises."""
    answer = api.call("POST", "/api/v1/traces/ingest", text=f'{{"traces":[{",".join(traces)}]}}', compress=True)
    if answer.outcome == "ok":
        return _read_sent(traces, answer.text)
    if answer.outcome == "retry":
        return SendOutcome("retry", after_ms=answer.retry_after_ms, is_defect=answer.status == _INTERNAL_ERROR)
    if answer.outcome == "split":
        return SendOutcome("split")
    return SendOutcome("auth" if answer.outcome == "auth" else "drop")


def _read_sent(traces: Sequence[str], text: str) -> SendOutcome:
    """`{accepted, failed, duplicates?, errors: [{traceId}]}`, by itself or inside `data`."""
    body = parse_json(text)
    if text and not isinstance(body, dict):
        # A page of a proxy says 200 too: nobody has taken anything then.
        return SendOutcome("retry")
    body = member(body, "data") or body
    accepted, errors = member(body, "accepted"), member(body, "errors")
    rejected = min(len(traces), _read_count(member(body, "failed")))
    # Whoever says how many it has taken, and leaves some out, has not taken those: sent again, all are stored once.
    is_count = isinstance(accepted, (int, float)) and not isinstance(accepted, bool)
    if is_count and accepted + rejected + _read_count(member(body, "duplicates")) < len(traces):
        return SendOutcome("retry", is_defect=True)
    if rejected == 0:
        return SendOutcome("sent")
    ids = [member(error, "traceId") for error in errors] if isinstance(errors, list) else []
    named = {name for name in ids if isinstance(name, str)}
    refused = [trace for trace in traces if member(parse_json(trace), "traceId") in named] if named else []
    return SendOutcome("sent", rejected, refused)


def _read_count(value: Any) -> int:
    is_count = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf
    return int(value) if is_count else 0
