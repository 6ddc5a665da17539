import { enforcementModeRank, globsInclude, ownPatternsInclude, type Policy } from "@holdpoint/core";
import { coversRule } from "./covers-rule";
import { type Finding, type Linted, type LintRule, ruleOf, shown, textsOf } from "./finding";
import { coversScope } from "./scopes";

/** Policies, patterns and globs to which another one leaves nothing to do. */
export const findShadowed: LintRule = (linted) => [
  ...findCopies(linted),
  ...linted.policies.flatMap((policy) => [...coveredPatterns(policy, linted), ...coveredGlobs(policy, linted)]),
];

/** A second policy that says nothing the first does not say, at least as strongly: the same rule, or a milder one. */
function findCopies({ policies, pointerOf }: Linted): Finding[] {
  return policies.flatMap((policy, index) => {
    const other = policies.find(
      (one, at) =>
        at !== index &&
        one.policyType === policy.policyType &&
        (one.prerequisites ?? []).length === 0 &&
        (policy.prerequisites ?? []).length === 0 &&
        coversRule(one, policy) &&
        coversScope(one, policy) &&
        (one.onError !== "record" || policy.onError === "record") &&
        // Of two that are the same in everything, the second is the superfluous one.
        (strength(one) > strength(policy) ||
          !coversScope(policy, one) ||
          !coversRule(policy, one) ||
          (strength(one) === strength(policy) && at < index)) &&
        strength(one) >= strength(policy),
    );
    if (!other) return [];
    const rule = coversRule(policy, other) ? "the same rule" : "a rule at least as strict";
    const message = `shadowed by ${shown(other.id)}: ${rule}, for at least the same requests, in mode ${other.enforcementMode}`;
    return [{ kind: "shadowed", policyId: policy.id, pointer: pointerOf(policy.id), message } as const];
  });
}

const strength = ({ enforcementMode = "monitor" }: Policy): number => enforcementModeRank[enforcementMode];

function coveredPatterns(policy: Policy, { pointerOf }: Linted): Finding[] {
  const patterns = textsOf(ruleOf(policy)["patterns"]);
  return patterns.flatMap((pattern, index) => {
    const other = patterns.find((one, at) => at !== index && covers(one, pattern, at < index));
    if (other === undefined) return [];
    const pointer = `${pointerOf(policy.id)}/ruleDefinition/patterns/${index}`;
    const message = `pattern ${shown(pattern)} is covered by ${shown(other)}`;
    return [{ kind: "shadowed", policyId: policy.id, pointer, message } as const];
  });
}

/** Of two patterns that match the same texts the second is covered. */
const covers = (wide: string, narrow: string, isFirst: boolean): boolean =>
  ownPatternsInclude([wide], narrow) === true && (isFirst || ownPatternsInclude([narrow], wide) !== true);

function coveredGlobs(policy: Policy, { pointerOf }: Linted): Finding[] {
  return ["allow", "deny", "require_approval", "allowed_domains", "denied_domains"].flatMap((name) => {
    const globs = textsOf(ruleOf(policy)[name]);
    return globs.flatMap((glob, index) => {
      const other = globs.find((one, at) => at < index && globsInclude([one], glob) === true);
      if (other === undefined) return [];
      const pointer = `${pointerOf(policy.id)}/ruleDefinition/${name}/${index}`;
      return [
        {
          kind: "shadowed",
          policyId: policy.id,
          pointer,
          message: `${shown(glob)} is covered by ${shown(other)}`,
        } as const,
      ];
    });
  });
}
