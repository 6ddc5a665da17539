"""Ways to reach a human."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent import futures
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..._gen.tables import CertificateProblem
from ..types import ApprovalContext, ApprovalProof, OnApproval
from .action import Action


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """What a human, or the lack of one, has said.

    `problem`: what was wrong with the certificate of an approval. `confirm`: where an approval is to be made sure of,
    does so, given the step as it is now.
    """

    kind: Literal["approved", "denied", "expired"]
    reason: str | None = None
    approval_id: str | None = None
    cause: BaseException | None = None
    problem: CertificateProblem | None = None
    proof: ApprovalProof | None = None
    confirm: Callable[[Action], ChannelAnswer] | None = None


class ApprovalChannel(Protocol):
    """A way to reach a human. Called in a thread of its own; `stopped` is set when the answer no longer matters."""

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Asks and waits."""
        ...

    def nudge(self) -> None:
        """Called after `stopped` was set, so that a wait that sleeps ends."""
        ...


_LOOK_AGAIN_S = 0.1

# The loop of the step that waits: where coroutines of the program run. Each step has its own.
waiting_loop: ContextVar[asyncio.AbstractEventLoop | None] = ContextVar("holdpoint_waiting_loop", default=None)


class CallbackChannel:
    """Asks a function of the program. Only True and `{"approved": True}` approve; one that raises denies."""

    def __init__(self, on_approval: OnApproval) -> None:
        self._on_approval = on_approval

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Calls the function."""
        try:
            answer: Any = self._on_approval(context)
            if inspect.isawaitable(answer):
                answer = _run_awaitable(answer, stopped)
            if answer is True:
                return ChannelAnswer("approved")
            if not isinstance(answer, Mapping):
                return ChannelAnswer("denied")
            if answer.get("approved") is True:
                return ChannelAnswer("approved")
            reason = answer.get("reason")
            return ChannelAnswer("denied", reason if isinstance(reason, str) else None)
        except Exception as error:  # noqa: BLE001 - a callback of the program's own
            return ChannelAnswer("denied", "the approval callback failed", cause=error)

    def nudge(self) -> None:
        """The function ends when it does."""


def _run_awaitable(awaitable: Awaitable[Any], stopped: threading.Event) -> Any:
    """Its result, from the loop that waits for it, or from one of its own. Ended when nobody waits any more."""

    async def wait() -> Any:
        return await awaitable

    loop = waiting_loop.get()
    if loop is None:
        return asyncio.run(wait())
    future = asyncio.run_coroutine_threadsafe(wait(), loop)
    # A loop that was closed in the middle never says so.
    while not futures.wait([future], _LOOK_AGAIN_S).done:
        if stopped.is_set() or loop.is_closed():
            if not loop.is_closed():
                future.cancel()
            raise TimeoutError("nobody waits for the answer any more")
    return future.result()
