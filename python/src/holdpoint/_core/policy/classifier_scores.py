"""What classifiers of the client have scored before evaluation; nothing is asked from here (clauses K-6, K-7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..._gen.tables import MAX_CLASSIFIER_NAME_CHARS, MAX_ERROR_CHARS
from ..decide import first_units
from .operator import OperatorFailure
from .request import RequestView


class ClassifierNeed(NamedTuple):
    """What a policy wants a classifier of the client to score.

    `is_named`: whether the policy names the classifier; else scores may come with the request, and the client asks only
    where it can. `label`: the score that it wants, empty for the only one; `labels`: those that it wants, where they
    are several. `url`: where the policy itself says that scores are had. Without any text nobody is asked.
    """

    name: str
    is_named: bool
    label: str
    texts: Callable[[RequestView], Sequence[str]]
    url: str | None = None
    timeout_ms: int | None = None
    labels: tuple[str, ...] = ()


class SkippedScores(NamedTuple):
    """No scores, and the policy is decided without them: why."""

    skipped: str


def read_classifier(view: RequestView, policy_id: str, need: ClassifierNeed) -> dict[str, float] | SkippedScores:
    """Its scores by label; empty without a text. Raises OperatorFailure."""
    if not need.texts(view):
        return {}
    result = view.extras.classifier_results.get(policy_id)
    shown = first_units(need.name, MAX_CLASSIFIER_NAME_CHARS)
    if result is None:
        raise OperatorFailure("CLASSIFIER_UNAVAILABLE", f"the classifier `{shown}` was not asked")
    if result.scores and result.error == "":
        return result.scores
    why = f": {first_units(result.error, MAX_ERROR_CHARS)}" if result.error else ""
    return _give_none(f"the classifier `{shown}` gave no score{why}", is_open=result.open)


def read_score(view: RequestView, policy_id: str, need: ClassifierNeed) -> float | SkippedScores:
    """One score of those: the one of a label, for the empty label the only one there is. Raises OperatorFailure.

    Who names no classifier takes a score without a label too.
    """
    if not need.texts(view):
        return 0
    found = read_classifier(view, policy_id, need)
    if isinstance(found, SkippedScores):
        return found
    only = need.label == "" and len(found) == 1
    score = next(iter(found.values())) if only else found.get(need.label)
    if score is None and not need.is_named:
        score = found.get("")
    if score is not None:
        return score
    shown = first_units(need.name, MAX_CLASSIFIER_NAME_CHARS)
    label = "single score" if need.label == "" else f"label `{first_units(need.label, 64)}`"
    result = view.extras.classifier_results.get(policy_id)
    return _give_none(f"the classifier `{shown}` gave no {label}", is_open=result is not None and result.open)


def _give_none(message: str, *, is_open: bool) -> SkippedScores:
    if is_open:
        return SkippedScores(message)
    raise OperatorFailure("CLASSIFIER_UNAVAILABLE", message)
