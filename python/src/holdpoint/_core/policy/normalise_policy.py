"""Policies with every default filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._gen.messages import MESSAGES
from ..._gen.policy_types import POLICY_TYPES, PolicyType
from ..._gen.tables import MAX_EVALUATION_ORDER, MAX_LABELS
from .decode_message import decode_object
from .decode_rule import decode_rule
from .problems import ProblemList, point_to
from .read_document import TYPE_NAMES

# Levels that a target makes narrower.
_TARGETED = frozenset({"agent", "team", "workspace"})


@dataclass(slots=True)
class NormalisedPolicy:
    """A policy (wire names) with its type resolved and its rule decoded.

    `own_severity` is the severity that the policy itself sets. Not `usable` when its rule has a problem: its operators
    cannot be prepared.
    """

    policy: dict[str, Any]
    pointer: str
    kind: PolicyType
    rule: dict[str, Any]
    own_severity: str | None
    usable: bool
    pack: str | None = None


def normalise_policy(written: Any, pointer: str, problems: ProblemList) -> NormalisedPolicy | None:
    """One written policy, checked and completed as far as it can be read, so that all its problems come at once."""
    policy = decode_object("Policy", written, pointer, problems)
    if policy is None:
        return None
    policy_id = policy.get("id")
    if policy_id == "":
        problems.add(point_to(pointer, "id"), "is empty")
    if not 0 <= policy.get("evaluationOrder", 0) <= MAX_EVALUATION_ORDER:
        message = f"expected a whole number from 0 to {MAX_EVALUATION_ORDER}"
        problems.add(point_to(pointer, "evaluationOrder"), message)
    _check_scope(policy, pointer, problems)
    kind = _find_type(policy.get("policyType"), pointer, problems)
    if kind is None or policy_id is None:
        return None
    before = problems.count
    written_rule = policy.get("ruleDefinition")
    rule = {}
    if written_rule is not None:
        rule = decode_rule(kind, written_rule, point_to(pointer, "ruleDefinition"), problems)
    usable = written_rule is not None and problems.count == before
    own_severity = policy.get("severity")
    return NormalisedPolicy(_fill_defaults(policy, kind), pointer, kind, rule, own_severity, usable)


def _check_scope(policy: dict[str, Any], pointer: str, problems: ProblemList) -> None:
    if policy.get("targetId") and policy.get("level") not in _TARGETED:
        problems.add(point_to(pointer, "targetId"), "needs a `level` of `agent`, `team` or `workspace`")
    count = len(policy.get("labels") or {})
    if count > MAX_LABELS:
        problems.add(point_to(pointer, "labels"), f"has {count} labels, at most {MAX_LABELS} are allowed")


def _find_type(name: str | None, pointer: str, problems: ProblemList) -> PolicyType | None:
    if name is None:
        return None
    if name not in TYPE_NAMES:
        problems.add_unknown(point_to(pointer, "policyType"), "policy type", name, list(TYPE_NAMES))
        return None
    return POLICY_TYPES[TYPE_NAMES[name]]


def _fill_defaults(policy: dict[str, Any], kind: PolicyType) -> dict[str, Any]:
    """Defaults are the contract's; severity follows the type, `onError` the mode (D-15)."""
    filled: dict[str, Any] = {}
    for name, field in MESSAGES["Policy"].items():
        if "default" in field:
            filled[name] = field["default"]
        elif field.get("repeated"):
            filled[name] = []
    complete = {
        **filled,
        "severity": kind.severity,
        **policy,
        "policyType": kind.type,
        "name": policy.get("name") or policy["id"],
    }
    holds = complete["enforcementMode"] in ("block", "require_approval")
    complete["onError"] = policy.get("onError") or ("hold" if holds else "record")
    return complete
