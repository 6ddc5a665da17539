import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { PolicyEngine } from "@microsoft/agent-governance-sdk";
import { newEnforcer, newModelFromString } from "casbin";

/** A step as every engine here is asked about it. */
export interface Step {
  readonly tool: string;
  readonly limit: number;
  readonly text: string;
}

/** One rule: the tool's `limit` may not be over `most`; tools without a rule are allowed. */
export interface ToolRule {
  readonly tool: string;
  readonly most: number;
}

/** An engine ready to answer: true when the step is allowed. */
export type Ask = (step: Step) => boolean;

// Node 20 ends with "unreachable code" when a call into a WASM module that was inlined is deoptimised.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

const cedar = createRequire(import.meta.url)(
  "@cedar-policy/cedar-wasm/nodejs",
) as typeof import("@cedar-policy/cedar-wasm/nodejs");

/** Cedar, policies parsed once and kept in its own memory. */
export function createCedar(rules: readonly ToolRule[]): Ask {
  const id = `rules-${rules.length}`;
  const policies = [
    "permit (principal, action, resource);",
    ...rules.map(
      ({ tool, most }) => `forbid (principal, action == Action::"${tool}", resource) when { context.limit > ${most} };`,
    ),
  ];
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: policies.join("\n") });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  return ({ tool, limit, text }) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: "Agent", id: "support-bot" },
      action: { type: "Action", id: tool },
      resource: { type: "Tool", id: tool },
      context: { limit, text },
      preparsedPolicySetId: id,
      entities: [],
    });
    return answer.type === "success" && answer.response.decision === "allow";
  };
}

const casbinModel = `
[request_definition]
r = tool, limit
[policy_definition]
p = tool, most, eft
[policy_effect]
e = !some(where (p.eft == deny))
[matchers]
m = r.tool == p.tool && r.limit > p.most
`;

export async function createCasbin(rules: readonly ToolRule[]): Promise<Ask> {
  const enforcer = await newEnforcer(newModelFromString(casbinModel));
  for (const { tool, most } of rules) await enforcer.addPolicy(tool, String(most), "deny");
  return ({ tool, limit }) => enforcer.enforceSync(tool, limit);
}

/** Microsoft's agent-governance SDK. */
export function createAgentGovernance(rules: readonly ToolRule[]): Ask {
  const engine = new PolicyEngine();
  engine.loadPolicy({
    name: "rules",
    agents: ["*"],
    default_action: "allow",
    rules: rules.map(({ tool, most }) => ({
      name: tool,
      condition: `tool == '${tool}' and limit > ${most}`,
      ruleAction: "deny" as const,
    })),
  });
  return (step) => engine.evaluatePolicy("support-bot", { ...step }).allowed;
}

/** What one would write by hand: a regular expression for the name, a comparison for the argument. */
export function createByHand(rules: readonly ToolRule[]): Ask {
  const compiled = rules.map(({ tool, most }) => ({ name: new RegExp(`^${tool}$`), most }));
  return ({ tool, limit }) => !compiled.some(({ name, most }) => name.test(tool) && limit > most);
}
