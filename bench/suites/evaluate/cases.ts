import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { celEnv, parse as parseCel, plan as planCel } from "@bufbuild/cel";
import { compile, evaluate, type Plan } from "@holdpoint/core";
import { parse as parseYaml } from "yaml";
import type { Case } from "../../tools/measure";
import { listScanCases } from "./scans";
import { attack, benign4k, benign200 } from "./texts";

const clock = (): number => Date.UTC(2026, 10, 21, 12);
const nothingSpent = { read: () => 0, session: () => undefined };

/** The five comparisons that the field publishes its latency for: cost, size and environment. */
export const fiveExpressions = [
  "cost > 5.0",
  "size(input) > 4000",
  'environment == "staging"',
  'cost > 1.0 && environment == "production"',
  "size(input) > 2000 || cost > 2.5",
];

export const expressionPolicies = fiveExpressions.map((expression, index) => ({
  id: `expression-${index}`,
  policyType: "expression",
  enforcementMode: "block",
  ruleDefinition: { expression },
}));

/** The policy set of the reference deployment. */
export const deploymentPolicies = (
  parseYaml(readFileSync(new URL("../../../examples/reference-deployment/policies.yaml", import.meta.url), "utf8")) as {
    policies: unknown[];
  }
).policies;

export function planOf(policies: readonly unknown[]): Plan {
  const compiled = compile(policies);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.plan;
}

const request = {
  agentId: "support-bot",
  sessionId: "s-1",
  input: benign200,
  estimatedCost: 0.5,
  environment: "production",
};

/** The same set without the learned tier, which reads every text a second time. */
const withoutLearned = deploymentPolicies.map((policy) => {
  const { policyType, ruleDefinition } = policy as { policyType: string; ruleDefinition: object };
  return policyType === "injection_scan"
    ? { ...(policy as object), ruleDefinition: { ...ruleDefinition, learned: false } }
    : policy;
});

function ours(name: string, policies: readonly unknown[], asked: unknown, verdict: string): Case {
  const plan = planOf(policies);
  const run = () => evaluate(plan, asked, nothingSpent, clock);
  return { name, run, check: () => assert.equal(run().verdict, verdict) };
}

/** A peer on the same five expressions: each evaluated on the same variables. */
function peerBufbuild(): Case {
  const env = celEnv();
  const programs = fiveExpressions.map((source) => planCel(env, parseCel(source)));
  const variables = { cost: 0.5, input: benign200, environment: "production" };
  const run = () => programs.map((program) => program(variables));
  return {
    name: "evaluate/five-expressions (peer: @bufbuild/cel)",
    run,
    check: () => assert.deepEqual(run(), [false, false, false, false, false]),
  };
}

const toolRules = Array.from({ length: 5 }, (_, index) => ({
  id: `tool-${index}`,
  policyType: "tool_invocation",
  enforcementMode: "block",
  ruleDefinition: {
    allow: ["search_*", "read_*"],
    rules: [{ tool: "search_*", when: `args.limit <= ${100 + index}` }],
  },
}));
const toolRequest = {
  agentId: "support-bot",
  phase: "tool_call",
  tool: { name: "search_orders", args: { limit: 20 } },
};

export function listEvaluateCases(): Case[] {
  return [
    ours("evaluate/five-expressions", expressionPolicies, request, "allow"),
    peerBufbuild(),
    ours("evaluate/tool-rules-5", toolRules, toolRequest, "allow"),
    ours("evaluate/deployment-200", withoutLearned, request, "allow"),
    ours("evaluate/deployment-200-learned", deploymentPolicies, request, "allow"),
    ours("evaluate/deployment-4k", withoutLearned, { ...request, input: benign4k }, "allow"),
    ours("evaluate/deployment-4k-learned", deploymentPolicies, { ...request, input: benign4k }, "allow"),
    ours("evaluate/deployment-attack", deploymentPolicies, { ...request, input: attack }, "block"),
    ...listScanCases(),
  ];
}
