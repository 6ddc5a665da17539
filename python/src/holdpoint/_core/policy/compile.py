"""Policies as written, compiled to a plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..._gen.digest import SPEC_DIGEST
from ..._gen.messages import Agent, AgentGrant, CompileProblem, GovernanceSettings, PolicyOutcome
from ..._gen.policy_types import PolicyType, Scope
from ..._gen.tables import MAX_GOVERNANCE_SETTINGS, MAX_POLICIES
from ..decide import canonical_json, from_wire, is_document, sha256_hex, to_wire
from ..match import PatternProblem
from . import lowered
from .chain import order_policies
from .counters import create_policy_counter, parts_of_counters
from .normalise_policy import NormalisedPolicy, normalise_policy
from .operator import PrepareContext, PreparedOperator
from .operators import OPERATORS
from .pack_policies import PACK_PREFIX, list_pack_policies
from .pattern_plan import PatternGatherer, PatternPlan
from .plan import CompiledPolicy, Plan
from .problems import ProblemList, point_to, show_name

_INDEX = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class CompileContext:
    """What a plan needs beyond its policies.

    `agents`: registered agents, for their names and labels in expressions. `salt`: key of the hashes in evidence;
    without one, evidence carries no hashes. `pointers`: JSON pointers of the policies in the document they come from;
    their index when absent. `settings`: settings documents of every level of the cascade (SPECIFICATION D-36).
    `allow_unknown_agents`: agents may be registered later, so that a policy may name one that is not there yet.
    """

    organization_id: str = ""
    agents: Sequence[Agent | dict[str, Any]] = ()
    salt: bytes | None = None
    pointers: Sequence[str] | None = None
    settings: Sequence[GovernanceSettings | Any] = ()
    allow_unknown_agents: bool = False
    # Who may call whom.
    grants: Sequence[AgentGrant | dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class CompileResult:
    """A plan, or (None) every problem at once."""

    plan: Plan | None
    problems: tuple[CompileProblem, ...] = ()


def compile_policies(policies: Any, context: CompileContext | None = None) -> CompileResult:
    """Policies as written → a plan, or every problem at once with a JSON pointer, none applied in part.

    Pure and synchronous; never raises.
    """
    context = context or CompileContext()
    problems = ProblemList()
    if not isinstance(policies, (list, tuple)):
        problems.add("", "expected a list of policies")
    elif len(policies) > MAX_POLICIES:
        problems.add("", f"{len(policies)} policies, at most {MAX_POLICIES} are allowed")
    if problems.list:
        return CompileResult(None, tuple(problems.list))

    settings = _read_settings(context.settings, problems)
    agents = [agent if isinstance(agent, Agent) else from_wire(Agent, agent) for agent in context.agents]
    by_id = {agent.agent_id: agent for agent in agents}
    grants = [grant if isinstance(grant, AgentGrant) else from_wire(AgentGrant, grant) for grant in context.grants]
    normalised: list[NormalisedPolicy] = []
    for index, written in enumerate(policies):
        pointer = context.pointers[index] if context.pointers is not None else point_to("", index)
        policy = normalise_policy(written, pointer, problems)
        if policy is not None:
            normalised.append(policy)
    _refuse_duplicate_ids(normalised, problems)
    if not context.allow_unknown_agents:
        _refuse_unknown_agents(normalised, list(by_id), problems)
    normalised += _normalise_packs(settings, problems)
    ordered = order_policies(normalised, _list_ids(policies), problems)
    gatherer = PatternGatherer()
    usable = [item for item in ordered if item.usable]
    runnable = [item for item in usable if item.policy["isActive"] is not False]
    positions = {item.policy["id"]: index for index, item in enumerate(runnable)}
    compiled = [_compile_policy(item, index, positions, gatherer, problems) for index, item in enumerate(runnable)]
    _check_inactive([item for item in usable if item.policy["isActive"] is False], problems)
    patterns = gatherer.build()
    if not isinstance(patterns, PatternPlan):
        _add_pattern_problems(patterns, normalised, problems)
        return CompileResult(None, tuple(problems.list))
    if problems.list:
        return CompileResult(None, tuple(problems.list))

    written_policies = [item.policy for item in ordered]
    meant = {"policies": written_policies, "specDigest": SPEC_DIGEST}
    digest = sha256_hex(canonical_json({**meant, "settings": settings} if settings else meant))
    plan = Plan(
        digest, written_policies, compiled, patterns, by_id, grants, context.organization_id, context.salt, settings
    )
    plan.uses_sessions = any(operator.uses_session for one in compiled for _, operator in one.operators)
    plan.asks_classifiers = any(operator.classifies for one in compiled for _, operator in one.operators)
    plan.asks_validators = any(one.kind.type == "custom_validator" for one in compiled)
    return CompileResult(plan)


def _list_ids(policies: Sequence[Any]) -> list[str]:
    """Ids as written, so that a policy with a problem of its own is not unknown to those that name it."""
    return [one["id"] for one in policies if isinstance(one, dict) and isinstance(one.get("id"), str)]


def _compile_policy(
    item: NormalisedPolicy,
    index: int,
    positions: dict[str, int],
    patterns: PatternGatherer,
    problems: ProblemList,
) -> CompiledPolicy:
    policy, kind, rule = item.policy, item.kind, item.rule
    context = PrepareContext(policy, item.pointer, patterns, problems)
    prepared = [(name, OPERATORS[operator](rule, context)) for name, operator in kind.uses]
    phases = frozenset(
        phase for phase in kind.phases if all(one.phases is None or phase in one.phases for _, one in prepared)
    )
    reads = {part for part in kind.reads if part != "expression"}
    for _, operator in prepared:
        reads.update(operator.reads)
    applies_to = policy["appliesToAgents"]
    state = [one for table in kind.state if (one := create_policy_counter(table, rule, applies_to)) is not None]
    counters = [*state, *(one for _, operator in prepared for one in operator.counters)]
    reads.update(parts_of_counters(counters))
    passing = _find_passing(kind, rule, prepared)
    return CompiledPolicy(
        index=index,
        id=policy["id"],
        name=policy["name"],
        mode=policy["enforcementMode"],
        on_error=policy["onError"],
        severity=policy["severity"],
        own_severity=item.own_severity,
        applies_to=applies_to,
        environments=policy["environments"],
        level=policy["level"],
        target_id=policy.get("targetId") or "",
        labels=policy.get("labels") or {},
        chain_trigger=policy["chainTrigger"],
        kind=kind,
        rule=rule,
        phases=phases,
        reads=frozenset(reads),
        operators=prepared,
        state=state,
        counters=counters,
        prerequisites=[positions[name] for name in policy["prerequisites"] if name in positions],
        passing=passing,
        ask=prepared[0][1].run if passing is not None else None,
        passes_tool=prepared[0][1].passes_tool if passing is not None else None,
        tests=[(place, one.when) for place, one in enumerate(kind.conditions) if not _never_holds(one.when, rule)],
        passed=PolicyOutcome(policy["id"], kind.type, "passed"),
        pack=item.pack,
        named_prerequisites=policy["prerequisites"],
    )


def _find_passing(
    kind: PolicyType, rule: dict[str, Any], prepared: Sequence[tuple[str, PreparedOperator]]
) -> dict[str, Any] | None:
    """The answer of a type's only operator that violates no condition, where nothing else could: tried, not trusted."""
    if len(prepared) != 1 or kind.state or "cost" in kind.reads:
        return None
    name, operator = prepared[0]
    if operator.passing is None:
        return None
    scope = Scope(rule, 0, {}, {}, None, lowered)
    setattr(scope, name, operator.passing)
    try:
        return None if any(condition.when(scope) for condition in kind.conditions) else operator.passing
    except (AttributeError, lowered.ConditionError):
        # A condition that reads the request as well.
        return None


