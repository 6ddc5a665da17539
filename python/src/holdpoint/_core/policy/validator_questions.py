"""The validators that a step needs answers of (clause V-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._gen.tables import DEFAULT_ENVIRONMENT
from .plan import Plan
from .request import bind_request


class ValidatorQuestion(NamedTuple):
    """One own validator.

    `secret`: the policy's own, empty when it has none. `timeout_ms`: for everything, tries included. `retries`: how
    often it is asked again.
    """

    policy_id: str
    url: str
    secret: str
    timeout_ms: int
    retries: int


def list_validators(plan: Plan, request: Any) -> Sequence[ValidatorQuestion]:
    """In the order of evaluation. Never raises."""
    if not plan.asks_validators:
        return ()
    try:
        steps = plan.applicable.find(plan, bind_request(request, DEFAULT_ENVIRONMENT)).steps
    except Exception:  # noqa: BLE001 - hostile requests
        return ()
    rules = [(policy.id, policy.rule) for _, policy in steps if policy.kind.type == "custom_validator"]
    return [
        ValidatorQuestion(policy_id, rule["url"], rule.get("secret") or "", rule["timeout_ms"], rule["retries"])
        for policy_id, rule in rules
    ]
