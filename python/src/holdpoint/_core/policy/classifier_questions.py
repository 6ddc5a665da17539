"""What a step wants of classifiers of the client (clause K-3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._gen.tables import DEFAULT_ENVIRONMENT
from .plan import Plan
from .request import bind_request


class ClassifierQuestion(NamedTuple):
    """One policy's texts that a classifier has to score before the step is decided.

    `is_named`: False where the scores may come with the request; then it is asked only where the client has it, or
    there is a `url`. `labels`: the scores that are wanted, an empty one for the only one. `timeout_ms`: the
    policy's own bound on the wait.
    """

    policy_id: str
    name: str
    is_named: bool
    labels: tuple[str, ...]
    url: str | None
    timeout_ms: int | None
    texts: tuple[str, ...]


def list_classifier_questions(plan: Plan, request: Any) -> Sequence[ClassifierQuestion]:
    """In the order of evaluation. Scores that the request brings under a label are not wanted again. Never raises."""
    if not plan.asks_classifiers:
        return ()
    try:
        view = bind_request(request, DEFAULT_ENVIRONMENT)
        steps = plan.applicable.find(plan, view).steps
        brought = view.extras.classifications
        questions = []
        for _, policy in steps:
            for _, operator in policy.operators:
                need = operator.classifies
                if need is None or (not need.is_named and need.label in brought):
                    continue
                texts = tuple(need.texts(view))
                if texts:
                    labels = need.labels or (need.label,)
                    wanted = (need.name, need.is_named, labels, need.url, need.timeout_ms)
                    questions.append(ClassifierQuestion(policy.id, *wanted, texts))
    except Exception:  # noqa: BLE001 - hostile requests
        return ()
    return questions


def list_classifier_names(plan: Plan) -> Sequence[str]:
    """The classifiers that active policies name, each once, in the order of evaluation."""
    needs = (operator.classifies for policy in plan.compiled for _, operator in policy.operators)
    return list(dict.fromkeys(need.name for need in needs if need is not None and need.is_named))
