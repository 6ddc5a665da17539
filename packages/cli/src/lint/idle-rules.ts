import type { Policy } from "@holdpoint/core";
import { findConstantCondition } from "./constant-condition";
import { type Finding, type Linted, type LintRule, ruleOf } from "./finding";

/** Switches that leave a type nothing to look at when all of them are off, and which are on unless written. */
const switches: Readonly<Record<string, readonly string[]>> = {
  secret_leak: ["scan_input", "scan_output"],
  tool_output_scan: ["pii", "injection", "secrets"],
};

/** Rules that restrict nothing, or look at nothing, whatever is asked. */
export const findIdleRules: LintRule = (linted) =>
  linted.policies.flatMap((policy) => [...idle(policy, linted), ...orders(policy, linted)]);

function idle(policy: Policy, { pointerOf }: Linted): Finding[] {
  const message = whyIdle(policy);
  if (message === undefined) return [];
  const pointer = `${pointerOf(policy.id)}/ruleDefinition`;
  return [{ kind: "never-matches", policyId: policy.id, pointer, message }];
}

function whyIdle(policy: Policy): string | undefined {
  const rule = ruleOf(policy);
  const isEmpty = (name: string): boolean => !Array.isArray(rule[name]) || rule[name].length === 0;
  if (switches[policy.policyType]?.every((name) => rule[name] === false))
    return "all that it looks at is switched off: nothing can violate it";
  if (policy.policyType === "injection_scan" && rule["scan_output"] !== true && scansNothing(rule))
    return "all that it looks at is switched off: nothing can violate it";
  if (policy.policyType !== "tool_invocation" || rule["default"] === "deny") return undefined;
  // A written `allow` closes the list by itself, even an empty one (P-11).
  const isOpen = rule["default"] === "allow" || !Array.isArray(rule["allow"]);
  const isSilent = isOpen && ["deny", "require_approval", "rules"].every(isEmpty);
  return isSilent ? "every tool is allowed and nothing is asked of any: nothing can violate it" : undefined;
}

const scansNothing = (rule: Readonly<Record<string, unknown>>): boolean =>
  ["scan_input", "scan_history", "scan_tool_results"].every((name) => rule[name] === false);

/** What earlier steps must have been, in a `sequence`. */
function orders(policy: Policy, { pointerOf }: Linted): Finding[] {
  const rules = policy.policyType === "sequence" ? ruleOf(policy)["rules"] : undefined;
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((item: unknown, index) =>
    (["after", "not_after", "within"] as const).flatMap((name): Finding[] => {
      const source = (item as Readonly<Record<string, unknown>> | null)?.[name];
      if (typeof source !== "string" || findConstantCondition(source) !== false) return [];
      const pointer = `${pointerOf(policy.id)}/ruleDefinition/rules/${index}/${name}`;
      return [
        name === "after"
          ? { kind: "never-matches", policyId: policy.id, pointer, message: "no step can be that: it forbids nothing" }
          : {
              kind: "always-matches",
              policyId: policy.id,
              pointer,
              message: "no step can be that: it is always missing",
            },
      ];
    }),
  );
}
