"""Texts without personal data and secrets, for classifiers that are not to see them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ..._core import Plan, compile_policies, evaluate
from ..fork_gate import fork_gate
from .classifier import NoScoreError

_POLICIES = [
    {"id": "persons", "policyType": "pii_access", "ruleDefinition": {"mask_input": True}},
    {"id": "secrets", "policyType": "secret_leak", "ruleDefinition": {"mask_input": True}},
]


class _Nothing:
    def read(self, _: object) -> float:
        return 0


def prepare_redaction() -> None:
    """Compiles the policies: that must not be part of the time that the first step's classifier has."""
    with fork_gate:
        _get_plan()


def redact_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts as our own policies redact them. Raises NoScoreError for one that they cannot look at."""
    return tuple(_redact(text) for text in texts)


def _redact(text: str) -> str:
    with fork_gate:
        decision = evaluate(_get_plan(), {"agentId": "redact", "input": text}, _Nothing(), lambda: 0)
    if decision.problems:
        raise NoScoreError("a text cannot be redacted")
    return next((one.text for one in decision.transforms if one.path == "/input"), text)


@functools.cache
def _get_plan() -> Plan:
    plan = compile_policies(_POLICIES).plan
    if plan is None:
        raise NoScoreError("texts cannot be redacted")
    return plan
