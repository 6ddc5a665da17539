import { canonicalJson } from "../decide/canonical-json";
import { sha256Hex } from "../decide/digest";
import { specDigest } from "../gen/digest";
import type { Agent, AgentGrant, CompileProblem, GovernanceSettings } from "../gen/messages";
import type { OperatorName } from "../gen/policy-types";
import { limits } from "../gen/tables";
import { createApplicableIndex } from "./applicable";
import { orderPolicies } from "./chain";
import { createPolicyCounter, partsOfCounters } from "./counters";
import { type NormalisedPolicy, normalisePolicy } from "./normalise-policy";
import type { PrepareContext, PreparedOperator } from "./operator";
import { listPackPolicies, packPrefix } from "./pack-policies";
import type { Parts } from "./parts";
import type { PatternGatherer } from "./pattern-plan";
import type { CompiledPolicy, Plan } from "./plan";
import { addUnknown, createProblemList, isObject, type ProblemList, pointTo } from "./problems";
import type { Part } from "./request";

export interface CompileContext {
  readonly organizationId?: string;
  /** Registered agents, for their names and labels in expressions. */
  readonly agents?: readonly Agent[];
  /** Who may call whom. */
  readonly grants?: readonly AgentGrant[];
  /** Key of the hashes in evidence; without one, evidence carries no hashes. */
  readonly salt?: Uint8Array;
  /** Settings documents of every level of the cascade (SPECIFICATION D-36). */
  readonly settings?: readonly (GovernanceSettings | unknown)[];
  /** Agents may be registered later: a policy may name one that is not there yet. */
  readonly allowUnknownAgents?: boolean;
  /** JSON pointers of the policies in the document they come from; their index when absent. */
  readonly pointers?: readonly string[];
}

export type CompileResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** Policies as written → a plan to evaluate with, or every problem at once, none applied in part. */
export type Compile = (policies: readonly unknown[], context?: CompileContext) => CompileResult;

/** A `compile` for policies that need no more than these parts of the core. */
export const createCompile =
  (parts: Parts): Compile =>
  (policies, context = {}) =>
    compileWith(parts, policies, context);

function compileWith(parts: Parts, policies: readonly unknown[], context: CompileContext): CompileResult {
  const problems = createProblemList();
  if (!Array.isArray(policies)) problems.add("", "expected a list of policies");
  else if (policies.length > limits.maxPolicies)
    problems.add("", `${policies.length} policies, at most ${limits.maxPolicies} are allowed`);
  if (problems.list.length > 0) return { ok: false, problems: problems.list };

  const settings = readSettings(context, problems);
  const own = policies.flatMap(
    (written, index) =>
      normalisePolicy(written, context.pointers?.[index] ?? pointTo("", index), problems, parts) ?? [],
  );
  refuseDuplicateIds(own, problems);
  if (!context.allowUnknownAgents) refuseUnknownAgents(own, context.agents ?? [], problems);
  const normalised = [...own, ...normalisePacks(settings, problems, parts)];
  const ordered = orderPolicies(normalised, listIds(policies), problems);
  const gatherer = parts.createPatternGatherer();
  const usable = ordered.filter((item) => item.usable);
  const runnable = usable.filter(({ policy }) => policy.isActive !== false);
  const positions = new Map(runnable.map(({ policy }, index) => [policy.id, index]));
  const compiled = runnable.map((item, index) => compilePolicy(item, index, positions, gatherer, problems, parts));
  checkInactive(
    usable.filter(({ policy }) => policy.isActive === false),
    problems,
    parts,
  );
  const built = gatherer.build();
  if (!built.ok) addPatternProblems(built.problems, normalised, problems);
  if (!built.ok || problems.list.length > 0) return { ok: false, problems: problems.list };

  const written = ordered.map(({ policy }) => policy);
  const usesSessions = compiled.some(({ operators: used }) => used.some(({ operator }) => operator.usesSession));
  const plan: Plan = {
    digest: sha256Hex(canonicalJson({ policies: written, specDigest, ...(settings.length > 0 ? { settings } : {}) })),
    policies: written,
    compiled,
    patterns: built.plan,
    parts,
    agents: new Map((context.agents ?? []).map((agent) => [agent.agentId, agent])),
    grants: context.grants ?? [],
    organizationId: context.organizationId ?? "",
    salt: context.salt,
    usesSessions,
    keepsState: usesSessions || compiled.some(({ counters }) => counters.length > 0),
    asksClassifiers: compiled.some(({ operators: used }) => used.some(({ operator }) => operator.classifies)),
    asksValidators: compiled.some(({ policy }) => policy.policyType === "custom_validator"),
    settings,
    applicable: createApplicableIndex(),
  };
  return { ok: true, plan };
}

