"""A step that waits for a human."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..._core import Decision
from ..._gen.errors import ApprovalDeniedError, ApprovalTimeoutError
from ..clock import monotonic_ms
from ..types import ApprovalContext, ApprovalEvent
from .action import Action, read_action
from .channels import ApprovalChannel, ChannelAnswer

_TICK_S = 0.05


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `cancel`, when set, ends the wait."""

    request: Any
    decision: Decision
    cancel: threading.Event | None = None

    def is_given_up(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.cancel is not None and self.cancel.is_set()


class Approver:
    """Asks a human through one channel; without one nobody can be asked.

    `on_end` hears once of each question that could be asked; it never raises.
    """

    def __init__(
        self, channel: ApprovalChannel | None, timeout_ms: float, on_end: Callable[[ApprovalEvent], None]
    ) -> None:
        self.channel = channel
        self._timeout_ms = timeout_ms
        self._on_end = on_end
        self._closed = threading.Event()

    def close(self) -> None:
        """Ends every wait; the steps are held."""
        self._closed.set()

    def ask(self, question: Question) -> None:
        """Returns when a human has approved exactly this step.

        Raises ApprovalDeniedError (no, nobody can be asked, or no good certificate) or ApprovalTimeoutError (no answer
        in time, or the wait was ended).
        """
        channel = self.channel
        if channel is None:
            raise _deny(question, "nobody can be asked")
        action = read_action(question.request)
        if action is None:
            raise _deny(question, "the step cannot be written down exactly, so nobody can approve it")
        answer = self._wait(channel, question, action)
        self._on_end(_describe_end(question, action, answer))
        if answer.kind == "approved":
            return
        if answer.kind == "expired":
            raise ApprovalTimeoutError(
                f"{_name_holder(question.decision)}: {answer.reason or 'nobody answered in time'}",
                violations=question.decision.violations,
                decision=question.decision,
                approval_id=answer.approval_id,
            ) from answer.cause
        raise _deny(question, answer.reason or "a human said no", answer) from answer.cause

    def _wait(self, channel: ApprovalChannel, question: Question, action: Action) -> ChannelAnswer:
        """The channel's answer, or the end of the wait, whichever comes first."""
        stopped = threading.Event()
        answers: queue.SimpleQueue[ChannelAnswer] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put(_ask_and_confirm(channel, question, action, stopped))
            except Exception as error:  # noqa: BLE001 - a defect of ours denies
                answers.put(ChannelAnswer("denied", "the approval could not be asked for", cause=error))

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), name="holdpoint-approval", daemon=True).start()
        deadline = monotonic_ms() + self._timeout_ms
        try:
            while True:
                left_s = (deadline - monotonic_ms()) / 1000
                if left_s <= 0:
                    return ChannelAnswer("expired")
                if self._closed.is_set() or question.is_given_up():
                    return ChannelAnswer("expired", "the wait was aborted")
                try:
                    answer = answers.get(timeout=min(left_s, _TICK_S))
                except queue.Empty:
                    continue
                # What nobody waits for any more does not happen, whatever the answer is.
                return ChannelAnswer("expired", "the wait was aborted") if question.is_given_up() else answer
        finally:
            stopped.set()
            channel.nudge()


def _ask_and_confirm(
    channel: ApprovalChannel, question: Question, action: Action, stopped: threading.Event
) -> ChannelAnswer:
    decision = question.decision
    context = ApprovalContext(decision.agent_id, decision, decision.violations, action.value, action.hash)
    answer = channel.ask(context, stopped)
    if answer.kind != "approved":
        return answer
    # The program may have changed the arguments while it waited: then this is not the step that was approved.
    now = read_action(question.request)
    if now is None or now.hash != action.hash:
        return ChannelAnswer("denied", "the step changed while it waited", answer.approval_id)
    # An approval is used up for a step that goes ahead, and this one does not: it was given up while the answer came.
    if stopped.is_set() or question.is_given_up():
        return ChannelAnswer("expired", "the wait was aborted", answer.approval_id)
    return answer if answer.confirm is None else answer.confirm(now)


def _describe_end(question: Question, action: Action, answer: ChannelAnswer) -> ApprovalEvent:
    return ApprovalEvent(
        agent_id=question.decision.agent_id,
        action_hash=action.hash,
        approval_id=answer.approval_id,
        outcome=answer.kind if answer.problem is None else "refused",
        problem=answer.problem,
        reason=answer.reason,
        proof=answer.proof,
    )


def _name_holder(decision: Decision) -> str:
    holder = next((one for one in decision.violations if one.enforcement_mode == "require_approval"), None)
    return f"held by policy `{holder.policy_name}`" if holder else "held"


def _deny(question: Question, why: str, answer: ChannelAnswer | None = None) -> ApprovalDeniedError:
    return ApprovalDeniedError(
        f"{_name_holder(question.decision)}: {why}",
        violations=question.decision.violations,
        decision=question.decision,
        approval_id=answer.approval_id if answer else None,
    )
