"""Policies compiled for one organisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._gen.messages import Agent, AgentGrant, GovernedSetting, Policy, PolicyOutcome
from ..._gen.policy_types import PolicyType, Scope
from ..decide import from_wire
from .applicable import ApplicableIndex
from .counters import PolicyCounter
from .operator import Evaluation, PreparedOperator
from .pattern_plan import PatternPlan


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
    level: str
    # The agent, team or workspace that it was written for; empty means all.
    target_id: str
    # Labels that an agent must have.
    labels: dict[str, str]
    chain_trigger: str
    kind: PolicyType
    rule: dict[str, Any]
    phases: frozenset[str]
    reads: frozenset[str]
    operators: Sequence[tuple[str, PreparedOperator]]
    # Counters of its type, read before its conditions are judged.
    state: Sequence[PolicyCounter]
    # All that it reads, and so charges: those of its type, and those of its operators.
    counters: Sequence[PolicyCounter]
    # Indexes.
    prerequisites: Sequence[int]
    # What the only operator answers when no condition can be true: nothing is left to judge then. `ask` asks it.
    passing: dict[str, Any] | None
    ask: Callable[[Evaluation], dict[str, Any]] | None
    # Whether the policy passes a call of this tool whatever its arguments are.
    passes_tool: Callable[[str], bool] | None
    # Its type's conditions that its rule alone does not settle, each with its place.
    tests: Sequence[tuple[int, Callable[[Scope], bool]]]
    # The outcome of every passing evaluation: one object.
    passed: PolicyOutcome
    # The governance pack that it belongs to.
    pack: str | None = None
    # The setting of the cascade that raised its mode.
    mode_source: GovernedSetting | None = None
    # Ids of its prerequisites as written.
    named_prerequisites: Sequence[str] = ()


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
    # Who may call whom.
    grants: Sequence[AgentGrant]
    organization_id: str
    salt: bytes | None
    # Settings documents (wire names) of every level.
    settings: Sequence[Any] = ()
    # Whether any policy asks what a session has done.
    uses_sessions: bool = False
    # Whether any policy may want a classifier of the client to be asked.
    asks_classifiers: bool = False
    # Whether any policy asks an own validator.
    asks_validators: bool = False
    applicable: ApplicableIndex = field(default_factory=ApplicableIndex)
    # Policies with counters, by agent; bounded.
    counting: dict[str, Sequence[CompiledPolicy]] = field(default_factory=dict)
    # What streams hold back; 0 until it was asked for.
    hold_back: int = 0

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Normalised policies in the order of evaluation, inactive ones included."""
        return tuple(from_wire(Policy, policy) for policy in self.written)
