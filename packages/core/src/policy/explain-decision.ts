import { toOriginalSpan } from "../detect/original-span";
import type {
  ConditionExplanation,
  CounterExplanation,
  Decision,
  Explanation,
  PatternHit,
  PolicyExplanation,
  PolicyOutcome,
} from "../gen/messages";
import { limits } from "../gen/tables";
import { type Applicable, names } from "./applicable";
import { type Caller, concernsCaller, describeCaller } from "./caller";
import type { UsageReader } from "./counters";
import { RunningEvaluation } from "./evaluation";
import { explainExpression } from "./explain-expression";
import { demandsOn } from "./govern-policies";
import type { Evaluation } from "./operator";
import type { CompiledPolicy, Plan } from "./plan";
import type { RequestView } from "./request";
import { summarise } from "./resolve-governance";
import { runPolicy } from "./run-policy";

/** A decision that was made, and what it was made from. */
export interface Explained {
  readonly plan: Plan;
  readonly view: RequestView;
  readonly usage: UsageReader;
  readonly nowMs: number;
  readonly decision: Decision;
  /** What applied; undefined when the agent was paused and nothing was evaluated. */
  readonly applicable: Applicable | undefined;
}

/**
 * Why a decision is what it is: every active policy, with why it did not apply or what decided it (SPECIFICATION D-41).
 * Runs the policies a second time, so that a decision that nobody asks about pays nothing. Never changes the decision.
 */
export function explainDecision(explained: Explained): Explanation {
  const { plan, view, decision, applicable } = explained;
  const caller = describeCaller(plan.agents, view);
  const governance = summarise(demandsOn(plan.settings, caller), decision.pause);
  const inForce = new Map(applicable?.steps.map(({ compiled }) => [compiled.index, compiled]));
  const outcomes = new Map(decision.outcomes.map((outcome) => [outcome.policyId, outcome]));
  const policies = plan.compiled.map((written): PolicyExplanation => {
    const compiled = inForce.get(written.index);
    const outcome = outcomes.get(written.policy.id);
    if (!compiled || !outcome) {
      const why = decision.pause ? "the agent is paused: no policy is evaluated" : whyNot(written, view, caller);
      return { ...outline(written), status: decision.pause ? "skipped" : "not_applicable", why };
    }
    return explainPolicy(compiled, outcome, outcomes, explained);
  });
  return { policies, governance };
}

function outline({ policy, modeSource }: CompiledPolicy) {
  return {
    policyId: policy.id,
    policyType: policy.policyType,
    mode: policy.enforcementMode ?? "monitor",
    onError: policy.onError ?? "hold",
    ...(modeSource ? { modeSource } : {}),
  } as const;
}

function whyNot({ policy, phases, pack }: CompiledPolicy, view: RequestView, caller: Caller): string {
  if (!phases.has(view.phase)) return `it is not for the phase ${view.phase}`;
  if (!names(policy.environments, view.environment)) return "it is for other environments";
  if (!names(policy.appliesToAgents, view.agentId)) return "it is for other agents";
  if (!concernsCaller(policy, caller))
    return concernsCaller({ ...policy, labels: {} }, caller)
      ? "the agent lacks a label that it asks for"
      : `it is for another ${policy.level ?? "level"}`;
  return pack ? `pack ${pack} is not in force for the agent` : "it does not apply";
}

function explainPolicy(
  compiled: CompiledPolicy,
  outcome: PolicyOutcome,
  outcomes: ReadonlyMap<string, PolicyOutcome>,
  { plan, view, usage, nowMs, decision, applicable }: Explained,
): PolicyExplanation {
  const { policy } = compiled;
  const prerequisites = (policy.prerequisites ?? []).map((policyId) => {
    const status = outcomes.get(policyId)?.status;
    return { policyId, status: status ?? ("not_applicable" as const), counts: status !== undefined };
  });
  const known = {
    ...outline(compiled),
    status: outcome.status,
    ...(prerequisites.length > 0 ? { prerequisites } : {}),
  };
  if (outcome.status === "skipped") {
    const wanted = outcome.reason === "PREREQUISITE_NOT_PASSED" ? "has not passed" : "was not violated";
    const at = prerequisites
      .filter(({ counts, status }) => counts && status !== "passed")
      .map(({ policyId }) => policyId);
    const named = outcome.reason === "PREREQUISITE_NOT_PASSED" ? at : prerequisites.map(({ policyId }) => policyId);
    return { ...known, why: `${policy.chainTrigger ?? ""}: ${named.map((id) => `\`${id}\``).join(", ")} ${wanted}` };
  }
  const counters: CounterExplanation[] = [];
  const recorded = recordReads(usage, counters);
  const evaluation = new RunningEvaluation(plan, view, nowMs, applicable?.autonomy ?? "", recorded);
  const conditions: ConditionExplanation[] = [];
  runQuietly(compiled, evaluation, recorded, conditions);
  // A policy that passes early is not judged condition by condition: none of them holds.
  if (conditions.length === 0 && outcome.status === "passed")
    conditions.push(...compiled.type.conditions.map(({ id, reason }) => ({ id, holds: false, reason })));
  const expressions = outcome.reason === "REQUEST_INVALID" ? [] : listExpressions(compiled, evaluation, plan);
  const patterns = listHits(compiled, evaluation);
  const failed = outcome.status === "error" && decision.violations.find(({ policyId }) => policyId === policy.id);
  return {
    ...known,
    ...(failed ? { why: failed.message } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(expressions.length > 0 ? { expressions } : {}),
    ...(counters.length > 0 ? { counters } : {}),
    ...(patterns.length > 0 ? { patterns } : {}),
  };
}

function runQuietly(
  compiled: CompiledPolicy,
  evaluation: Evaluation,
  usage: UsageReader,
  conditions: ConditionExplanation[],
): void {
  try {
    runPolicy(compiled, evaluation, usage, { violations: [], alerts: [], conditions });
  } catch {
    // The decision has said so already.
  }
}

/** The same reader, which writes down what is read: a counter once, however often it is read. */
function recordReads(usage: UsageReader, counters: CounterExplanation[]): UsageReader {
  const read: UsageReader["read"] = (counter) => {
    const known = counters.find(({ key }) => key === counter.key);
    if (known) return usage.read(counter);
    const entry = { key: counter.key, value: "" };
    counters.push(entry);
    const value = usage.read(counter);
    if (Number.isFinite(value)) entry.value = String(value);
    return value;
  };
  return new Proxy(usage, {
    get(target, name) {
      if (name === "read") return read;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function listExpressions({ operators }: CompiledPolicy, evaluation: Evaluation, { parts }: Plan) {
  const expressions = operators.flatMap(({ operator }) => operator.expressions?.(evaluation) ?? []);
  return expressions.map((expression) => explainExpression(expression, parts.compilePattern));
}

function listHits({ operators }: CompiledPolicy, evaluation: Evaluation): PatternHit[] {
  const hits: PatternHit[] = [];
  const { patterns } = evaluation;
  for (const { operator } of operators) {
    if (!operator.listens) continue;
    for (const scan of evaluation.scans()) {
      for (const pattern of scan.hits) {
        if (!operator.listens(pattern, patterns)) continue;
        for (const { start, end } of patterns.set.spans(scan.normalised.text, pattern)) {
          if (hits.length >= limits.maxExplainedHits) return hits;
          hits.push({ patternId: patterns.set.ids[pattern] ?? "", ...toOriginalSpan(scan, start, end) });
        }
      }
    }
  }
  return hits;
}
