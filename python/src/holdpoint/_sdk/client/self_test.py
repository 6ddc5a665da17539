"""Proof that a client stops what it should."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..._gen.errors import AgentPausedError, HoldpointError
from ..types import SelfTestReport
from .requests import build_policy_request

if TYPE_CHECKING:
    from .holdpoint import Holdpoint


def self_test(hp: Holdpoint, canaries: Sequence[Any], *, monitor_only: bool) -> SelfTestReport:
    """Pushes canaries through every verb and through the policies in force (SPECIFICATION R-6)."""
    running = hp._running
    agent_id = f"holdpoint-canary-{uuid.uuid4()}"
    hp.pause_agent(agent_id, reason="canary of the self test")
    stopped: list[str] = []
    try:
        for name, push in _list_steps(hp, agent_id):
            error = _catch_error(push)
            if not isinstance(error, AgentPausedError) or error.agent_id != agent_id:
                raise HoldpointError(f"`{name}` does not stop a paused agent") from error
            stopped.append(name)
    finally:
        hp.resume_agent(agent_id)
    plan = running.snapshot.current.plan
    if plan is None:
        raise HoldpointError("no policies are in force")
    if hp.stats().stale:
        raise HoldpointError("the policies in force are stale")
    holding = [
        one
        for one in plan.written
        if one.get("isActive") is not False and one.get("enforcementMode") in ("block", "require_approval")
    ]
    if not holding and not monitor_only:
        raise HoldpointError(
            "no active policy can stop a step: they all monitor or warn; say `monitor_only` if that is meant"
        )
    missing = ", ".join(f"`{name[:64]}`" for name in hp.stats().missing_classifiers)
    if missing:
        raise HoldpointError(f"policies name classifiers that this client does not have: {missing}")
    for index, canary in enumerate(canaries):
        decision = running.enforcer.examine(build_policy_request(canary, {}, hp._environment))
        about = f"(agent `{decision.agent_id[:64]}`, phase {decision.phase})"
        # What cannot be read is stopped whatever it asks for: that proves nothing.
        if decision.problems:
            problem = decision.problems[0]
            raise HoldpointError(f"canary {index} {about} cannot be read: `{problem.path}` {problem.message}")
        if decision.allowed:
            raise HoldpointError(f"canary {index} {about} was let pass")
    return SelfTestReport(tuple(stopped), len(holding), len(canaries))


def _list_steps(hp: Holdpoint, agent_id: str) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("enforce_policy", lambda: hp.enforce_policy(agent_id=agent_id, input="canary")),
        ("enforce_tool_call", lambda: hp.enforce_tool_call(agent_id=agent_id, tool="canary")),
        ("enforce_tool_result", lambda: hp.enforce_tool_result(agent_id=agent_id, tool="canary", result="canary")),
        ("enforce_output", lambda: hp.enforce_output(agent_id=agent_id, output="canary")),
        ("guard_stream", lambda: list(hp.guard_stream(["canary"], agent_id=agent_id))),
        ("start_trace", lambda: hp.start_trace(agent_id=agent_id).end()),
    ]


def _catch_error(push: Callable[[], Any]) -> Exception | None:
    try:
        push()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
    return None