class _Unread:
    """Stands for whatever is no rule: a condition that looks at it is not settled by the rule."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise TypeError

    def __bool__(self) -> bool:
        raise TypeError


def _never_holds(when: Callable[[Scope], bool], rule: dict[str, Any]) -> bool:
    """Whether a condition is false whatever the request is: it asks for a field that the rule does not set."""
    unread: Any = _Unread()
    try:
        return not when(Scope(rule, unread, unread, unread, unread, unread, unread, unread))
    except (TypeError, AttributeError, KeyError, ArithmeticError, lowered.ConditionError):
        return False


def _read_settings(settings: Any, problems: ProblemList) -> list[Any]:
    """Settings that are no list are refused; what is in them is read leniently (D-37)."""
    if not isinstance(settings, (list, tuple)):
        problems.add("/settings", "expected a list of settings documents")
        return []
    if len(settings) > MAX_GOVERNANCE_SETTINGS:
        message = f"has {len(settings)} items, at most {MAX_GOVERNANCE_SETTINGS} are allowed"
        problems.add("/settings", message)
        return []
    return [to_wire(one) if is_document(one) else one for one in settings]


def _normalise_packs(settings: Sequence[Any], problems: ProblemList) -> list[NormalisedPolicy]:
    items: list[NormalisedPolicy] = []
    for pack, pointer, policy in list_pack_policies(settings):
        item = normalise_policy(policy, pointer, problems)
        if item is not None:
            item.pack = pack
            items.append(item)
    return items


def _refuse_unknown_agents(policies: Sequence[NormalisedPolicy], known: list[str], problems: ProblemList) -> None:
    """Where agents are registered, a policy for one that is not is a slip of the pen."""
    if not known:
        return
    for item in policies:
        named = [
            (agent_id, f"{point_to(item.pointer, 'appliesToAgents')}/{index}")
            for index, agent_id in enumerate(item.policy["appliesToAgents"] or ())
        ]
        rules = (item.policy.get("ruleDefinition") or {}).get("rules")
        for place, rule in enumerate(rules if isinstance(rules, (list, tuple)) else ()):
            agent_ids = rule.get("agents") if isinstance(rule, dict) else None
            listed = f"{item.pointer}/ruleDefinition/rules/{place}/agents"
            if isinstance(agent_ids, (list, tuple)):
                named += [(one, f"{listed}/{index}") for index, one in enumerate(agent_ids)]
        if item.policy["level"] == "agent" and item.policy.get("targetId"):
            named.append((item.policy["targetId"], point_to(item.pointer, "targetId")))
        for agent_id, at in named:
            if isinstance(agent_id, str) and agent_id not in known:
                problems.add_unknown(at, "agent", agent_id, known)


def _check_inactive(policies: Sequence[NormalisedPolicy], problems: ProblemList) -> None:
    """A policy that is not active is checked all the same, so that switching it on cannot fail."""
    if not policies:
        return
    gatherer = PatternGatherer(catalogue=False)
    for item in policies:
        context = PrepareContext(item.policy, item.pointer, gatherer, problems)
        for _, operator in item.kind.uses:
            OPERATORS[operator](item.rule, context)
    patterns = gatherer.build()
    if not isinstance(patterns, PatternPlan):
        _add_pattern_problems(patterns, policies, problems)


def _refuse_duplicate_ids(policies: Sequence[NormalisedPolicy], problems: ProblemList) -> None:
    first: dict[str, str] = {}
    for item in policies:
        policy_id = item.policy["id"]
        if policy_id.startswith(PACK_PREFIX):
            message = f"ids that begin with `{PACK_PREFIX}` belong to governance packs"
            problems.add(point_to(item.pointer, "id"), message)
        other = first.setdefault(policy_id, item.pointer)
        if other != item.pointer:
            message = f"id `{show_name(policy_id)}` is already used at `{other}`"
            problems.add(point_to(item.pointer, "id"), message)


def _add_pattern_problems(
    found: Sequence[PatternProblem], policies: Sequence[NormalisedPolicy], problems: ProblemList
) -> None:
    """A policy's own pattern carries its place in its id (`own.<policy>.<index>`)."""
    for problem in found:
        pointer, shift = "", 0
        for item in policies:
            prefix = f"own.{item.policy['id']}."
            index = problem.id[len(prefix) :]
            if problem.id.startswith(prefix) and _INDEX.fullmatch(index):
                pointer, shift = f"{item.pointer}/ruleDefinition/patterns/{index}", 3
                break
        problems.add(pointer, f"pattern refused at position {problem.position + shift}: {problem.message}")
