"""What a plan asks of an output that is checked while it flows."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..._gen import match_limits
from ..._gen.tables import DEFAULT_ENVIRONMENT, STREAMS
from .plan import CompiledPolicy, Plan
from .request import bind_request

_LOCAL = frozenset(STREAMS["localTypes"])


class StreamNeeds(NamedTuple):
    """The needs of one output's stream."""

    # Nothing may go out before the whole text is judged (SPECIFICATION F-4).
    whole: bool
    # Code points that must stand behind a place before text up to it goes out (SPECIFICATION F-2).
    hold_back: int


def stream_needs(plan: Plan, request: Any) -> StreamNeeds:
    """The needs of a request in phase `output`. Never raises: what cannot be read needs the whole."""
    try:
        view = bind_request(request, DEFAULT_ENVIRONMENT)
        if view.broken:
            return StreamNeeds(True, STREAMS["holdBack"])
        applicable = plan.applicable.find(plan, view)
        whole = applicable.chained or any(_needs_whole(compiled) for _, compiled in applicable.steps)
        return StreamNeeds(whole, _hold_back_of(plan))
    except Exception:  # noqa: BLE001
        return StreamNeeds(True, STREAMS["holdBack"])


def _needs_whole(compiled: CompiledPolicy) -> bool:
    """A policy about the whole text matters when it can stop the step, or write the text another way."""
    can_hold = compiled.mode in ("block", "require_approval")
    # A classifier is asked once, about the whole.
    if any(operator.classifies for _, operator in compiled.operators):
        return can_hold
    policy_type = compiled.kind.type
    if policy_type == "keyword_filter":
        return compiled.rule.get("mode") != "deny" and can_hold
    return policy_type not in _LOCAL and (can_hold or policy_type == "output_schema")


def _hold_back_of(plan: Plan) -> int:
    """The longest match that a policy's own pattern says it can have; where none is said, what the catalogue's take."""
    if plan.hold_back == 0:
        patterns = plan.patterns.set
        longest: int = STREAMS["holdBack"]
        for index, pattern_id in enumerate(patterns.ids):
            if pattern_id.startswith(("own.", "terms.")):
                explained = patterns.explain(index)
                # Twice, as where a code point may be two units: both languages hold the same back.
                longest = max(longest, 2 * (explained.max_length or 0) if explained else 0)
        plan.hold_back = min(longest, match_limits.MAX_HOLD_BACK)
    return plan.hold_back
