"""A decision outside any trace of the program, as JSON: a trace of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..new_id import new_id
from .traced_text import read_name
from .write_text import write_text
from .written_decision import WrittenDecision

# Names longer than this are not remembered.
_LONGEST_KNOWN = 256


def write_lone_trace(record: dict[str, Any], written: WrittenDecision, proof: str, members: str) -> str:
    """The whole trace. `proof`: the receipt; `members`: what else the trace says, each with its comma before it.

    Ids, times and numbers of our own making need no escape; most decisions of an agent are one and the same.
    """
    decided_at, duration_us = record["decidedAt"], record["durationUs"]
    return (
        f'{{"traceId":"{new_id()}","timestamp":"{decided_at}","durationMs":{duration_us / 1000!r},'
        f'"status":"{written.status}","spanType":"enforcement","agentId":{written.agent}{members},'
        f'"decisions":[{{"decisionId":"{record["decisionId"]}","decidedAt":"{decided_at}",'
        f'"durationUs":{duration_us!r},"bundleVersion":{record["bundleVersion"]!r},'
        f'"decision":{written.text()},"receipt":{proof}}}]}}'
    )


def write_names(session_id: Any, user_id: Any, model: Any, environment: Any) -> str:
    """Whose step it was and where, as members of a trace; what a server would not take is left out."""
    names = (session_id, user_id, model, environment)
    for name in names:
        if name is not None and (name.__class__ is not str or len(name) > _LONGEST_KNOWN):
            return _write_names(*names)
    return _known_names(*names)


def _write_names(*names: Any) -> str:
    members = zip(("sessionId", "userId", "modelName", "environment"), names, strict=True)
    return "".join(
        [f',"{member}":{write_text(text)}' for member, name in members if (text := read_name(name)) is not None]
    )


# A session has many steps.
_known_names = lru_cache(maxsize=256)(_write_names)
