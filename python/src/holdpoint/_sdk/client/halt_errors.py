"""The errors of decisions that are not allowed."""

from __future__ import annotations

from dataclasses import replace

from ..._core import Decision, Violation
from ..._gen.errors import (
    AgentPausedError,
    ApprovalDeniedError,
    EnforcementHaltError,
    EnforcementUnavailableError,
    PolicyBlockedError,
    ValidatorDeniedError,
)
from ..events.recorder import describe_pause

_NO_POLICIES = "NO_POLICIES_LOADED"
_BUNDLE_STALE = "BUNDLE_STALE"


def create_halt_error(decision: Decision, why_held: str = "nobody can be asked") -> EnforcementHaltError:
    """The error of a decision that is not allowed."""
    if decision.verdict == "paused":
        return create_paused_error(decision)
    if any(violation.reason == _NO_POLICIES for violation in decision.violations):
        return EnforcementUnavailableError("no policies have arrived yet and the fail mode is closed")
    if any(violation.reason == _BUNDLE_STALE for violation in decision.violations):
        return EnforcementUnavailableError("the policies are stale and the fail mode is closed")
    violations = decision.violations
    if decision.verdict == "require_approval":
        message = f"held by {_describe(decision)}; {why_held}"
        return ApprovalDeniedError(message, violations=violations, decision=decision)
    first = next((one for one in violations if one.enforcement_mode == decision.verdict), None)
    if first is not None and first.reason == "VALIDATOR_DENIED":
        return ValidatorDeniedError(f"blocked by {_describe(decision)}", violations=violations, decision=decision)
    return PolicyBlockedError(f"blocked by {_describe(decision)}", violations=violations, decision=decision)


def create_paused_error(decision: Decision) -> AgentPausedError:
    """The error of a paused agent."""
    paused = describe_pause(decision)
    why = f": {paused.reason}" if paused.reason else ""
    return AgentPausedError(
        f"agent `{paused.agent_id}` is paused at level {paused.level}{why}",
        agent_id=paused.agent_id,
        level=paused.level,
        reason=paused.reason,
        until=paused.until,
    )


def decide_unreserved(decision: Decision) -> Decision:
    """The decision of a step whose budget the store would not reserve."""
    message = "the budget could not be reserved"
    violation = Violation("system", "system", "system", "critical", message, "block", "USAGE_UNAVAILABLE", ())
    return replace(decision, verdict="block", allowed=False, violations=(*decision.violations, violation))


def decide_without_plan(decision: Decision) -> Decision:
    """The decision of a client that has no plan and whose fail mode is closed."""
    message = "no policies have arrived yet"
    violation = Violation("system", "system", "system", "critical", message, "block", _NO_POLICIES, ())
    return replace(decision, verdict="block", allowed=False, violations=(violation,))


def decide_stale(decision: Decision) -> Decision:
    """The decision of a client whose plan was not confirmed for too long and whose fail mode is closed."""
    message = "the policies were not confirmed for too long"
    violation = Violation("system", "system", "system", "critical", message, "block", _BUNDLE_STALE, ())
    return replace(decision, verdict="block", allowed=False, violations=(violation,))


def _describe(decision: Decision) -> str:
    """The first violation that made the verdict: its policy and its message."""
    made = [one for one in decision.violations if one.enforcement_mode == decision.verdict]
    first = next(iter(made or decision.violations), None)
    return f"policy `{first.policy_name}`: {first.message}" if first else "a policy"
