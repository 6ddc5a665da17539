"""Proof that a client's guard is in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import AsyncHoldpoint, Holdpoint
from ._canary import not_guarded, open_canary
from ._client_guard import guard_of


@contextmanager
def open_verified(hp: Holdpoint | AsyncHoldpoint, client: Any) -> Iterator[str]:
    """A canary for a client that this client of ours guards; raises HoldpointError for any other."""
    guard = guard_of(client)
    sync = hp.sync if isinstance(hp, AsyncHoldpoint) else hp
    if guard is None or guard.client.sync is not sync:
        raise not_guarded(
            f"client `{type(client).__name__}`", "pass it through `guard_openai` or `guard_anthropic` with this client"
        )
    with open_canary(hp) as agent_id:
        yield agent_id
