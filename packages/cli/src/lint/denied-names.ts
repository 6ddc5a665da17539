import { globsInclude, type Policy } from "@holdpoint/core";
import { type Finding, type Linted, type LintRule, ruleOf, shown, textsOf } from "./finding";

/** Per type the list that gives and the one that takes away again. Tools have rules of their own besides. */
const pairs: Readonly<Record<string, readonly [given: string, denied: string]>> = {
  external_call_limit: ["allowed_domains", "denied_domains"],
  data_access: ["allowed_sources", "denied_sources"],
  model_allowlist: ["allow", "deny"],
};

/** Hosts, sources and models that one list gives and a denial of the same policy takes away again. */
export const findDeniedNames: LintRule = (linted) => linted.policies.flatMap((policy) => check(policy, linted));

function check(policy: Policy, { pointerOf }: Linted): Finding[] {
  const { id: policyId, policyType } = policy;
  const rule = ruleOf(policy);
  if (policyType === "pii_access") return checkCategories(policy, pointerOf(policyId));
  const [given, denied] = pairs[policyType] ?? ["", ""];
  const denials = textsOf(rule[denied]);
  return textsOf(rule[given]).flatMap((glob, index) => {
    if (globsInclude(denials, glob) !== true) return [];
    const pointer = `${pointerOf(policyId)}/ruleDefinition/${given}/${index}`;
    const message = `${shown(glob)} is denied by \`${denied}\`, and a denial always wins`;
    return [{ kind: "contradictory", policyId, pointer, message } as const];
  });
}

function checkCategories({ id: policyId, ruleDefinition }: Policy, place: string): Finding[] {
  const denied = textsOf(ruleDefinition["denied_pii_types"]);
  const allowed = textsOf(ruleDefinition["allowed_pii_types"]);
  if (denied.length === 0 || !denied.every((name) => allowed.includes(name))) return [];
  const pointer = `${place}/ruleDefinition/denied_pii_types`;
  const message = "every category is on `allowed_pii_types` too: nothing can violate it";
  return [{ kind: "never-matches", policyId, pointer, message }];
}
