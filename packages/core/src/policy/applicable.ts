import type { PolicyOutcome, TierOverride } from "../gen/messages";
import { type AutonomyLevel, limits } from "../gen/tables";
import { concernsCaller, describeCaller, keyOfCaller } from "./caller";
import { type Governed, governPolicies } from "./govern-policies";
import type { PreparedOperator } from "./operator";
import type { CompiledPolicy, Plan } from "./plan";
import type { RequestView } from "./request";

/** A policy and its place among those that apply. */
export interface Step {
  readonly place: number;
  readonly compiled: CompiledPolicy;
}

/** The policies that apply to one agent in one phase and environment, in the order of evaluation. */
export interface Applicable {
  readonly steps: readonly Step[];
  /** The outcomes when every policy passes: one frozen list for all such decisions. */
  readonly passed: readonly PolicyOutcome[];
  /** Whether one of them waits for the outcome of another. */
  readonly chained: boolean;
  /** The agent's tier under every cap of the cascade; empty without one. */
  readonly autonomy: AutonomyLevel | "";
  /** Those whose type is beyond that tier. */
  readonly tierOverrides: readonly TierOverride[];
  /** Their ids, as many as a step of a session names. */
  readonly passedIds: readonly string[];
  /** Operators that label the session of a step. */
  readonly labelling: readonly PreparedOperator[];
  /** What is left to run for a tool once its name has settled the rest; bounded. */
  readonly byTool: Map<string, readonly Step[]>;
}

/** Applicable policies by phase, environment and agent; bounded. */
export interface ApplicableIndex {
  byPhase: Map<string, Map<string, Map<string, Applicable>>>;
  size: number;
  /** The last one asked for: requests of one agent follow one another. */
  last:
    | { readonly phase: string; readonly environment: string; readonly key: string; readonly found: Applicable }
    | undefined;
  /** Policies with counters for an agent, whatever the phase. */
  readonly counting: Map<string, readonly Counting[]>;
}

export type Counting = Pick<CompiledPolicy, "rule" | "counters">;

export const createApplicableIndex = (): ApplicableIndex => ({
  byPhase: new Map(),
  size: 0,
  last: undefined,
  counting: new Map(),
});

const mostLists = 4096;
const mostTools = 1024;

/** The policies that apply; found once for each phase, environment and caller. */
export function findApplicable(plan: Plan, view: RequestView): Applicable {
  const index = plan.applicable;
  const { phase, environment } = view;
  const key = keyOfCaller(view);
  const { last } = index;
  if (last !== undefined && last.key === key && last.phase === phase && last.environment === environment)
    return last.found;
  const found = index.byPhase.get(phase)?.get(environment)?.get(key) ?? addApplicable(plan, view, key);
  index.last = { phase, environment, key, found };
  return found;
}

function addApplicable(plan: Plan, view: RequestView, key: string): Applicable {
  const index = plan.applicable;
  const { phase, environment } = view;
  const caller = describeCaller(plan.agents, view);
  const policies = plan.compiled.filter(
    ({ policy, phases }) =>
      phases.has(phase) && concernsCaller(policy, caller) && names(policy.environments, environment),
  );
  const applicable = createApplicable(governPolicies(plan, policies, caller));
  if (index.size >= mostLists) {
    index.byPhase = new Map();
    index.size = 0;
  }
  const byEnvironment = getOrCreate(index.byPhase, phase);
  getOrCreate(byEnvironment, environment).set(key, applicable);
  index.size++;
  return applicable;
}

export function createApplicable({ policies, autonomy, tierOverrides }: Governed): Applicable {
  return {
    autonomy,
    tierOverrides,
    steps: policies.map((compiled, place) => ({ place, compiled })),
    passed: Object.freeze(policies.map(({ passed }) => passed)),
    passedIds: Object.freeze(policies.slice(0, limits.maxStepPolicies).map(({ policy }) => policy.id)),
    labelling: policies.flatMap(({ operators }) =>
      operators.flatMap(({ operator }) => (operator.labels === undefined ? [] : operator)),
    ),
    chained: policies.some(({ prerequisites, policy }) => prerequisites.length > 0 && policy.chainTrigger !== "always"),
    byTool: new Map(),
  };
}

/** The steps that a tool's name alone does not settle: of a hundred tool rules, those that concern the tool. */
export function stepsForTool(applicable: Applicable, tool: string): readonly Step[] {
  const known = applicable.byTool.get(tool);
  if (known) return known;
  const steps = applicable.steps.filter(({ compiled }) => !compiled.passesTool?.(tool));
  if (applicable.byTool.size >= mostTools) applicable.byTool.clear();
  applicable.byTool.set(tool, steps);
  return steps;
}

function getOrCreate<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key);
  if (known) return known;
  const created = new Map<string, Value>();
  map.set(key, created);
  return created;
}

/** An empty list names everything. */
export const names = (list: readonly string[] | undefined, name: string): boolean =>
  list === undefined || list.length === 0 || list.includes(name);
