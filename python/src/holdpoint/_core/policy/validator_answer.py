"""`validator_answer`: what the endpoint said before evaluation; nothing is asked from here."""

from __future__ import annotations

from typing import Any

from ..._gen.tables import MAX_ERROR_CHARS
from ..decide import first_units
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_PASSING: dict[str, Any] = {"decision": "allow", "because": "", "evidence": ()}
_OPEN: dict[str, Any] = {"decision": "open", "because": "", "evidence": ()}


def prepare_validator_answer(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies what a missing answer means."""
    policy_id = context.policy["id"]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        answer = evaluation.view.extras.validator_results.get(policy_id)
        if answer is None or answer.decision == "error":
            if rule["fail_mode"] == "open":
                return _OPEN
            message = "the validator was not asked" if answer is None else "the validator gave no usable answer"
            raise OperatorFailure("VALIDATOR_UNAVAILABLE", message)
        if answer.decision == "allow":
            return _PASSING
        said = f": {first_units(answer.message, MAX_ERROR_CHARS)}" if answer.message else ""
        return {"decision": answer.decision, "because": said, "evidence": ()}

    return PreparedOperator(run, passing=_PASSING)
