import { type Policy, policyFields } from "../gen/messages";
import { limits, type Severity } from "../gen/tables";
import { decodeObject } from "./decode-message";
import { type AnyPolicyType, decodeRule } from "./decode-rule";
import type { Parts } from "./parts";
import { addUnknown, type ProblemList, pointTo } from "./problems";
import { typeNames } from "./read-document";

/** A policy with every default filled in, its type resolved, its rule decoded. */
export interface NormalisedPolicy {
  readonly policy: Policy;
  readonly pointer: string;
  readonly type: AnyPolicyType;
  readonly rule: Readonly<Record<string, unknown>>;
  /** The severity that the policy itself sets. */
  readonly ownSeverity: Severity | undefined;
  /** The governance pack that it belongs to. */
  readonly pack?: string;
  /** False when its rule has a problem: its operators cannot be prepared. */
  readonly usable: boolean;
}

/** One written policy, checked and completed as far as it can be read, so that all its problems come at once. */
export function normalisePolicy(
  written: unknown,
  pointer: string,
  problems: ProblemList,
  parts: Parts,
): NormalisedPolicy | undefined {
  const policy = decodeObject(policyFields, written, pointer, problems) as Policy | undefined;
  if (!policy) return undefined;
  if (policy.id === "") problems.add(pointTo(pointer, "id"), "is empty");
  const order = policy.evaluationOrder ?? 0;
  if (order < 0 || order > limits.maxEvaluationOrder) {
    problems.add(pointTo(pointer, "evaluationOrder"), `expected a whole number from 0 to ${limits.maxEvaluationOrder}`);
  }
  checkScope(policy, pointer, problems);
  const type = findType(policy.policyType, pointer, problems, parts);
  if (!type || policy.id === undefined) return undefined;
  const before = problems.count();
  const rule = policy.ruleDefinition
    ? decodeRule(type, policy.ruleDefinition, pointTo(pointer, "ruleDefinition"), problems, parts.categories)
    : {};
  return {
    policy: fillDefaults(policy, type),
    pointer,
    type,
    rule,
    ownSeverity: policy.severity,
    usable: policy.ruleDefinition !== undefined && problems.count() === before,
  };
}

/** Levels that a target makes narrower. */
const targeted: ReadonlySet<string | undefined> = new Set(["agent", "team", "workspace"]);

function checkScope({ level, targetId, labels }: Policy, pointer: string, problems: ProblemList): void {
  if (targetId && !targeted.has(level))
    problems.add(pointTo(pointer, "targetId"), "needs a `level` of `agent`, `team` or `workspace`");
  const count = Object.keys(labels ?? {}).length;
  if (count > limits.maxLabels)
    problems.add(pointTo(pointer, "labels"), `has ${count} labels, at most ${limits.maxLabels} are allowed`);
}

function findType(
  written: unknown,
  pointer: string,
  problems: ProblemList,
  { types }: Parts,
): AnyPolicyType | undefined {
  if (typeof written !== "string") return undefined;
  const at = pointTo(pointer, "policyType");
  const name = typeNames.get(written);
  const type = name && types[name];
  if (!name) addUnknown(problems, at, "policy type", written, [...typeNames.keys()]);
  else if (!type)
    problems.add(
      at,
      `policy type \`${name}\` needs a part that this entry of the core leaves out, use \`@holdpoint/core\``,
    );
  return type;
}

/** Defaults are the contract's (`@default` in policy.proto); severity follows the type, `onError` the mode (D-15). */
function fillDefaults(policy: Policy, type: AnyPolicyType): Policy {
  const filled: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(policyFields)) {
    if (field.default !== undefined) filled[name] = field.default;
    else if (field.repeated) filled[name] = [];
  }
  const complete = {
    ...filled,
    severity: type.severity,
    ...policy,
    policyType: type.type,
    name: policy.name || policy.id,
  } as Policy;
  const holds = complete.enforcementMode === "block" || complete.enforcementMode === "require_approval";
  return { ...complete, onError: policy.onError ?? (holds ? "hold" : "record") };
}
