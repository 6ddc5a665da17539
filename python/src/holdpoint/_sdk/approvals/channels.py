"""Ways to reach a human."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Mapping
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


class CallbackChannel:
    """Asks a function of the program. Only True and `{"approved": True}` approve; one that raises denies."""

    def __init__(self, on_approval: OnApproval) -> None:
        self._on_approval = on_approval
        # Where a coroutine runs; one of its own unless an asynchronous client lends its loop.
        self.run_awaitable: Callable[[Awaitable[Any]], Any] = _run_alone

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Calls the function."""
        try:
            answer: Any = self._on_approval(context)
            if inspect.isawaitable(answer):
                answer = self.run_awaitable(answer)
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


def _run_alone(awaitable: Awaitable[Any]) -> Any:
    async def wait() -> Any:
        return await awaitable

    return asyncio.run(wait())
