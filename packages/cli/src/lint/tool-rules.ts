import { globsInclude, type Policy } from "@holdpoint/core";
import { type Finding, type FindingKind, type Linted, type LintRule, ruleOf, shown, textsOf } from "./finding";
import { coversScope } from "./scopes";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Tools that one list gives and a denial takes away again, in one policy or across policies. */
export const findDeniedTools: LintRule = (linted) => {
  const tools = linted.policies.filter(({ policyType }) => policyType === "tool_invocation");
  return tools.flatMap((policy) => [...withinOne(policy, linted), ...acrossPolicies(policy, tools, linted)]);
};

function withinOne(policy: Policy, { pointerOf }: Linted): Finding[] {
  const rule = ruleOf(policy);
  const deny = textsOf(rule["deny"]);
  const at = (path: string) => `${pointerOf(policy.id)}/ruleDefinition/${path}`;
  const make = (kind: FindingKind, path: string, message: string): Finding => ({
    kind,
    policyId: policy.id,
    pointer: at(path),
    message,
  });
  const lists = ["allow", "require_approval"].flatMap((name) =>
    textsOf(rule[name]).flatMap((glob, index) =>
      globsInclude(deny, glob)
        ? [make("contradictory", `${name}/${index}`, `${shown(glob)} is denied by \`deny\`, and a denial always wins`)]
        : [],
    ),
  );
  const listed = [...textsOf(rule["allow"]), ...textsOf(rule["require_approval"])];
  const isClosed = rule["default"] === "deny" || (rule["default"] === undefined && Array.isArray(rule["allow"]));
  const constraints = (Array.isArray(rule["rules"]) ? rule["rules"] : []).flatMap((item: unknown, index) => {
    const tool = isObject(item) ? item["tool"] : undefined;
    if (typeof tool !== "string") return [];
    if (globsInclude(deny, tool))
      return [make("unreachable", `rules/${index}`, `the rule for ${shown(tool)} is never asked: the tool is denied`)];
    const reached = !isClosed || listed.some((glob) => mayMeet(glob, tool));
    return reached
      ? []
      : [
          make(
            "unreachable",
            `rules/${index}`,
            `the rule for ${shown(tool)} is never asked: no such tool is on \`allow\``,
          ),
        ];
  });
  return [...lists, ...constraints];
}

/** Whether one tool may be named by both: told only where one of the two is a plain name. */
function mayMeet(a: string, b: string): boolean {
  const isPlain = (glob: string): boolean => !/[*?\\]/.test(glob);
  if (isPlain(b)) return globsInclude([a], b) !== false;
  return isPlain(a) ? globsInclude([b], a) !== false : true;
}

function acrossPolicies(policy: Policy, tools: readonly Policy[], { pointerOf }: Linted): Finding[] {
  return textsOf(ruleOf(policy)["allow"]).flatMap((glob, index) => {
    const other = tools.find(
      (one) =>
        one.id !== policy.id &&
        one.enforcementMode === "block" &&
        (one.prerequisites ?? []).length === 0 &&
        coversScope(one, policy) &&
        globsInclude(textsOf(ruleOf(one)["deny"]), glob) === true,
    );
    if (!other) return [];
    const pointer = `${pointerOf(policy.id)}/ruleDefinition/allow/${index}`;
    return [
      {
        kind: "contradictory",
        policyId: policy.id,
        pointer,
        message: `${shown(glob)} is allowed here and denied by ${shown(other.id)}`,
      } as const,
    ];
  });
}
