"""One decision about one request."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..._gen.messages import Decision, Pause, PolicyOutcome, RequestProblem, Violation
from ..._gen.tables import DEFAULT_ENVIRONMENT
from ..decide import Findings, combine
from ..detect import Replacement, TokenVault
from .applicable import Applicable, names
from .caller import Caller, concerns_caller, describe_caller
from .counters import UsageReader
from .explain_decision import Explained, explain_decision
from .govern_policies import govern_policies
from .operator import Evaluation, OperatorFailure
from .pauses import find_pause
from .plan import CompiledPolicy, Plan
from .request import RequestView, bind_request
from .run_policy import RunResult, fail_policy, judge_answer, run_policy

# Milliseconds since the epoch.
Clock = Callable[[], float]


def evaluate(
    plan: Plan,
    request: Any,
    usage: UsageReader,
    clock: Clock,
    pauses: Sequence[Pause] = (),
    *,
    explain: bool = False,
    vault: TokenVault | None = None,
    edits: list[Replacement] | None = None,
) -> Decision:
    """One decision about one request (wire names); `pauses`: kill switches that are on.

    With `explain` the decision says why; without, that costs nothing. `vault` takes the values that a policy with
    `strategy: tokenize` replaces by tokens; made by `create_token_vault`, one per request. `edits` takes what is
    replaced in `/output`, for text that is checked while it flows.

    Pure and synchronous: the same plan, request, usage and clock give the same decision, byte for byte in canonical
    JSON. Never raises: what is wrong with the request is part of the decision, and a policy that cannot be decided
    holds (SPECIFICATION D-15).
    """
    try:
        view = bind_request(request, DEFAULT_ENVIRONMENT)
        now_ms = clock()
        pause: Pause | None = None
        if pauses:
            caller = describe_caller(plan.agents, view)
            stated = (caller.team_id, caller.workspace_id) if caller.readable else None
            pause = find_pause(pauses, caller.agent_id, caller.agent, now_ms, stated)
        if explain:
            return _decide_and_explain(plan, view, usage, now_ms, pause, vault)
        if pause is not None:
            return _decide_paused(plan, view, pause)
        return decide_bound(plan, view, usage, now_ms, vault, edits)
    except Exception as error:  # noqa: BLE001
        return _decide_unreadable(plan, error, pauses)


def _decide_and_explain(
    plan: Plan, view: RequestView, usage: UsageReader, now_ms: float, pause: Pause | None, vault: TokenVault | None
) -> Decision:
    applicable = None if pause is not None else _select_policies(plan, view)
    decision = decide_bound(plan, view, usage, now_ms, vault) if pause is None else _decide_paused(plan, view, pause)
    explained = Explained(plan, view, usage, now_ms, decision, applicable)
    return replace(decision, explanation=explain_decision(explained))


def decide_bound(
    plan: Plan,
    view: RequestView,
    usage: UsageReader,
    now_ms: float,
    vault: TokenVault | None = None,
    edits: list[Replacement] | None = None,
) -> Decision:
    """As `evaluate`, for a request that is read already and nobody who could be paused."""
    applicable = _select_policies(plan, view)
    result = RunResult()
    evaluation = Evaluation(plan, view, now_ms, applicable.autonomy, usage, vault)
    run = _run_chain if applicable.chained else _run_all
    outcomes = run(applicable, evaluation, usage, result)
    has_more = result.violations or result.alerts or view.problems or not evaluation.is_unchanged
    if outcomes is applicable.passed and not has_more:
        # Every policy passed and there is nothing else to say: of such decisions an agent has one for a phase.
        if applicable.all_passed is None:
            applicable.all_passed = _combine(plan, view, outcomes, result, evaluation, applicable)
        return applicable.all_passed
    if edits is not None:
        edits.extend(evaluation.list_edits("/output"))
    return _combine(plan, view, outcomes, result, evaluation, applicable)


def _combine(
    plan: Plan,
    view: RequestView,
    outcomes: Sequence[PolicyOutcome],
    result: RunResult,
    evaluation: Evaluation,
    applicable: Applicable,
) -> Decision:
    return combine(
        Findings(
            view.phase,
            view.agent_id,
            plan.digest,
            outcomes,
            result.violations,
            evaluation.build_transforms(),
            result.alerts,
            view.problems,
            tier_overrides=applicable.tier_overrides,
            requested_pause=result.requested_pause,
        )
    )


def _run_all(
    applicable: Applicable, evaluation: Evaluation, usage: UsageReader, result: RunResult
) -> Sequence[PolicyOutcome]:
    """Policies that wait for no other. As long as all pass, their outcomes are the tuple made when they were found."""
    view = evaluation.view
    is_whole = not view.broken
    by_name = is_whole and view.phase == "tool_call"
    outcomes: list[PolicyOutcome] | None = None
    for place, compiled in applicable.steps_for_tool(view.tool_name) if by_name else applicable.steps:
        ask = compiled.ask
        # As in `_run_safely`, which is one call more for each policy.
        try:
            if ask is None or not is_whole:
                outcome = run_policy(compiled, evaluation, usage, result)
            else:
                # Most policies are this: one operator that most often has nothing to say.
                found = ask(evaluation)
                if found is compiled.passing:
                    continue
                outcome = judge_answer(compiled, found, evaluation, result)
        except OperatorFailure as failure:
            outcome = fail_policy(compiled, failure.failure, failure.message, result)
        except Exception as error:  # noqa: BLE001
            outcome = fail_policy(compiled, "INTERNAL", _describe_error(error), result)
        if outcome is not compiled.passed:
            if outcomes is None:
                outcomes = list(applicable.passed)
            outcomes[place] = outcome
    return applicable.passed if outcomes is None else outcomes


def _run_chain(
    applicable: Applicable, evaluation: Evaluation, usage: UsageReader, result: RunResult
) -> Sequence[PolicyOutcome]:
    by_index: dict[int, PolicyOutcome] = {}
    for _, compiled in applicable.steps:
        outcome = _find_skip(compiled, by_index) if compiled.prerequisites else None
        by_index[compiled.index] = outcome or _run_safely(compiled, evaluation, usage, result)
    return list(by_index.values())


def _select_policies(plan: Plan, view: RequestView) -> Applicable:
    """A request whose agent or phase cannot be read concerns every policy that could apply."""
    if "identity" not in view.broken:
        return plan.applicable.find(plan, view)
    unknown = view.unreadable
    caller = describe_caller(plan.agents, view)
    policies = [
        one
        for one in plan.compiled
        if ("/phase" in unknown or "" in unknown or view.phase in one.phases)
        and concerns_caller(one, caller)
        and ("/environment" in unknown or names(one.environments, view.environment))
    ]
    return Applicable(govern_policies(plan.settings, policies, caller))


def _run_safely(
    compiled: CompiledPolicy, evaluation: Evaluation, usage: UsageReader, result: RunResult
) -> PolicyOutcome:
    try:
        return run_policy(compiled, evaluation, usage, result)
    except OperatorFailure as failure:
        return fail_policy(compiled, failure.failure, failure.message, result)
    except Exception as error:  # noqa: BLE001
        return fail_policy(compiled, "INTERNAL", _describe_error(error), result)


def _find_skip(compiled: CompiledPolicy, by_index: dict[int, PolicyOutcome]) -> PolicyOutcome | None:
    """The chain's verdict on whether a policy runs at all; prerequisites that do not apply here do not count."""
    if compiled.chain_trigger == "always":
        return None
    known = [by_index[index].status for index in compiled.prerequisites if index in by_index]
    if not known:
        return None
    if compiled.chain_trigger == "any_violated":
        reason = None if "violated" in known or "error" in known else "PREREQUISITE_NOT_VIOLATED"
    else:
        reason = None if all(status == "passed" for status in known) else "PREREQUISITE_NOT_PASSED"
    return None if reason is None else PolicyOutcome(compiled.id, compiled.kind.type, "skipped", reason)


