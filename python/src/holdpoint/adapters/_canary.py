"""A step that must be stopped: proof that a guard is in place and works."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import AgentPausedError, AsyncHoldpoint, Holdpoint, HoldpointError
from ._identity import canary, find_halt


@contextmanager
def open_canary(hp: Holdpoint | AsyncHoldpoint) -> Iterator[str]:
    """Pauses an agent that nobody else is, in this client alone, and makes every guard here act for it."""
    agent_id = f"holdpoint-canary-{uuid.uuid4()}"
    hp.pause_agent(agent_id, reason="canary of verify")
    token = canary.set(agent_id)
    try:
        yield agent_id
    finally:
        canary.reset(token)
        hp.resume_agent(agent_id)


def expect_stop(what: str, agent_id: str, push: Callable[[], Any]) -> None:
    """Pushes a step; raises HoldpointError that names the hook unless the canary's own pause has stopped it."""
    try:
        push()
    except Exception as error:  # noqa: BLE001 - which one it is, is judged below
        _judge(what, agent_id, error)
    else:
        _judge(what, agent_id, None)


async def expect_async_stop(what: str, agent_id: str, push: Callable[[], Awaitable[Any]]) -> None:
    """The same for a step that is awaited."""
    try:
        await push()
    except Exception as error:  # noqa: BLE001 - which one it is, is judged below
        _judge(what, agent_id, error)
    else:
        _judge(what, agent_id, None)


def not_guarded(what: str, advice: str) -> HoldpointError:
    """The error for a place without a guard; nothing was called."""
    return HoldpointError(f"{what} is not guarded: {advice}")


def _judge(what: str, agent_id: str, error: BaseException | None) -> None:
    halt = find_halt(error)
    if isinstance(halt, AgentPausedError) and halt.agent_id == agent_id:
        return
    raise HoldpointError(f"{what} does not stop a paused agent: guard it with this client") from error
