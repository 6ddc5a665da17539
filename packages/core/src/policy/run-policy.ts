import type { Alert, ConditionExplanation, Pause, PolicyOutcome, Violation } from "../gen/messages";
import { type EnforcementMode, enforcementModeRank, type FailureReason } from "../gen/tables";
import type { Counter, PolicyCounter, UsageReader } from "./counters";
import type { AnyPolicyType } from "./decode-rule";
import { ConditionError } from "./lowered";
import { type Evaluation, isFailure, type OperatorFailure } from "./operator";
import type { CompiledPolicy } from "./plan";

/** What running policies adds to a decision. */
export interface RunResult {
  readonly violations: Violation[];
  readonly alerts: Alert[];
  /** The pause that the first violated budget asks for. */
  requestedPause?: Pause;
  /** Every condition with what it came to, where an explanation wants them. */
  readonly conditions?: ConditionExplanation[];
}

interface Scope {
  readonly rule: Readonly<Record<string, unknown>>;
  readonly cost: number;
  readonly usage: Record<string, number>;
  share: Record<string, number>;
  readonly evaluation: Evaluation;
  [name: string]: unknown;
}

type Condition = AnyPolicyType["conditions"][number];

/** Runs one policy: its operators, its counters, then each condition. */
export function runPolicy(
  compiled: CompiledPolicy,
  evaluation: Evaluation,
  usage: UsageReader,
  result: RunResult,
): PolicyOutcome {
  const { view } = evaluation;
  if (view.broken.size > 0) {
    const failure = findBrokenPart(compiled, evaluation);
    if (failure) return failPolicy(compiled, failure, result);
  }
  let scope: Scope | undefined;
  const { operators } = compiled;
  for (let index = 0; index < operators.length; index++) {
    const { name, operator } = operators[index] as (typeof operators)[number];
    const value = operator.run(evaluation);
    if (value === compiled.passing) return compiled.passed;
    if (isFailure(value)) return failPolicy(compiled, value, result);
    scope ??= createScope(compiled, evaluation);
    scope[name] = value;
  }
  scope ??= createScope(compiled, evaluation);
  if (compiled.state.length > 0) {
    const failure = readState(compiled, evaluation, usage, scope);
    if (failure === "elsewhere") return compiled.passed;
    if (failure) return failPolicy(compiled, failure, result);
  }
  try {
    return judge(compiled, scope, result);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return failPolicy(compiled, { failure: "EXPRESSION_FAILED", message: error.message }, result);
  }
}

const nothingCounted: Record<string, number> = Object.freeze({});

const createScope = (compiled: CompiledPolicy, evaluation: Evaluation): Scope => ({
  rule: compiled.rule,
  cost: evaluation.view.cost,
  usage: compiled.state.length > 0 ? {} : nothingCounted,
  share: nothingCounted,
  evaluation,
});

/** Puts what was counted into the scope; `elsewhere` when the policy is for another scope id. */
function readState(
  { state }: CompiledPolicy,
  { subject, nowMs }: Evaluation,
  usage: UsageReader,
  scope: Scope,
): OperatorFailure | "elsewhere" | undefined {
  for (let index = 0; index < state.length; index++) {
    const counter = state[index] as PolicyCounter;
    const { name } = counter;
    if (!counter.concerns(subject)) return "elsewhere";
    const counters = counter.list(subject, nowMs);
    if (!counters) return { failure: "REQUEST_INVALID", message: `the request names no ${counter.scope}` };
    const counted = readCounters(counters, usage);
    // Counters hold whole numbers; a fraction or an infinity is no count.
    if (!(counted >= 0 && Number.isSafeInteger(counted)))
      return { failure: "USAGE_UNAVAILABLE", message: `counter \`${name}\` could not be read` };
    scope.usage[name] = counted;
    if (!counter.share) continue;
    if (scope.share === nothingCounted) scope.share = {};
    scope.share[name] = counter.share(nowMs);
  }
  return undefined;
}

function judge(compiled: CompiledPolicy, scope: Scope, result: RunResult): PolicyOutcome {
  const { policy, type } = compiled;
  let reason: Violation["reason"] | undefined;
  const conditions: readonly Condition[] = type.conditions;
  for (let index = 0; index < conditions.length; index++) {
    const condition = conditions[index] as Condition;
    const holds = condition.when(scope);
    result.conditions?.push({ id: condition.id, holds, reason: condition.reason });
    if (!holds) continue;
    const message = condition.message(scope);
    if (condition.effect === "alert") {
      result.alerts.push({ policyId: policy.id, reason: condition.reason, message });
      continue;
    }
    reason ??= condition.reason;
    result.violations.push({
      policyId: policy.id,
      policyName: policy.name ?? policy.id,
      policyType: policy.policyType,
      severity: compiled.ownSeverity ?? condition.severity?.(scope) ?? type.severity,
      message,
      enforcementMode: weaker(policy.enforcementMode ?? "monitor", condition.mode),
      reason: condition.reason,
      evidence: condition.evidence?.(scope) ?? [],
    });
    if (condition.pause !== undefined) requestPause(compiled, scope.evaluation, condition.pause, message, result);
  }
  return reason ? { policyId: policy.id, policyType: policy.policyType, status: "violated", reason } : compiled.passed;
}

/** A violation that blocks may ask that the agent be paused until the window of a counter is over. */
function requestPause(
  { policy, state }: CompiledPolicy,
  { view, nowMs }: Evaluation,
  name: string,
  reason: string,
  result: RunResult,
): void {
  if (policy.enforcementMode !== "block" || result.requestedPause) return;
  const endMs = state.find((counter) => counter.name === name)?.endMs(nowMs) ?? Number.POSITIVE_INFINITY;
  const pause = { level: "agent", targetId: view.agentId, reason } as const;
  result.requestedPause =
    endMs === Number.POSITIVE_INFINITY ? pause : { ...pause, until: new Date(endMs).toISOString() };
}

/** A condition may ask for less than its policy's mode (a tool that waits for approval), never for more. */
function weaker(mode: EnforcementMode, asked: EnforcementMode | undefined): EnforcementMode {
  return asked && enforcementModeRank[asked] < enforcementModeRank[mode] ? asked : mode;
}

/** A policy that cannot be decided: with `hold` it acts as if violated, with `record` it is recorded and lets pass. */
export function failPolicy(
  compiled: CompiledPolicy,
  { failure, message }: OperatorFailure,
  result: RunResult,
): PolicyOutcome {
  const { policy, type } = compiled;
  result.violations.push({
    policyId: policy.id,
    policyName: policy.name ?? policy.id,
    policyType: policy.policyType,
    severity: policy.severity ?? type.severity,
    message: `policy could not be decided: ${message}`,
    enforcementMode: policy.onError === "record" ? "monitor" : (policy.enforcementMode ?? "block"),
    reason: failure,
    evidence: [],
  });
  return { policyId: policy.id, policyType: policy.policyType, status: "error", reason: failure };
}

function findBrokenPart(compiled: CompiledPolicy, { view }: Evaluation): OperatorFailure | undefined {
  for (const [part, { path, reason, message }] of view.broken) {
    if (part !== "identity" && !compiled.reads.includes(part)) continue;
    return { failure: reason as FailureReason, message: `\`${path}\` ${message}` };
  }
  return undefined;
}

function readCounters(counters: readonly Counter[], usage: UsageReader): number {
  let total = 0;
  try {
    for (let index = 0; index < counters.length; index++) total += usage.read(counters[index] as Counter);
  } catch {
    return Number.NaN;
  }
  return total;
}
