"""`access_verdict`: a denial wins, then what is allowed, then the default (SPECIFICATION P-13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .globs import GlobTest, prepare_globs
from .normalise_uri import normalise_uri
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .request import RequestView
from .source_verdict import normalise_glob

_PASSING: dict[str, Any] = {"decision": "", "who": "", "action": "", "resource": "", "evidence": ()}


@dataclass(frozen=True, slots=True)
class _Statement:
    allows: bool
    everyone: bool
    users: GlobTest
    roles: GlobTest
    groups: GlobTest
    actions: GlobTest
    resources: GlobTest

    def concerns(self, view: RequestView) -> bool:
        extras = view.extras
        return (
            self.everyone
            or (view.user_id != "" and self.users(view.user_id))
            or any(self.roles(role) for role in extras.user_roles)
            or any(self.groups(group) for group in extras.user_groups)
        )


def prepare_access_verdict(rule: dict[str, Any], _: PrepareContext) -> PreparedOperator:
    """Readies the statements."""
    statements = [_read_statement(one) for one in ({**rule, **rule["principals"]}, *rule["rules"])]
    fallback = rule.get("default") or ("deny" if any(one.allows for one in statements) else "allow")

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        extras, phase = view.extras, view.phase
        action = extras.action or (view.tool_name if phase == "tool_call" else phase)
        named = view.tool_name if phase == "tool_call" else extras.target_agent_id if phase == "agent_call" else ""
        resource = normalise_uri(extras.resource or named)
        if resource is None:
            raise OperatorFailure("REQUEST_INVALID", "`/resource` can be read in more than one way")
        about = [one for one in statements if one.actions(action) and one.resources(resource) and one.concerns(view)]
        who = "nobody in particular" if view.user_id == "" else f"user `{view.user_id}`"
        found = {"who": who, "action": action, "resource": resource, "evidence": ()}
        if any(not one.allows for one in about):
            return {"decision": "denied", **found}
        if about or fallback == "allow":
            return _PASSING
        return {"decision": "not_allowed", **found}

    return PreparedOperator(run, passing=_PASSING)


def _read_statement(written: dict[str, Any]) -> _Statement:
    def globs(name: str) -> list[str]:
        return [one for one in written[name] if isinstance(one, str)]

    resources = [normalise_glob(glob) or glob for glob in globs("resources")]
    return _Statement(
        allows=written["effect"] == "allow",
        everyone=not (written["users"] or written["roles"] or written["groups"]),
        users=prepare_globs(globs("users")),
        roles=prepare_globs(globs("roles")),
        groups=prepare_globs(globs("groups")),
        actions=prepare_globs(globs("actions")),
        resources=prepare_globs(resources),
    )
