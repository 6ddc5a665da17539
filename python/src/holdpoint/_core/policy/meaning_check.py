"""`meaning_check`: the score of the phase's text, by our own model, as the caller passed it in, or of a classifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._gen.messages import Evidence
from ..decide import first_units
from ..detect import score_learned
from .classifier_scores import ClassifierNeed, SkippedScores, read_score
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .request import RequestView

_PASSING: dict[str, Any] = {"score": 0, "path": "", "skipped": "", "evidence": ()}


def prepare_meaning_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the threshold."""
    policy_id = context.policy["id"]
    if rule["model"] == "endpoint" and rule["classifier"] == "" and "url" not in rule:
        context.problems.add(f"{context.pointer}/ruleDefinition/url", "missing field `url`")
    label = rule["label"] or policy_id
    threshold = rule["threshold"]
    need = _describe_need(rule, label)

    def find(view: RequestView, need: ClassifierNeed) -> float | SkippedScores:
        if need.is_named or policy_id in view.extras.classifier_results:
            return read_score(view, policy_id, need)
        given = view.extras.classifications.get(label)
        if given is None:
            raise OperatorFailure("REQUEST_INVALID", f"`/classifications` has no score `{first_units(label, 64)}`")
        return given

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        path, text = _find_text(view)
        if need is not None:
            try:
                score = find(view, need)
            except OperatorFailure as failure:
                if rule["on_timeout"] == "fail":
                    raise
                return {**_PASSING, "skipped": failure.message}
            if isinstance(score, SkippedScores):
                return {**_PASSING, "skipped": score.skipped}
            return {"score": score, "path": path, "skipped": "", "evidence": ()} if score > threshold else _PASSING
        found = score_learned(text)
        score = found.score / 100
        if score <= threshold:
            return _PASSING
        evidence = Evidence(path, found.start, found.end, "semantic", found.score)
        return {"score": score, "path": path, "skipped": "", "evidence": (evidence,)}

    brought = () if need is None or need.is_named else ("classifications",)
    reads = () if need is None else ("classifierResults", *brought)
    return PreparedOperator(run, reads=reads, passing=_PASSING, classifies=need)


def _find_text(view: RequestView) -> tuple[str, str]:
    return ("/output", view.output) if view.phase == "output" else ("/input", view.input)


def _describe_need(rule: dict[str, Any], label: str) -> ClassifierNeed | None:
    def texts(view: RequestView) -> Sequence[str]:
        text = _find_text(view)[1]
        return (text,) if text else ()

    timeout_ms = rule["timeout_ms"]
    if rule["classifier"]:
        return ClassifierNeed(rule["classifier"], True, rule["label"], texts, None, timeout_ms)
    if rule["model"] == "builtin":
        return None
    url = rule.get("url") if rule["model"] == "endpoint" else None
    return ClassifierNeed(label, False, label, texts, url, timeout_ms)
