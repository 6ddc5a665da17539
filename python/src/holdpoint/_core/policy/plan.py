"""Policies compiled for one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._gen.messages import Agent, Policy, PolicyOutcome
from ..._gen.policy_types import PolicyType
from ..decide import from_wire
from .counters import CounterLister
from .operator import PreparedOperator
from .pattern_plan import PatternPlan

_CACHE_SIZE = 4096


@dataclass(slots=True)
class CompiledPolicy:
    """One policy, ready to run. `index` is its place in the order of evaluation."""

    index: int
    id: str
    name: str
    mode: str
    on_error: str
    severity: str
    # The severity that the policy itself sets; it stands before what a condition finds.
    own_severity: str | None
    applies_to: Sequence[str]
    environments: Sequence[str]
    chain_trigger: str
    kind: PolicyType
    rule: dict[str, Any]
    phases: frozenset[str]
    reads: frozenset[str]
    operators: Sequence[tuple[str, PreparedOperator]]
    state: Sequence[tuple[str, CounterLister]]
    # Indexes.
    prerequisites: Sequence[int]
    # The outcome of every passing evaluation: one object.
    passed: PolicyOutcome


@dataclass(slots=True)
class Plan:
    """Policies compiled for one organisation. Immutable; holds no state but caches that change no verdict."""

    # SHA-256 of the normalised policies and the contract's digest, hex.
    digest: str
    # Normalised policies (wire names) in the order of evaluation, inactive ones included.
    written: Sequence[dict[str, Any]]
    compiled: Sequence[CompiledPolicy]
    patterns: PatternPlan
    agents: dict[str, Agent]
    organization_id: str
    salt: bytes | None
    # Applicable policies by phase, agent and environment; bounded.
    applicable: dict[tuple[str, str, str], Sequence[CompiledPolicy]] = field(default_factory=dict)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Normalised policies in the order of evaluation, inactive ones included."""
        return tuple(from_wire(Policy, policy) for policy in self.written)


def list_applicable(plan: Plan, phase: str, agent_id: str, environment: str) -> Sequence[CompiledPolicy]:
    """The policies that apply to an agent in a phase and environment, in the order of evaluation."""
    key = (phase, agent_id, environment)
    known = plan.applicable.get(key)
    if known is not None:
        return known
    listed = [
        one
        for one in plan.compiled
        if phase in one.phases and names(one.applies_to, agent_id) and names(one.environments, environment)
    ]
    if len(plan.applicable) >= _CACHE_SIZE:
        plan.applicable.clear()
    plan.applicable[key] = listed
    return listed


def names(listed: Sequence[str], name: str) -> bool:
    """True when a list names something; an empty list names everything."""
    return not listed or name in listed
