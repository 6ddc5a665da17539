import { canonicalJson, type Policy, policyTypes } from "@holdpoint/core";
import { ruleOf, textsOf } from "./finding";

/** Fields of which the smaller is the stricter, and which nothing limits when they are absent. */
const caps: Readonly<Record<string, readonly string[]>> = {
  cost_limit: ["max_cost_per_execution", "daily_budget"],
  cost_budget: ["cap_usd"],
  token_limit: ["max_input_tokens", "max_output_tokens", "max_tokens_per_window"],
  rate_limit: ["max_calls"],
  external_call_limit: ["max_calls"],
  record_count_limit: ["max_records_per_call", "max_records_per_session"],
  session_limits: ["max_tool_calls", "max_cost_usd", "max_turns", "max_duration_s"],
};

/** Lists of what violates: of both rules the longer is the stricter. */
const lists: Readonly<Record<string, string>> = { keyword_filter: "terms" };

/** Lists of what violates that mean all when they are empty. */
const selections: Readonly<Record<string, string>> = { pii_access: "denied_pii_types", secret_leak: "kinds" };

/**
 * Whether what violates the narrow policy's rule violates that of the wide one of the same type, as far as defaults, caps and lists
 * show it: all other fields must be the same.
 */
export function coversRule(wide: Policy, narrow: Policy): boolean {
  const type = narrow.policyType;
  const [strict, mild] = [completeRule(wide), completeRule(narrow)];
  const compared = [...(caps[type] ?? []), lists[type], selections[type]].filter((name) => name !== undefined);
  if (canonicalJson(without(strict, compared)) !== canonicalJson(without(mild, compared))) return false;
  return compared.every((name) => {
    if (caps[type]?.includes(name)) return isTighter(strict[name], mild[name]);
    const [all, some] = [textsOf(strict[name]), textsOf(mild[name])];
    if (name === selections[type] && (all.length === 0 || some.length === 0)) return all.length === 0;
    return some.every((item) => all.includes(item));
  });
}

const isTighter = (strict: unknown, mild: unknown): boolean =>
  mild === undefined || (typeof strict === "number" && typeof mild === "number" && strict <= mild);

/** The rule with the defaults of its type. Null is absent (SPECIFICATION B-7). */
function completeRule(policy: Policy): Record<string, unknown> {
  const rule: Record<string, unknown> = {};
  const fields = policyTypes[policy.policyType as keyof typeof policyTypes]?.fields ?? {};
  for (const [name, field] of Object.entries(fields)) if (field.default !== undefined) rule[name] = field.default;
  for (const [name, value] of Object.entries(ruleOf(policy)))
    if (value !== null && value !== undefined) rule[name] = value;
  return rule;
}

const without = (rule: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(rule).filter(([name]) => !names.includes(name)));