def _decide_paused(plan: Plan, view: RequestView, pause: Pause) -> Decision:
    because = f": {pause.reason}" if pause.reason else ""
    message = f"agent is paused at level {pause.level}{because}"
    violation = Violation("system", "system", "system", "critical", message, "block", "AGENT_PAUSED", ())
    return combine(
        Findings(view.phase, view.agent_id, plan.digest, [], [violation], problems=view.problems, pause=pause)
    )


def _decide_unreadable(plan: Plan, error: Exception, pauses: Sequence[Pause]) -> Decision:
    """The request itself raised when read (a hostile mapping): every policy fails, so whatever blocks holds.

    So does every pause.
    """
    message = f"the request could not be read: {_describe_error(error)}"
    view = RequestView()
    view.problems.append(RequestProblem("", "REQUEST_INVALID", message))
    pause = find_pause(pauses, "", None, -math.inf)
    if pause is not None:
        return _decide_paused(plan, view, pause)
    result = RunResult()
    governed = govern_policies(plan.settings, plan.compiled, Caller("", readable=False))
    outcomes = [fail_policy(compiled, "REQUEST_INVALID", message, result) for compiled in governed.policies]
    return combine(Findings("input", "", plan.digest, outcomes, result.violations, problems=view.problems))


def _describe_error(error: Exception) -> str:
    return type(error).__name__
