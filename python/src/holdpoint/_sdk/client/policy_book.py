"""The policies in force, from wherever they come: local ones and the control plane's together make one plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._core import Agent, CompileContext, CompileProblem, Plan, WrittenPolicy, compile_policies
from ..bundle.envelope import VerifiedBundle
from ..fork_gate import fork_gate
from ..policies.source import PolicySource
from ..trust.dsse import decode_base64

_BUNDLE_POINTER = "/controlPlane/policies/"


@dataclass(frozen=True, slots=True)
class PolicyParts:
    """What plans are made of."""

    local: PolicySource | None = None
    bundle: VerifiedBundle | None = None
    agents: tuple[Agent, ...] = ()


class PolicyBook:
    """Compiles with some parts replaced; keeps the change only when that succeeds."""

    def __init__(self, agents: Sequence[Agent], local_salt: bytes | None) -> None:
        self.parts = PolicyParts(agents=tuple(agents))
        self._local_salt = local_salt

    def change(self, **changed: Any) -> tuple[Plan | None, tuple[CompileProblem, ...]]:
        """A plan, or (None) what is wrong. Never raises."""
        parts = replace(self.parts, **changed)
        try:
            with fork_gate:
                plan, problems = self._compile(parts)
        except Exception:  # noqa: BLE001 - hostile mappings among the policies
            return None, (CompileProblem("", "the policies cannot be read"),)
        if plan is not None:
            self.parts = parts
        return plan, problems

    def _compile(self, parts: PolicyParts) -> tuple[Plan | None, tuple[CompileProblem, ...]]:
        written = list(parts.local.policies) if parts.local else []
        remote = parts.bundle
        salt = self._local_salt
        if remote is not None:
            policies = remote.wire.get("policies", [])
            written += [WrittenPolicy(policy, f"{_BUNDLE_POINTER}{index}") for index, policy in enumerate(policies)]
            salt = decode_base64(remote.bundle.salt) if remote.bundle.salt else salt
        result = compile_policies(
            [policy for policy, _ in written],
            CompileContext(
                organization_id=remote.bundle.organization_id if remote else "",
                # Agents may register after the policies that name them were written.
                allow_unknown_agents=True,
                settings=remote.bundle.settings if remote else (),
                grants=remote.bundle.grants if remote else (),
                # The control plane's word on an agent stands before the program's own.
                agents=[*parts.agents, *(remote.bundle.agents if remote else ())],
                salt=salt,
                pointers=[pointer for _, pointer in written],
            ),
        )
        if result.plan is not None or parts.local is None:
            return result.plan, result.problems
        locate = parts.local.locate
        return None, tuple(
            problem if problem.pointer.startswith(_BUNDLE_POINTER) else locate(problem) for problem in result.problems
        )
