"""Asking a human through the control plane."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote

from ..._core import decode_message
from ..._gen.tables import CertificateProblem
from ..transport.api import Api, ApiAnswer, member, parse_json
from ..transport.backoff import Backoff
from ..types import ApprovalContext
from .action import Action
from .certificates import CERTIFICATE_PROBLEMS, CertificateChecker, CertificateDemand, CertificateError
from .channels import ChannelAnswer
from .wakes import ApprovalWakes

# 256 bits of chance.
_NONCE_BYTES = 32

# What the reasons of a control plane come to.
_USE_PROBLEMS: dict[str, CertificateProblem] = {
    "used": "replayed",
    "nonce_reused": "replayed",
    "action_mismatch": "wrong_action",
}


class BundleInForce(Protocol):
    """Whose the bundle in force is, and the SHA-256 of its payload, hex."""

    @property
    def organization_id(self) -> str: ...
    @property
    def digest(self) -> str: ...


class ControlPlaneChannel:
    """Asks through the control plane.

    Creates a request bound to the hash of the exact step, waits for a human's word, uses the approval up, and lets the
    step pass only with a certificate that it has checked by itself. Network failures are waited out; whatever is not a
    clear yes denies.
    """

    def __init__(
        self,
        api: Api,
        poll_interval_ms: float,
        wakes: ApprovalWakes,
        checker: CertificateChecker,
        bundle: Callable[[], BundleInForce | None],
    ) -> None:
        self._api = api
        self._poll_interval_ms = poll_interval_ms
        self._wakes = wakes
        self._checker = checker
        self._bundle = bundle

    def ask(self, context: ApprovalContext, stopped: threading.Event) -> ChannelAnswer:
        """Creates the request and waits for its answer."""
        bundle = self._bundle()
        digest = bundle.digest if bundle else ""
        body = {**_describe_question(context), "requestId": secrets.token_hex(_NONCE_BYTES)}
        if digest:
            body["bundleDigest"] = digest
        answer = self._persist(lambda: self._api.call("POST", "/api/v1/approvals", body=body), stopped)
        approval = _read_approval(answer)
        if approval is None:
            return ChannelAnswer("denied", f"nobody can be asked: the request was {_explain(answer)}")
        approval_id: str = approval["id"]
        word = self._wait_for_word(approval_id, stopped)
        if word.kind != "approved":
            return word
        agent_id = context.agent_id
        return ChannelAnswer(
            "approved",
            approval_id=approval_id,
            confirm=lambda action: self._confirm(approval_id, agent_id, digest, action, stopped),
        )

    def nudge(self) -> None:
        """Ends the sleep of a wait that is over."""
        self._wakes.nudge()

    def _confirm(
        self, approval_id: str, agent_id: str, digest: str, action: Action, stopped: threading.Event
    ) -> ChannelAnswer:
        """Uses the approval up. The nonce is made for this one use: no certificate that exists can carry it."""
        nonce = secrets.token_hex(_NONCE_BYTES)
        path = f"/api/v1/approvals/{quote(approval_id, safe='')}/verify"
        body = {"actionContext": action.value, "nonce": nonce}
        said = self._persist(lambda: self._api.call("POST", path, body=body), stopped)
        data = member(parse_json(said.text), "data")
        if said.outcome != "ok" or member(data, "valid") is not True:
            return _refuse_use(approval_id, said, member(data, "reason"))
        bundle = self._bundle()
        organization_id = bundle.organization_id if bundle else None
        demand = CertificateDemand(approval_id, organization_id, agent_id, action.hash, nonce, digest)
        try:
            proof = self._checker.check(member(data, "certificate"), demand)
        except CertificateError as error:
            return _refuse(approval_id, error.problem)
        return ChannelAnswer("approved", approval_id=approval_id, proof=proof)

    def _wait_for_word(self, approval_id: str, stopped: threading.Event) -> ChannelAnswer:
        path = f"/api/v1/approvals/{quote(approval_id, safe='')}"
        watch = self._wakes.watch(approval_id)
        try:
            while not stopped.is_set():
                answer = self._persist(lambda: self._api.call("GET", path), stopped)
                word = _read_word(approval_id, answer)
                if word is not None:
                    return word
                watch.next(self._poll_interval_ms, stopped)
        finally:
            watch.end()
        return ChannelAnswer("expired", None, approval_id)

    def _persist(self, call: Callable[[], ApiAnswer], stopped: threading.Event) -> ApiAnswer:
        """Repeats a call while its outcome says so, and the answer still matters."""
        backoff = Backoff()
        while True:
            answer = call()
            if answer.outcome != "retry" or stopped.is_set():
                return answer
            stopped.wait(backoff.next_ms(answer.retry_after_ms) / 1000)


def _describe_question(context: ApprovalContext) -> dict[str, Any]:
    holding = [one for one in context.violations if one.enforcement_mode == "require_approval"]
    return {
        "agentId": context.agent_id,
        "action": context.action,
        "actionHash": context.action_hash,
        "policyIds": [one.policy_id for one in holding],
        "message": "; ".join(one.message for one in holding),
    }


def _read_word(approval_id: str, answer: ApiAnswer) -> ChannelAnswer | None:
    """What a human has said; None while nobody has."""
    approval = _read_approval(answer)
    if approval is None:
        return ChannelAnswer("denied", f"the approval was {_explain(answer)}", approval_id)
    status = approval.get("status")
    if status in ("approved", "expired"):
        return ChannelAnswer(status, None, approval_id)
    if status != "denied":
        return None
    return ChannelAnswer("denied", approval.get("decisionReason") or None, approval_id)


def _refuse(approval_id: str, problem: CertificateProblem) -> ChannelAnswer:
    return ChannelAnswer("denied", CERTIFICATE_PROBLEMS[problem], approval_id, problem=problem)


def _refuse_use(approval_id: str, answer: ApiAnswer, reason: Any) -> ChannelAnswer:
    if answer.outcome == "ok" and reason == "expired":
        return ChannelAnswer("expired", None, approval_id)
    problem = _USE_PROBLEMS.get(reason) if answer.outcome == "ok" and isinstance(reason, str) else None
    if problem is not None:
        return _refuse(approval_id, problem)
    why = reason if answer.outcome == "ok" else answer.problem
    shown = f": {why}" if isinstance(why, str) else ""
    return ChannelAnswer("denied", f"the approval could not be confirmed{shown}", approval_id, problem="missing")


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
