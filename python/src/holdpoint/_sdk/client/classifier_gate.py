"""Classifiers, asked before the decision (clauses K-2 to K-5)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._core import (
    ClassifierQuestion,
    CompileProblem,
    Decision,
    Plan,
    list_classifier_names,
    list_classifier_questions,
    list_validators,
)
from ..._core.decide import es_number
from ..._gen.errors import EnforcementUnavailableError
from ..._gen.tables import (
    MAX_CLASSIFIER_NAME_CHARS,
    MAX_CLASSIFIER_TEXTS,
    MAX_CLASSIFIER_TIMEOUT_MS,
    MAX_ERROR_CHARS,
)
from ..classifiers.classifier import ClassifierAsk, LateError, NoScoreError, ReadyClassifier
from ..classifiers.kinds import Endpoint, ask_policy_url
from ..classifiers.read import Classifiers
from .snapshot import Snapshot
from .validator_gate import Ask, ValidatorGate

# What the core takes of one answer: `scores`, or `error`, and `open`.
_Result = dict[str, Any]

_LOOK_AGAIN_S = 0.02


class ClassifierGate:
    """A step that wants no classifier is not held up."""

    def __init__(self, classifiers: Classifiers) -> None:
        # With its parts, whose locks a forked process renews.
        self._parts = classifiers
        self._classifiers = classifiers.by_name
        self._endpoints = classifiers.endpoints

    def ask(
        self,
        current: Snapshot,
        request: Any,
        probe: Callable[[Any], Decision],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> Ask | None:
        """How to ask the classifiers that the step wants; None when it wants none. `probe` decides without a trace."""
        plan = current.plan
        if plan is None or not plan.asks_classifiers or not isinstance(request, dict):
            return None
        questions = list_classifier_questions(plan, request)
        if not questions:
            return None
        # Nothing that they say would let it pass: they are not shown it.
        if probe(_answer_best(plan, request, questions)).verdict in ("block", "paused"):
            return lambda _: _answer(request, questions, {})
        return lambda cancel: self._ask_all(request, questions, cancel, loop)

    def missing(self, plan: Plan | None) -> tuple[str, ...]:
        """Classifiers that policies name and the client does not have (clause K-8)."""
        if plan is None or not plan.asks_classifiers:
            return ()
        return tuple(name for name in list_classifier_names(plan) if name not in self._classifiers)

    def warn(self, plan: Plan | None) -> tuple[CompileProblem, ...]:
        """The same as problems of a plan that is in force all the same."""
        return tuple(
            CompileProblem(
                "",
                f"policies name the classifier `{name[:MAX_CLASSIFIER_NAME_CHARS]}`, which this client does not have: "
                "they are undecided",
            )
            for name in self.missing(plan)
        )

    def _ask_all(
        self,
        request: dict[str, Any],
        questions: Sequence[ClassifierQuestion],
        cancel: threading.Event | None,
        loop: asyncio.AbstractEventLoop | None,
    ) -> Any:
        """All at once, each in a thread that is not waited for longer than it may take."""
        running: dict[Any, _Question] = {}
        asked: dict[str, _Question] = {}
        for question in questions:
            classifier = self._classifiers.get(question.name) or self._find_policy_url(question)
            if classifier is None and not question.is_named:
                continue
            key = (question.name, question.url, question.timeout_ms, question.texts)
            if key not in running:
                running[key] = _Question(classifier, question, request, loop)
            asked[question.policy_id] = running[key]
        for one in running.values():
            one.wait(cancel)
        if cancel is not None and cancel.is_set():
            raise EnforcementUnavailableError("the step was cancelled while a classifier was asked")
        return _answer(request, questions, {policy_id: one.result() for policy_id, one in asked.items()})

    def _find_policy_url(self, question: ClassifierQuestion) -> ReadyClassifier | None:
        """The address that the policy itself names, where the client has no classifier of that name."""
        if question.url is None:
            return None
        endpoint = Endpoint(self._endpoints, question.url, None, False)
        timeout_ms = question.timeout_ms or MAX_CLASSIFIER_TIMEOUT_MS
        return ReadyClassifier(timeout_ms, "closed", ask_policy_url(endpoint, question.labels[0]))


class _Question:
    """One that is asked, from when it is made."""

    def __init__(
        self,
        classifier: ReadyClassifier | None,
        question: ClassifierQuestion,
        request: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self._done = threading.Event()
        self._over = threading.Event()
        self._found: _Result | None = None
        self._until = time.monotonic()
        if classifier is None:
            name = question.name[:MAX_CLASSIFIER_NAME_CHARS]
            self._settle({"error": f"this client has no classifier `{name}`"})
            return
        is_open = classifier.fail_mode == "open"
        if len(question.texts) > MAX_CLASSIFIER_TEXTS:
            self._settle({"error": f"there are {len(question.texts)} texts", "open": is_open})
            return
        limit_ms = min(classifier.timeout_ms, question.timeout_ms or MAX_CLASSIFIER_TIMEOUT_MS)
        self._until += limit_ms / 1000
        self._late = {"error": f"no answer within {es_number(limit_ms)} ms", "open": is_open}
        phase = request.get("phase")
        ask = ClassifierAsk(
            question.policy_id,
            phase if isinstance(phase, str) else "input",
            str(request.get("agentId")),
            question.texts,
            self._until,
            self._over,
            loop,
        )

        def run() -> None:
            try:
                self._settle({"scores": classifier.score(ask), "open": is_open})
            except LateError:
                self._settle(self._late)
            except NoScoreError as error:
                self._settle({"error": str(error)[:MAX_ERROR_CHARS], "open": is_open})
            except BaseException:  # noqa: BLE001 - a question that cannot be asked has no answer
                self._settle({"error": "it could not be asked", "open": is_open})

        threading.Thread(target=run, name="holdpoint-classifier", daemon=True).start()

    def wait(self, cancel: threading.Event | None) -> None:
        """Until it is answered, its time is over or the step is cancelled."""
        while not self._done.is_set() and not (cancel is not None and cancel.is_set()):
            left_s = self._until - time.monotonic()
            if left_s <= 0:
                break
            self._done.wait(min(_LOOK_AGAIN_S, left_s) if cancel else left_s)
        if not self._done.is_set():
            self._over.set()

    def result(self) -> _Result:
        return self._found if self._found is not None else self._late

    def _settle(self, result: _Result) -> None:
        self._found = result
        self._done.set()


class JoinedGate:
    """Classifiers are asked first: what they say may already stop what validators would be shown."""

    def __init__(self, classifiers: ClassifierGate, validators: ValidatorGate) -> None:
        self.classifiers = classifiers
        self._validators = validators

    def ask(
        self,
        current: Snapshot,
        request: Any,
        probe: Callable[[Any], Decision],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> Ask | None:
        """How to ask both; None when the step wants neither."""
        plan = current.plan
        asks = plan is not None and plan.asks_classifiers
        first = self.classifiers.ask(current, request, probe, loop) if asks else None
        if first is None:
            return self._validators.ask(current, request, probe)

        def ask(cancel: threading.Event | None) -> Any:
            answered = first(cancel)
            second = self._validators.ask(current, answered, probe)
            return answered if second is None else second(cancel)

        return ask


def _answer_best(plan: Plan, request: dict[str, Any], questions: Sequence[ClassifierQuestion]) -> dict[str, Any]:
    """The request as if every classifier had given zeros and every validator had allowed."""
    best = {question.policy_id: {"scores": dict.fromkeys(question.labels, 0)} for question in questions}
    answered = _answer(request, questions, best)
    allowed = {one.policy_id: {"decision": "allow"} for one in list_validators(plan, request)}
    return {**answered, "validatorResults": allowed} if allowed else answered


def _answer(
    request: dict[str, Any], questions: Sequence[ClassifierQuestion], answers: Mapping[str, _Result]
) -> dict[str, Any]:
    """Our answers in place of whatever the request says of these policies."""
    given = request.get("classifierResults")
    asked = {question.policy_id for question in questions}
    others = {name: one for name, one in given.items() if name not in asked} if isinstance(given, dict) else {}
    return {**request, "classifierResults": {**others, **answers}}
