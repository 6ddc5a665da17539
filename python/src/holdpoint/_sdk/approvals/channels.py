"""Ways to reach a human."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol
from urllib.parse import quote

from ..._core import decode_message
from ..transport.api import Api, ApiAnswer, member, parse_json
from ..transport.backoff import Backoff
from ..types import ApprovalContext, OnApproval
from .wakes import ApprovalWakes


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """What a human, or the lack of one, has said."""

    kind: Literal["approved", "denied", "expired"]
    reason: str | None = None
    approval_id: str | None = None
    cause: BaseException | None = None


class ApprovalChannel(Protocol):
    """A way to reach a human. Called in a thread of its own; `stopped` is set when the answer no longer matters."""

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Asks and waits."""
        ...

    def confirm(self, answer: ChannelAnswer, action: dict[str, Any], stopped: threading.Event) -> ChannelAnswer:
        """Makes sure of an approval, given the step as it is now."""
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

    def confirm(self, answer: ChannelAnswer, action: dict[str, Any], stopped: threading.Event) -> ChannelAnswer:
        """The function's word is enough."""
        return answer


def _run_alone(awaitable: Awaitable[Any]) -> Any:
    async def wait() -> Any:
        return await awaitable

    return asyncio.run(wait())


class ControlPlaneChannel:
    """Asks through the control plane.

    Creates a request bound to the hash of the exact step, waits for a human's word, and has the server confirm, once,
    that the approval is for this step. Network failures are waited out; whatever is not a clear yes denies.
    """

    def __init__(self, api: Api, poll_interval_ms: float, wakes: ApprovalWakes) -> None:
        self._api = api
        self._poll_interval_ms = poll_interval_ms
        self._wakes = wakes

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Creates the request and waits for its answer."""
        holding = [one for one in context.violations if one.enforcement_mode == "require_approval"]
        body = {
            "agentId": context.agent_id,
            "action": context.action,
            "actionHash": context.action_hash,
            "policyIds": [one.policy_id for one in holding],
            "message": "; ".join(one.message for one in holding),
        }
        answer = self._persist(lambda: self._api.call("POST", "/api/v1/approvals", body=body), stopped)
        approval = _read_approval(answer)
        if approval is None:
            return ChannelAnswer("denied", f"nobody can be asked: the request was {_explain(answer)}")
        return self._wait_for_answer(approval["id"], stopped)

    def confirm(self, answer: ChannelAnswer, action: dict[str, Any], stopped: threading.Event) -> ChannelAnswer:
        """Spends the approval on exactly this step."""
        path = f"/api/v1/approvals/{quote(answer.approval_id or '', safe='')}/verify"
        said = self._persist(lambda: self._api.call("POST", path, body={"actionContext": action}), stopped)
        data = member(parse_json(said.text), "data")
        if said.outcome == "ok" and member(data, "valid") is True:
            return answer
        reason = member(data, "reason")
        shown = f": {reason}" if isinstance(reason, str) else ""
        return replace(answer, kind="denied", reason=f"the approval could not be confirmed{shown}")

    def _wait_for_answer(self, approval_id: str, stopped: threading.Event) -> ChannelAnswer:
        path = f"/api/v1/approvals/{quote(approval_id, safe='')}"
        while not stopped.is_set():
            answer = self._persist(lambda: self._api.call("GET", path), stopped)
            approval = _read_approval(answer)
            if approval is None:
                return ChannelAnswer("denied", f"the approval was {_explain(answer)}", approval_id)
            status = approval.get("status")
            if status in ("approved", "denied", "expired"):
                reason = approval.get("decisionReason") or None if status == "denied" else None
                return ChannelAnswer(status, reason, approval_id)
            self._wakes.wait(approval_id, self._poll_interval_ms, stopped)
        return ChannelAnswer("expired", None, approval_id)

    def _persist(self, call: Callable[[], ApiAnswer], stopped: threading.Event) -> ApiAnswer:
        """Repeats a call while its outcome says so, and the answer still matters."""
        backoff = Backoff()
        while True:
            answer = call()
            if answer.outcome != "retry" or stopped.is_set():
                return answer
            stopped.wait(backoff.next_ms(answer.retry_after_ms) / 1000)


def _read_approval(answer: ApiAnswer) -> dict[str, Any] | None:
    if answer.outcome != "ok":
        return None
    data = member(parse_json(answer.text), "data")
    # Other servers may say less than a whole approval: id and status are all that is needed.
    given = {name: member(data, name) for name in ("id", "status", "decisionReason")}
    read = decode_message("Approval", {"agentId": "", "action": {}, "actionHash": "", **given}).value
    return read if read is not None and read.get("id") else None


def _explain(answer: ApiAnswer) -> str:
    return "answered with something else" if answer.outcome == "ok" else answer.problem