/** Ids as written, so that a policy with a problem of its own is not unknown to those that name it. */
const listIds = (policies: readonly unknown[]): ReadonlySet<string> =>
  new Set(policies.flatMap((written) => (isObject(written) && typeof written["id"] === "string" ? written["id"] : [])));

function compilePolicy(
  item: NormalisedPolicy,
  index: number,
  positions: ReadonlyMap<string, number>,
  patterns: PatternGatherer,
  problems: ProblemList,
  parts: Parts,
): CompiledPolicy {
  const { policy, type, rule, pointer } = item;
  const prepared = type.uses.map(({ name, operator }) => ({
    name,
    operator: prepareOperator(operator, rule, { policy, pointer, patterns, problems, parts }),
  }));
  const passing = findPassing(item, prepared);
  const state = type.state.flatMap((table) => createPolicyCounter(table, rule, policy.appliesToAgents ?? []) ?? []);
  const counters = [...state, ...prepared.flatMap(({ operator }) => operator.counters ?? [])];
  return {
    index,
    policy,
    type,
    rule,
    ownSeverity: item.ownSeverity,
    phases: new Set(
      type.phases.filter((phase) => prepared.every(({ operator }) => operator.phases?.includes(phase) ?? true)),
    ),
    reads: [
      ...new Set([
        ...(type.reads.filter((part) => part !== "expression") as Part[]),
        ...prepared.flatMap(({ operator }) => operator.reads),
        ...partsOfCounters(counters),
      ]),
    ],
    operators: prepared as readonly { name: string; operator: PreparedOperator }[],
    state,
    counters,
    prerequisites: (policy.prerequisites ?? []).flatMap((id) => positions.get(id) ?? []),
    passing,
    passesTool: passing && prepared[0]?.operator.passesTool,
    passed: Object.freeze({ policyId: policy.id, policyType: policy.policyType, status: "passed" }),
    ...(item.pack === undefined ? {} : { pack: item.pack }),
  };
}

/** A type comes with its operators, so that nothing is left out; what is missing all the same is refused. */
function prepareOperator(
  name: OperatorName,
  rule: Readonly<Record<string, unknown>>,
  context: PrepareContext,
): PreparedOperator {
  const { parts, pointer, problems } = context;
  const prepared = parts.operators[name]?.(rule, context);
  if (!prepared) problems.add(pointer, `needs \`${name}\`, which this entry of the core leaves out`);
  else if (!parts.countHosts && prepared.counters?.some(({ metric }) => metric === "external_calls"))
    problems.add(pointer, "counts external calls, which needs a part that this entry of the core leaves out");
  return prepared ?? { reads: [], run: () => ({ failure: "INTERNAL", message: "the operator is not there" }) };
}

/** The answer of a type's only operator that violates no condition, where nothing else could: tried, not trusted. */
function findPassing(
  { type, rule }: NormalisedPolicy,
  prepared: readonly { readonly name: string; readonly operator: PreparedOperator }[],
): object | undefined {
  const [only, second] = prepared;
  const passing = only?.operator.passing;
  if (!only || !passing || second || type.state.length > 0 || type.reads.includes("cost")) return undefined;
  const scope = { rule, cost: 0, usage: {}, [only.name]: passing };
  try {
    return type.conditions.some(({ when }) => when(scope as never)) ? undefined : passing;
  } catch {
    // A condition that reads the request as well.
    return undefined;
  }
}

