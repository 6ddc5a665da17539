"""`class_check`: the first label, in the order of names, whose probability is over its limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..decide import first_units, sort_names
from ..detect import score_learned
from .classifier_scores import ClassifierNeed, SkippedScores, read_classifier
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .problems import point_to

_PASSING: dict[str, Any] = {"label": "", "value": 0, "most": 0, "skipped": "", "evidence": ()}

# Labels that the built-in model knows.
_BUILTIN = ("injection",)


def prepare_class_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the limits."""
    policy_id = context.policy["id"]
    limits = rule["labels"]
    labels = sort_names(limits)
    builtin = rule["classifier"] == "builtin"
    if builtin:
        for label in limits:
            if label not in _BUILTIN:
                at = point_to(f"{context.pointer}/ruleDefinition/labels", label)
                context.problems.add_unknown(at, "label", label, _BUILTIN)
    need = (
        None
        if rule["classifier"] in ("builtin", "registered")
        else ClassifierNeed(
            rule["classifier"], True, "", lambda view: (view.output,) if view.output else (), labels=tuple(labels)
        )
    )

    def judge(scores: Callable[[str], float | None], reason: Any, source: str) -> dict[str, Any]:
        for label in labels:
            value = scores(label)
            if value is None:
                raise OperatorFailure(reason, f"{source} no label `{first_units(label, 64)}`")
            if value > limits[label]:
                return {"label": label, "value": value, "most": limits[label], "skipped": "", "evidence": ()}
        return _PASSING

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        if builtin:
            return judge(lambda _: score_learned(view.output).score / 100, "INTERNAL", "")
        if need is None:
            return judge(view.extras.classifications.get, "REQUEST_INVALID", "`/classifications` has")
        if view.output == "":
            return _PASSING
        found = read_classifier(view, policy_id, need)
        if isinstance(found, SkippedScores):
            return {**_PASSING, "skipped": found.skipped}
        try:
            return judge(found.get, "CLASSIFIER_UNAVAILABLE", "the classifier gave")
        except OperatorFailure as failure:
            if not view.extras.classifier_results[policy_id].open:
                raise
            return {**_PASSING, "skipped": failure.message}

    reads = () if need is None else ("classifierResults",)
    return PreparedOperator(run, reads=reads, passing=_PASSING, classifies=need)
