"""`delegation_verdict`: the chain of callers, the grant, and the tools that go along (SPECIFICATION P-25)."""

from __future__ import annotations

from typing import Any

from ..._gen.messages import AgentGrant
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .pauses import parse_instant


def prepare_delegation_verdict(_rule: dict[str, Any], _context: PrepareContext) -> PreparedOperator:
    """Nothing is to be readied: grants are the plan's."""
    return PreparedOperator(_run)


def _run(evaluation: Evaluation) -> dict[str, Any]:
    view, plan = evaluation.view, evaluation.plan
    extras = view.extras
    target = extras.target_agent_id
    if target == "":
        raise OperatorFailure("REQUEST_INVALID", "there is no `targetAgentId` in this request")
    action = extras.action or "invoke"
    depth = len(extras.delegation_chain) + 1
    granted = any(_holds(grant, view.agent_id, target, action, depth, evaluation.now_ms) for grant in plan.grants)
    caller, callee = plan.agents.get(view.agent_id), plan.agents.get(target)
    own = (caller.tools if caller is not None else None) or view.tools
    asked = extras.delegated_tools or (callee.tools if callee is not None else None) or ()
    has = frozenset(own)
    tool = next((name for name in asked if name not in has), "")
    return {"depth": depth, "action": action, "target": target, "granted": granted, "tool": tool, "evidence": ()}


def _holds(grant: AgentGrant, caller: str, callee: str, action: str, depth: int, now_ms: float) -> bool:
    return (
        (grant.status or "active") == "active"
        and grant.caller_agent_id == caller
        and grant.callee_agent_id in ("*", callee)
        and action in grant.actions
        # An end that is no date is over.
        and (not grant.expires_at or parse_instant(grant.expires_at) > now_ms)
        and (grant.max_depth is None or depth <= grant.max_depth)
    )
