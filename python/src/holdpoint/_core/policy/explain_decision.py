"""Why a decision is what it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from ..._gen.messages import (
    ConditionExplanation,
    CounterExplanation,
    Decision,
    Explanation,
    ExpressionExplanation,
    PatternHit,
    PolicyExplanation,
    PolicyOutcome,
    PrerequisiteExplanation,
)
from ..._gen.tables import MAX_EXPLAINED_HITS
from ..decide import es_number
from ..detect.injection import to_original_span
from .applicable import Applicable, names
from .caller import Caller, concerns_caller, describe_caller
from .counters import Counter, UsageReader
from .explain_expression import explain_expression
from .govern_policies import demands_on
from .governance import summarise
from .operator import Evaluation
from .plan import CompiledPolicy, Plan
from .request import RequestView
from .run_policy import RunResult, run_policy


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision that was made, and what it was made from.

    `applicable`: None when the agent was paused and nothing was evaluated.
    """

    plan: Plan
    view: RequestView
    usage: UsageReader
    now_ms: float
    decision: Decision
    applicable: Applicable | None


def explain_decision(explained: Explained) -> Explanation:
    """Every active policy, with why it did not apply or what decided it (SPECIFICATION D-41).

    Runs the policies a second time, so that a decision that nobody asks about pays nothing. Never changes the decision.
    """
    plan, view, decision, applicable = explained.plan, explained.view, explained.decision, explained.applicable
    caller = describe_caller(plan.agents, view)
    governance = summarise(demands_on(plan.settings, caller), decision.pause)
    in_force = {compiled.index: compiled for _, compiled in applicable.steps} if applicable is not None else {}
    outcomes = {outcome.policy_id: outcome for outcome in decision.outcomes}
    policies: list[PolicyExplanation] = []
    for written in plan.compiled:
        compiled = in_force.get(written.index)
        outcome = outcomes.get(written.id)
        if compiled is not None and outcome is not None:
            policies.append(_explain_policy(compiled, outcome, outcomes, explained))
        elif decision.pause is not None:
            why = "the agent is paused: no policy is evaluated"
            policies.append(replace(_outline(written, "skipped"), why=why))
        else:
            policies.append(replace(_outline(written, "not_applicable"), why=_why_not(written, view, caller)))
    return Explanation(tuple(policies), governance)


def _outline(compiled: CompiledPolicy, status: str) -> PolicyExplanation:
    return PolicyExplanation(
        compiled.id, compiled.kind.type, status, compiled.mode, compiled.on_error, mode_source=compiled.mode_source
    )


def _why_not(compiled: CompiledPolicy, view: RequestView, caller: Caller) -> str:
    if view.phase not in compiled.phases:
        return f"it is not for the phase {view.phase}"
    if not names(compiled.environments, view.environment):
        return "it is for other environments"
    if not names(compiled.applies_to, view.agent_id):
        return "it is for other agents"
    if not concerns_caller(compiled, caller):
        lacks = concerns_caller(replace(compiled, labels={}), caller)
        return "the agent lacks a label that it asks for" if lacks else f"it is for another {compiled.level}"
    return f"pack {compiled.pack} is not in force for the agent" if compiled.pack else "it does not apply"


def _explain_policy(
    compiled: CompiledPolicy,
    outcome: PolicyOutcome,
    outcomes: Mapping[str, PolicyOutcome],
    explained: Explained,
) -> PolicyExplanation:
    prerequisites = tuple(
        PrerequisiteExplanation(policy_id, known.status if known else "not_applicable", known is not None)
        for policy_id in compiled.named_prerequisites
        for known in (outcomes.get(policy_id),)
    )
    outline = replace(_outline(compiled, outcome.status), prerequisites=prerequisites)
    if outcome.status == "skipped":
        must_pass = outcome.reason == "PREREQUISITE_NOT_PASSED"
        named = [one.policy_id for one in prerequisites if not must_pass or (one.counts and one.status != "passed")]
        wanted = "has not passed" if must_pass else "was not violated"
        listed = ", ".join(f"`{policy_id}`" for policy_id in named)
        return replace(outline, why=f"{compiled.chain_trigger}: {listed} {wanted}")
    applicable = explained.applicable
    autonomy = applicable.autonomy if applicable is not None else ""
    usage = _RecordingUsage(explained.usage)
    evaluation = Evaluation(explained.plan, explained.view, explained.now_ms, autonomy, usage)
    conditions: list[ConditionExplanation] = []
    _run_quietly(compiled, evaluation, usage, conditions)
    # A policy that passes early is not judged condition by condition: none of them holds.
    if not conditions and outcome.status == "passed":
        conditions = [ConditionExplanation(one.id, False, one.reason) for one in compiled.kind.conditions]
    expressions = () if outcome.reason == "REQUEST_INVALID" else _list_expressions(compiled, evaluation)
    why = None
    if outcome.status == "error":
        why = next(one.message for one in explained.decision.violations if one.policy_id == compiled.id)
    return replace(
        outline,
        why=why,
        conditions=tuple(conditions),
        expressions=expressions,
        counters=tuple(CounterExplanation(key, value) for key, value in usage.reads),
        patterns=tuple(_list_hits(compiled, evaluation)),
    )


def _run_quietly(
    compiled: CompiledPolicy, evaluation: Evaluation, usage: UsageReader, conditions: list[ConditionExplanation]
) -> None:
    result = RunResult()
    result.conditions = conditions
    # What fails here has failed in the decision already, and is told there.
    with suppress(Exception):
        run_policy(compiled, evaluation, usage, result)


class _RecordingUsage:
    """The same reader, which writes down what is read: a counter once, however often it is read."""

    def __init__(self, usage: UsageReader) -> None:
        self._usage = usage
        self.reads: list[tuple[str, str]] = []

    def read(self, counter: Counter) -> float:
        """The counter's value."""
        if any(key == counter.key for key, _ in self.reads):
            return self._usage.read(counter)
        self.reads.append((counter.key, ""))
        value = self._usage.read(counter)
        if isinstance(value, (int, float)) and math.isfinite(value):
            self.reads[-1] = (counter.key, es_number(value))
        return value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._usage, name)


def _list_expressions(compiled: CompiledPolicy, evaluation: Evaluation) -> tuple[ExpressionExplanation, ...]:
    return tuple(
        explain_expression(expression)
        for _, operator in compiled.operators
        if operator.expressions is not None
        for expression in operator.expressions(evaluation)
    )


def _list_hits(compiled: CompiledPolicy, evaluation: Evaluation) -> list[PatternHit]:
    hits: list[PatternHit] = []
    patterns = evaluation.plan.patterns
    for _, operator in compiled.operators:
        if operator.listens is None:
            continue
        for scan in evaluation.scans():
            for pattern in scan.hits:
                if not operator.listens(pattern, patterns):
                    continue
                for span in patterns.set.spans(scan.normalised.text, pattern):
                    if len(hits) >= MAX_EXPLAINED_HITS:
                        return hits
                    start, end = to_original_span(scan, span.start, span.end)
                    hits.append(PatternHit(patterns.set.ids[pattern], scan.text.path, start, end))
    return hits
