import type { Alert, PolicyOutcome, Violation } from "../gen/messages";
import { type EnforcementMode, enforcementModeRank, type FailureReason } from "../gen/tables";
import type { UsageReader } from "./counters";
import { ConditionError } from "./lowered";
import { type Evaluation, isFailure, type OperatorFailure } from "./operator";
import type { CompiledPolicy } from "./plan";

/** What running policies adds to a decision. */
export interface RunResult {
  readonly violations: Violation[];
  readonly alerts: Alert[];
}

interface Scope {
  readonly rule: Readonly<Record<string, unknown>>;
  readonly cost: number;
  readonly usage: Record<string, number>;
  readonly evaluation: Evaluation;
  [name: string]: unknown;
}

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
  for (const { name, operator } of compiled.operators) {
    const value = operator.run(evaluation);
    if (value === compiled.passing) return compiled.passed;
    if (isFailure(value)) return failPolicy(compiled, value, result);
    scope ??= createScope(compiled, evaluation);
    scope[name] = value;
  }
  scope ??= createScope(compiled, evaluation);
  for (const { name, list } of compiled.state) {
    const spent = readCounters(list(view.agentId, evaluation.nowMs), usage);
    // Counters hold whole micro-dollars; a fraction or an infinity is no count.
    if (!(spent >= 0 && Number.isSafeInteger(spent)))
      return failPolicy(
        compiled,
        { failure: "USAGE_UNAVAILABLE", message: `counter \`${name}\` could not be read` },
        result,
      );
    scope.usage[name] = spent;
  }
  try {
    return judge(compiled, scope, result);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return failPolicy(compiled, { failure: "EXPRESSION_FAILED", message: error.message }, result);
  }
}

const createScope = (compiled: CompiledPolicy, evaluation: Evaluation): Scope => ({
  rule: compiled.rule,
  cost: evaluation.view.cost,
  usage: {},
  evaluation,
});

function judge(compiled: CompiledPolicy, scope: Scope, result: RunResult): PolicyOutcome {
  const { policy, type } = compiled;
  let reason: Violation["reason"] | undefined;
  for (const condition of type.conditions) {
    if (!condition.when(scope)) continue;
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
  }
  return reason ? { policyId: policy.id, policyType: policy.policyType, status: "violated", reason } : compiled.passed;
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

function readCounters(counters: ReturnType<CompiledPolicy["state"][number]["list"]>, usage: UsageReader): number {
  let total = 0;
  try {
    for (const counter of counters) total += usage.read(counter);
  } catch {
    return Number.NaN;
  }
  return total;
}
