"""`meaning_check`: the score of the phase's text, by our own model or as the caller passed it in."""

from __future__ import annotations

from typing import Any

from ..._gen.messages import Evidence
from ..decide import first_units
from ..detect import score_learned
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_PASSING: dict[str, Any] = {"score": 0, "path": "", "evidence": ()}


def prepare_meaning_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the threshold."""
    if rule["model"] == "endpoint" and "url" not in rule:
        context.problems.add(f"{context.pointer}/ruleDefinition/url", "missing field `url`")
    label = rule["label"] or context.policy["id"]
    threshold = rule["threshold"]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        path, text = ("/output", view.output) if view.phase == "output" else ("/input", view.input)
        if rule["model"] != "builtin":
            given = view.extras.classifications.get(label)
            if given is not None:
                return {"score": given, "path": path, "evidence": ()} if given > threshold else _PASSING
            if rule["on_timeout"] == "allow":
                return _PASSING
            shown = first_units(label, 64)
            raise OperatorFailure("REQUEST_INVALID", f"`/classifications` has no score `{shown}`")
        found = score_learned(text)
        score = found.score / 100
        if score <= threshold:
            return _PASSING
        evidence = Evidence(path, found.start, found.end, "semantic", found.score)
        return {"score": score, "path": path, "evidence": (evidence,)}

    return PreparedOperator(run, passing=_PASSING)