/** Settings that are no list are refused; what is in them is read leniently (D-37), by their writers' check strictly. */
function readSettings({ settings }: CompileContext, problems: ProblemList): readonly unknown[] {
  if (settings === undefined) return [];
  if (!Array.isArray(settings)) problems.add("/settings", "expected a list of settings documents");
  else if (settings.length > limits.maxGovernanceSettings)
    problems.add("/settings", `has ${settings.length} items, at most ${limits.maxGovernanceSettings} are allowed`);
  else return settings;
  return [];
}

const normalisePacks = (settings: readonly unknown[], problems: ProblemList, parts: Parts): NormalisedPolicy[] =>
  listPackPolicies(settings).flatMap(({ policy, pointer, pack }) => {
    const item = normalisePolicy(policy, pointer, problems, parts);
    return item ? { ...item, pack } : [];
  });

/** Where agents are registered, a policy for one that is not is a slip of the pen. */
function refuseUnknownAgents(
  policies: readonly NormalisedPolicy[],
  agents: readonly Agent[],
  problems: ProblemList,
): void {
  if (agents.length === 0) return;
  const known = new Set(agents.map(({ agentId }) => agentId));
  for (const { policy, pointer } of policies) {
    const refuse = (agentId: unknown, at: string): void => {
      if (typeof agentId === "string" && !known.has(agentId)) addUnknown(problems, at, "agent", agentId, [...known]);
    };
    const listed = pointTo(pointer, "appliesToAgents");
    policy.appliesToAgents?.forEach((agentId, index) => {
      refuse(agentId, pointTo(listed, index));
    });
    const rules = policy.ruleDefinition?.["rules"];
    (Array.isArray(rules) ? rules : []).forEach((rule: unknown, at) => {
      const agentIds = isObject(rule) ? rule["agents"] : undefined;
      const list = pointTo(pointTo(pointTo(pointTo(pointer, "ruleDefinition"), "rules"), at), "agents");
      (Array.isArray(agentIds) ? agentIds : []).forEach((agentId: unknown, index) => {
        refuse(agentId, pointTo(list, index));
      });
    });
    if (policy.level === "agent" && policy.targetId) refuse(policy.targetId, pointTo(pointer, "targetId"));
  }
}

/** A policy that is not active is checked all the same, so that switching it on cannot fail; the catalogue's own patterns need no check. */
function checkInactive(policies: readonly NormalisedPolicy[], problems: ProblemList, parts: Parts): void {
  if (policies.length === 0) return;
  const gatherer: PatternGatherer = {
    ...parts.createPatternGatherer(),
    useInjection: () => undefined,
    usePii: () => undefined,
    useSecrets: () => undefined,
    useModeration: () => undefined,
  };
  for (const { type, rule, policy, pointer } of policies) {
    for (const { operator } of type.uses)
      prepareOperator(operator, rule, { policy, pointer, patterns: gatherer, problems, parts });
  }
  const built = gatherer.build();
  if (!built.ok) addPatternProblems(built.problems, policies, problems);
}

function refuseDuplicateIds(policies: readonly NormalisedPolicy[], problems: ProblemList): void {
  const first = new Map<string, string>();
  for (const { policy, pointer } of policies) {
    const other = first.get(policy.id);
    if (policy.id.startsWith(packPrefix))
      problems.add(pointTo(pointer, "id"), `ids that begin with \`${packPrefix}\` belong to governance packs`);
    if (other !== undefined)
      problems.add(pointTo(pointer, "id"), `id \`${policy.id.slice(0, 64)}\` is already used at \`${other}\``);
    else first.set(policy.id, pointer);
  }
}

/** A policy's own pattern carries its place in its id (`own.<policy>.<index>`). */
function addPatternProblems(
  found: readonly { readonly id: string; readonly position: number; readonly message: string }[],
  policies: readonly NormalisedPolicy[],
  problems: ProblemList,
): void {
  for (const { id, position, message } of found) {
    const own = policies.find(
      ({ policy }) => id.startsWith(`own.${policy.id}.`) && /^\d+$/.test(id.slice(policy.id.length + 5)),
    );
    const place = own
      ? pointTo(pointTo(pointTo(own.pointer, "ruleDefinition"), "patterns"), id.slice(own.policy.id.length + 5))
      : "";
    problems.add(place, `pattern refused at position ${position + (own ? 3 : 0)}: ${message}`);
  }
}
