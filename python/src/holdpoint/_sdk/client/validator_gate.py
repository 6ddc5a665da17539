"""Own validators, asked before the decision (clauses V-1 to V-4)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._core import Clock, Decision, ValidatorQuestion, list_validators
from ..._gen.errors import EnforcementUnavailableError
from ..clock import to_timestamp
from ..transport.api import Api
from ..validators.ask import ValidatorResult, ask_validator, no_answer
from ..validators.endpoints import Endpoints
from ..validators.question import build_question
from ..validators.secrets import ValidatorSecrets
from .snapshot import Snapshot

# Gives the request with the answers; raises EnforcementUnavailableError when the event is set meanwhile.
Ask = Callable[["threading.Event | None"], Any]

_LOOK_AGAIN_S = 0.02
_ANSWERS = frozenset({"validatorResults", "classifierResults"})


class ValidatorGate:
    """A step without validators is not held up. `environment`: filled into requests that name none."""

    def __init__(self, api: Api | None, clock: Clock, environment: str) -> None:
        self._endpoints = Endpoints()
        self._secrets = None if api is None else ValidatorSecrets(api)
        self._clock = clock
        self._environment = environment

    def ask(self, current: Snapshot, request: Any, probe: Callable[[Any], Decision]) -> Ask | None:
        """How to ask the validators that the step needs; None when it needs none. `probe` decides without a trace."""
        if current.plan is None or not isinstance(request, dict):
            return None
        questions = list_validators(current.plan, request)
        if not questions:
            return None
        allowed = {question.policy_id: {"decision": "allow"} for question in questions}
        # Nothing that they say would let it pass: they are not shown it.
        if probe(_answer(request, questions, allowed)).verdict in ("block", "paused"):
            return lambda _: _answer(request, questions, {})
        return lambda cancel: self._ask_all(current, request, questions, cancel)

    def _ask_all(
        self,
        current: Snapshot,
        request: dict[str, Any],
        questions: Sequence[ValidatorQuestion],
        cancel: threading.Event | None,
    ) -> Any:
        """All at once, each in a thread that is not waited for longer than it may take: no resolver can be stopped."""
        begun = time.monotonic()
        answers: dict[str, ValidatorResult] = {}
        done = threading.Event()

        def ask(question: ValidatorQuestion) -> None:
            answers[question.policy_id] = self._ask_one(current, request, question, begun, cancel)
            if len(answers) == len(questions):
                done.set()

        for question in questions:
            threading.Thread(target=ask, args=[question], name="holdpoint-validator", daemon=True).start()
        until = begun + max(question.timeout_ms for question in questions) / 1000
        while not done.is_set() and time.monotonic() < until and not (cancel is not None and cancel.is_set()):
            done.wait(min(_LOOK_AGAIN_S, max(0.0, until - time.monotonic())) if cancel else until - time.monotonic())
        if cancel is not None and cancel.is_set():
            raise EnforcementUnavailableError("the step was cancelled while a validator was asked")
        given = dict(answers)
        late = no_answer("no answer in time")
        return _answer(request, questions, {one.policy_id: given.get(one.policy_id, late) for one in questions})

    def _ask_one(
        self,
        current: Snapshot,
        request: dict[str, Any],
        question: ValidatorQuestion,
        begun: float,
        cancel: threading.Event | None,
    ) -> ValidatorResult:
        try:
            bundled = self._secrets is not None and current.version > 0
            kept = self._secrets.find(question.policy_id, current.version) if self._secrets and bundled else ""
            if kept is None:
                return no_answer("its secret could not be had")
            agent = current.plan.agents.get(str(request.get("agentId"))) if current.plan else None
            body = build_question(
                request,
                self._environment,
                {
                    "policyId": question.policy_id,
                    "organizationId": current.bundle.organization_id if current.bundle else "",
                    "agentName": (agent.name or None) if agent else None,
                    "timestamp": to_timestamp(self._clock()),
                },
            )
            until = begun + question.timeout_ms / 1000
            return ask_validator(self._endpoints, question, kept or question.secret, body, until, cancel)
        except Exception:  # noqa: BLE001 - a question that cannot be asked has no answer
            return no_answer("it could not be asked")


def without_answers(request: Any) -> Any:
    """A step as humans are asked about it: what validators and classifiers have said is no part of it."""
    if not isinstance(request, dict) or not _ANSWERS & request.keys():
        return request
    return {name: value for name, value in request.items() if name not in _ANSWERS}


def _answer(
    request: dict[str, Any], questions: Sequence[ValidatorQuestion], answers: Mapping[str, ValidatorResult]
) -> dict[str, Any]:
    """Our answers in place of whatever the request says of these policies."""
    given = request.get("validatorResults")
    asked = {question.policy_id for question in questions}
    others = {name: one for name, one in given.items() if name not in asked} if isinstance(given, dict) else {}
    return {**request, "validatorResults": {**others, **answers}}
