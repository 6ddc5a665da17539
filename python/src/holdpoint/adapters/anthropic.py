"""Anthropic: `guard_anthropic(hp, client, agent_id=…)` gives the same client, guarded."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from anthropic import Anthropic, AsyncAnthropic

from .. import AsyncHoldpoint, Holdpoint, TraceHandle
from ._client_guard import find_halt, guard_client
from ._client_verify import averify_client, verify_client
from ._identity import EstimateCost, Identity

__all__ = ["averify", "find_halt", "guard_anthropic", "verify"]

C = TypeVar("C", Anthropic, AsyncAnthropic)


def guard_anthropic(
    hp: Holdpoint | AsyncHoldpoint,
    client: C,
    *,
    agent_id: str,
    environment: str | None = None,
    session_id: str | None = None,
    user_id: str | None = None,
    estimate_cost: EstimateCost | None = None,
    trace: TraceHandle | None = None,
    parent_span_id: str | None = None,
) -> C:
    """The same client, guarded: messages and everything built on them, streams included.

    What policies stop raises the SDK's own error: a stopped input is not sent, a stopped answer is seen by nobody.
    `trace` takes decisions, tokens and a span for each request; its maker ends it.
    """
    who = Identity(agent_id, environment, session_id, user_id, estimate_cost)
    return guard_client(client, hp, who, trace, parent_span_id)


def verify(hp: Holdpoint | AsyncHoldpoint, client: Anthropic) -> None:
    """Pushes requests of a paused agent through this very client; raises HoldpointError when one is not stopped.

    A client that is not guarded sends nothing. For an `AsyncAnthropic`: `await averify(…)`.
    """
    verify_client(hp, client, _pushes(client))


async def averify(hp: Holdpoint | AsyncHoldpoint, client: AsyncAnthropic) -> None:
    """The same for a client of asyncio."""
    await averify_client(hp, client, _pushes(client))


def _pushes(client: Any) -> list[tuple[str, Any]]:
    messages = [{"role": "user", "content": "canary"}]
    push = partial(client.messages.create, model="holdpoint-canary", max_tokens=1, messages=messages)
    return [("`messages` of the client", push), ("the stream of `messages` of the client", partial(push, stream=True))]
