"""Proof that a client's guard is in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .. import AsyncHoldpoint, Holdpoint
from ._canary import expect_async_stop, expect_stop, not_guarded, open_canary
from ._client_guard import guard_of

# What is pushed, and what pushes it.
Pushes = Sequence[tuple[str, Callable[[], Any]]]


def verify_client(hp: Holdpoint | AsyncHoldpoint, client: Any, pushes: Pushes) -> None:
    """Pushes requests of a paused agent through a client; raises HoldpointError when one is not stopped."""
    with _open_verified(hp, client) as agent_id:
        for what, push in pushes:
            expect_stop(what, agent_id, push)


async def averify_client(hp: Holdpoint | AsyncHoldpoint, client: Any, pushes: Pushes) -> None:
    """The same for a client of asyncio."""
    with _open_verified(hp, client) as agent_id:
        for what, push in pushes:
            await expect_async_stop(what, agent_id, push)


@contextmanager
def _open_verified(hp: Holdpoint | AsyncHoldpoint, client: Any) -> Iterator[str]:
    """A canary for a client that this client of ours guards; raises HoldpointError for any other."""
    guard = guard_of(client)
    sync = hp.sync if isinstance(hp, AsyncHoldpoint) else hp
    if guard is None or guard.client.sync is not sync:
        raise not_guarded(
            f"client `{type(client).__name__}`", "pass it through `guard_openai` or `guard_anthropic` with this client"
        )
    with open_canary(hp) as agent_id:
        yield agent_id
