import { strict as assert } from "node:assert";
import { compile } from "@holdpoint/core";
import type { Case } from "../../tools/measure";
import { deploymentPolicies, expressionPolicies } from "../evaluate/cases";

const many = Array.from({ length: 1000 }, (_, index) => ({
  id: `policy-${index}`,
  policyType: "expression",
  enforcementMode: "warn",
  ruleDefinition: { expression: `cost > ${index}.5 && agentId == "agent-${index}"` },
}));

function ours(name: string, list: () => readonly unknown[]): Case {
  const run = () => compile(list());
  return { name, run, check: () => assert.ok(run().ok) };
}

let round = 0;
/** A pattern never seen before, so that no automaton is shared with an earlier compilation. */
const fresh = (): readonly unknown[] => [
  ...deploymentPolicies,
  { id: "own", policyType: "injection_scan", ruleDefinition: { patterns: [`round ${round++}`] } },
];

export function listCompileCases(): Case[] {
  return [
    ours("compile/five-expressions", () => expressionPolicies),
    ours("compile/1000-policies", () => many),
    ours("compile/deployment", () => deploymentPolicies),
    ours("compile/deployment-new-patterns", fresh),
  ];
}
