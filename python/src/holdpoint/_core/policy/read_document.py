"""Policy documents in any of their three shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._gen.messages import CompileProblem
from ..._gen.policy_types import POLICY_TYPES
from ..decide import own_keys
from .problems import ProblemList, describe_type, is_object, point_to

# Type names by themselves and by their aliases.
TYPE_NAMES: dict[str, str] = {name: kind.type for kind in POLICY_TYPES.values() for name in (kind.type, *kind.aliases)}

_DOCUMENT_FIELDS = ("policies", "version")


class WrittenPolicy(NamedTuple):
    """A policy as written, and where it stands in its document."""

    policy: Any
    pointer: str


class ReadResult(NamedTuple):
    """The policies, or (None) what is wrong with the document."""

    policies: Sequence[WrittenPolicy] | None
    problems: tuple[CompileProblem, ...] = ()


def read_policy_document(document: Any) -> ReadResult:
    """The policies of a document.

    A list of policies; `{policies: […]}`; or the short form, a map from type or alias to
    `{enforcement: block, …fields of the rule}`, whose policies take the type as their id.
    """
    if isinstance(document, (list, tuple)):
        return _read_list(document, "")
    problems = ProblemList()
    if not is_object(document):
        problems.add("", f"expected a list of policies or a map of policy types, got {describe_type(document)}")
        return ReadResult(None, tuple(problems.list))
    if "policies" in document:
        for key in own_keys(document):
            if key not in _DOCUMENT_FIELDS:
                problems.add_unknown(point_to("", key), "field", key, _DOCUMENT_FIELDS)
        listed = document["policies"]
        if not isinstance(listed, (list, tuple)):
            problems.add("/policies", f"expected a list, got {describe_type(listed)}")
        return ReadResult(None, tuple(problems.list)) if problems.list else _read_list(listed, "/policies")
    policies: list[WrittenPolicy] = []
    for key in own_keys(document):
        value, pointer = document[key], point_to("", key)
        if key not in TYPE_NAMES:
            problems.add_unknown(pointer, "policy type", key, list(TYPE_NAMES))
        elif not is_object(value):
            problems.add(pointer, f"expected an object, got {describe_type(value)}")
        else:
            policies.append(WrittenPolicy(_expand_short_form(key, value), pointer))
    return ReadResult(None, tuple(problems.list)) if problems.list else ReadResult(policies)


def _read_list(items: Sequence[Any], pointer: str) -> ReadResult:
    return ReadResult([WrittenPolicy(policy, point_to(pointer, index)) for index, policy in enumerate(items)])


def _expand_short_form(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    rule = dict(value)
    policy: dict[str, Any] = {"id": kind, "policyType": kind}
    if "enforcement" in rule:
        policy["enforcementMode"] = rule.pop("enforcement")
    policy["ruleDefinition"] = rule
    return policy
