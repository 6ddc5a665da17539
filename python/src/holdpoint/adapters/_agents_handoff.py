"""Handing a run over from one agent to another."""

from __future__ import annotations

import weakref
from typing import Any

from .. import AsyncHoldpoint, Holdpoint
from ._agents_memory import asynchronous, current_step, stopping
from ._identity import Identity, canary_id

# On what invokes a handoff of ours: gives the governed agent that it goes to.
HANDOFF_TARGET = "holdpoint_target"

# The agents that have handed a run on, by its context, without circles: the agent that has it is not among them.
_chains: weakref.WeakKeyDictionary[Any, list[str]] = weakref.WeakKeyDictionary()


async def check_handoff(
    hp: Holdpoint | AsyncHoldpoint, who: Identity, target_agent_id: str, context: Any, arguments: str
) -> None:
    """Phase `agent_call`, when a run goes from one agent to another. Raises a halt."""
    if target_agent_id == who.agent_id or canary_id():
        return  # a canary only asks who the run would go to
    client = asynchronous(hp)
    chain = _chains.get(context, [])
    with stopping():
        await client.enforce_policy(
            phase="agent_call",
            target_agent_id=target_agent_id,
            delegation_chain=chain,
            input=None if arguments in ("", "{}") else arguments,
            trace=current_step(client.sync),
            **who.fields(),
        )
    passed = [*chain, who.agent_id]
    _chains[context] = passed[: passed.index(target_agent_id)] if target_agent_id in passed else passed
