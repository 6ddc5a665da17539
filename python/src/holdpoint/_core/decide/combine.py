"""One decision out of all outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..._gen.messages import Alert, Decision, Pause, PolicyOutcome, RequestProblem, TierOverride, Transform, Violation
from ..._gen.tables import ENFORCEMENT_MODE_RANK, VERDICT_RANK, VERDICT_VALUES

_HELD_FROM = VERDICT_RANK["require_approval"]


@dataclass(slots=True)
class Findings:
    """What evaluation has gathered about one request."""

    phase: str
    agent_id: str
    plan_digest: str
    outcomes: Sequence[PolicyOutcome]
    violations: list[Violation]
    transforms: tuple[Transform, ...] = ()
    alerts: tuple[Alert, ...] | list[Alert] = ()
    problems: tuple[RequestProblem, ...] | list[RequestProblem] = ()
    pause: Pause | None = None
    tier_overrides: tuple[TierOverride, ...] = ()
    requested_pause: Pause | None = None


def combine(found: Findings) -> Decision:
    """One decision out of all outcomes: the strongest wins (SPECIFICATION D-2), whatever their order."""
    rank = VERDICT_RANK["paused"] if found.pause else 0
    for violation in found.violations:
        mode_rank = ENFORCEMENT_MODE_RANK[violation.enforcement_mode]
        rank = max(rank, mode_rank)
    return Decision(
        VERDICT_VALUES[rank],
        rank < _HELD_FROM,
        found.phase,
        found.agent_id,
        tuple(found.violations),
        tuple(found.outcomes),
        found.transforms,
        tuple(found.alerts),
        tuple(found.problems),
        found.plan_digest,
        found.pause,
        found.tier_overrides,
        requested_pause=found.requested_pause,
    )
