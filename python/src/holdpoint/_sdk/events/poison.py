"""Traces that a server cannot take without failing (clause S-13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..._gen.tables import DEFAULT_POISON_ATTEMPTS
from ..transport.api import Api
from .ingest_transport import SendOutcome, send_traces

Verdict = Literal["sent", "wait", "split", "reject"]


class PoisonWatch:
    """Counts answers 500 to the same traces in a row."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._suspects: Sequence[str] = ()
        self._failures = 0

    def judge(self, texts: Sequence[str], outcome: SendOutcome) -> Verdict:
        """What to do with traces that were answered so."""
        if outcome.kind == "retry" and outcome.is_server_failure:
            self._failures = self._failures + 1 if self._suspects is texts else 1
            self._suspects = texts
            if self._failures < DEFAULT_POISON_ATTEMPTS:
                return "wait"
            self._failures = 0
            if len(texts) > 1:
                return "split"
            # One alone: is it the trace, or is the server in trouble with everything?
            return "reject" if send_traces(self._api, ()).kind == "sent" else "wait"
        self._suspects = ()
        if outcome.kind in ("retry", "auth"):
            return "wait"
        if outcome.kind == "split" and len(texts) > 1:
            return "split"
        return "sent" if outcome.kind == "sent" else "reject"
