import type { Agent, Policy, PolicyOutcome } from "../gen/messages";
import type { Phase, Severity } from "../gen/tables";
import type { CounterLister } from "./counters";
import type { AnyPolicyType } from "./decode-rule";
import type { PreparedOperator } from "./operator";
import type { PatternPlan } from "./pattern-plan";
import type { Part } from "./request";

/** One policy, ready to run. */
export interface CompiledPolicy {
  /** Index in the order of evaluation. */
  readonly index: number;
  readonly policy: Policy;
  readonly type: AnyPolicyType;
  readonly rule: Readonly<Record<string, unknown>>;
  /** The severity that the policy itself sets; it stands before what a condition finds. */
  readonly ownSeverity: Severity | undefined;
  readonly phases: ReadonlySet<string>;
  readonly reads: readonly Part[];
  readonly operators: readonly { readonly name: string; readonly operator: PreparedOperator }[];
  readonly state: readonly { readonly name: string; readonly list: CounterLister }[];
  /** Indexes of prerequisites. */
  readonly prerequisites: readonly number[];
  /** The outcome of every passing evaluation: one frozen object. */
  readonly passed: PolicyOutcome;
}

/** Policies compiled for one organisation. Immutable; holds no state but caches that change no verdict. */
export interface Plan {
  /** SHA-256 of the normalised policies and the contract's digest, hex. */
  readonly digest: string;
  /** Normalised policies in the order of evaluation, inactive ones included. */
  readonly policies: readonly Policy[];
  /** @internal */
  readonly compiled: readonly CompiledPolicy[];
  /** @internal */
  readonly patterns: PatternPlan;
  /** @internal */
  readonly agents: ReadonlyMap<string, Agent>;
  /** @internal */
  readonly organizationId: string;
  /** @internal */
  readonly salt: Uint8Array | undefined;
  /** @internal Applicable policies by phase, agent and environment; bounded. */
  readonly applicable: Map<string, readonly CompiledPolicy[]>;
}

const cacheSize = 4096;

/** The policies that apply to an agent in a phase and environment, in the order of evaluation. */
export function listApplicable(
  plan: Plan,
  phase: Phase,
  agentId: string,
  environment: string,
): readonly CompiledPolicy[] {
  // The length keeps apart names that hold any character: no two requests share an entry by accident.
  const key = `${phase} ${environment.length} ${environment}${agentId}`;
  const known = plan.applicable.get(key);
  if (known) return known;
  const list = plan.compiled.filter(
    ({ policy, phases }) =>
      phases.has(phase) && names(policy.appliesToAgents, agentId) && names(policy.environments, environment),
  );
  if (plan.applicable.size >= cacheSize) plan.applicable.clear();
  plan.applicable.set(key, list);
  return list;
}

/** An empty list names everything. */
export const names = (list: readonly string[] | undefined, name: string): boolean =>
  list === undefined || list.length === 0 || list.includes(name);
