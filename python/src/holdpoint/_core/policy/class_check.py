"""`class_check`: the first label, in the order of names, whose probability is over its limit."""

from __future__ import annotations

from typing import Any

from ..decide import first_units, sort_names
from ..detect import score_learned
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .problems import point_to

_PASSING: dict[str, Any] = {"label": "", "value": 0, "most": 0, "evidence": ()}

# Labels that the built-in model knows.
_BUILTIN = ("injection",)


def prepare_class_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the limits."""
    limits = rule["labels"]
    labels = sort_names(limits)
    builtin = rule["classifier"] == "builtin"
    if builtin:
        for label in limits:
            if label not in _BUILTIN:
                at = point_to(f"{context.pointer}/ruleDefinition/labels", label)
                context.problems.add_unknown(at, "label", label, _BUILTIN)

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        for label in labels:
            value = score_learned(view.output).score / 100 if builtin else view.extras.classifications.get(label)
            if value is None:
                shown = first_units(label, 64)
                raise OperatorFailure("REQUEST_INVALID", f"`/classifications` has no label `{shown}`")
            if value > limits[label]:
                return {"label": label, "value": value, "most": limits[label], "evidence": ()}
        return _PASSING

    return PreparedOperator(run, passing=_PASSING)
