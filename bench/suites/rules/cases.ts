import { strict as assert } from "node:assert";
import { compile, evaluate, type Plan } from "@holdpoint/core";
import type { Case } from "../../tools/measure";
import { planOf } from "../evaluate/cases";
import { benign4k, benign200 } from "../evaluate/texts";
import { createOpa } from "./opa";
import {
  type Ask,
  createAgentGovernance,
  createByHand,
  createCasbin,
  createCedar,
  type Step,
  type ToolRule,
} from "./peers";

const clock = (): number => Date.UTC(2026, 10, 21, 12);
const nothingSpent = { read: () => 0 };

const listRules = (count: number): ToolRule[] =>
  Array.from({ length: count }, (_, index) => ({ tool: `tool_${index}`, most: 100 + index }));

const writeRule = ({ tool, most }: ToolRule) => ({ tool, when: `args.limit <= ${most}` });

/** All rules in one policy. */
const inOne = (rules: readonly ToolRule[]) => [
  {
    id: "tools",
    policyType: "tool_invocation",
    enforcementMode: "block",
    ruleDefinition: { rules: rules.map(writeRule) },
  },
];

/** A policy for each rule: each has an outcome in every decision. */
const oneEach = (rules: readonly ToolRule[]) =>
  rules.map((rule) => ({
    id: rule.tool,
    policyType: "tool_invocation",
    enforcementMode: "block",
    ruleDefinition: { rules: [writeRule(rule)] },
  }));

function askPlan(plan: Plan): Ask {
  return ({ tool, limit, text }) => {
    const request = { agentId: "support-bot", phase: "tool_call", input: text, tool: { name: tool, args: { limit } } };
    return evaluate(plan, request, nothingSpent, clock).allowed;
  };
}

/** Right for a call within the limit, one over it, and one of a tool that no rule names. */
function caseOf(name: string, ask: Ask, text: string): Case {
  const step: Step = { tool: "tool_3", limit: 20, text };
  return {
    name,
    run: () => ask(step),
    check: () => {
      assert.equal(ask(step), true);
      assert.equal(ask({ ...step, limit: 104 }), false);
      assert.equal(ask({ ...step, tool: "other" }), true);
    },
  };
}

/** An organisation with 10,000 policies of which 20 apply to the agent, and those 20 alone. */
function listLargeOrganisation(): Case[] {
  const own = oneEach(listRules(20)).map((policy) => ({ ...policy, appliesToAgents: ["support-bot"] }));
  const others = Array.from({ length: 9_980 }, (_, index) => ({
    ...oneEach(listRules(20))[index % 20],
    id: `other-${index}`,
    appliesToAgents: [`agent-${index % 500}`],
  }));
  const names: [string, readonly unknown[]][] = [
    ["rules/20-policies", own],
    ["rules/20-policies (of 10,000)", [...own, ...others]],
  ];
  return names.map(([name, policies]) => caseOf(name, askPlan(planOf(policies)), benign200));
}

export async function listRuleCases(): Promise<Case[]> {
  const cases: Case[] = [];
  for (const [count, text, label] of [
    [5, benign200, "5"],
    [5, benign4k, "5-text-4k"],
    [100, benign200, "100"],
    [100, benign4k, "100-text-4k"],
  ] as const) {
    const rules = listRules(count);
    const name = `rules/${label}`;
    const opa = createOpa(rules);
    cases.push(
      caseOf(name, askPlan(planOf(inOne(rules))), text),
      caseOf(`${name} (a policy each)`, askPlan(planOf(oneEach(rules))), text),
      caseOf(`${name} (peer: Cedar WASM)`, createCedar(rules), text),
      caseOf(`${name} (peer: Casbin)`, await createCasbin(rules), text),
      caseOf(`${name} (peer: agent-governance-sdk)`, createAgentGovernance(rules), text),
      ...(opa ? [caseOf(`${name} (peer: OPA WASM)`, opa, text)] : []),
      caseOf(`${name} (peer: RegExp by hand)`, createByHand(rules), text),
    );
  }
  return [...cases, ...listLargeOrganisation()];
}

/** Bytes of heap that one compiled plan holds, by policies; the catalogue's automaton, which plans share, is not in it. */
export function measurePlanMemory(): readonly { readonly policies: number; readonly bytesPerPolicy: number }[] {
  if (!globalThis.gc) return [];
  return [100, 1_000, 10_000].map((count) => {
    const policies = oneEach(listRules(count));
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const compiled = compile(policies);
    globalThis.gc?.();
    const after = process.memoryUsage().heapUsed;
    if (!compiled.ok) throw new Error("the policies of the benchmark do not compile");
    return { policies: compiled.plan.policies.length, bytesPerPolicy: Math.round((after - before) / count) };
  });
}
