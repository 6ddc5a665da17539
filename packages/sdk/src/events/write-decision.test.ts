import { compile, type Decision, evaluate } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { createMemoryUsageStore } from "../index";
import { writeDecision } from "./write-decision";

const clock = (): number => Date.UTC(2026, 10, 22);
const compiled = compile([
  {
    id: "length",
    policyType: "expression",
    enforcementMode: "warn",
    ruleDefinition: { expression: 'input.contains("warn")' },
  },
]);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { plan } = compiled;
const usage = createMemoryUsageStore({ clock });
const decide = (request: object): Decision => evaluate(plan, request, usage, clock);

describe("a decision as JSON", () => {
  it("is that of the decision, whatever was written before it", () => {
    const requests = [
      { agentId: "a" },
      { agentId: "a", input: "once more" },
      { agentId: "b" },
      { agentId: "a", input: "warn" },
      { agentId: "a", phase: "output", output: "o" },
      { agentId: "a", input: 5 },
      { agentId: "a" },
      {},
      undefined,
    ];
    for (const request of requests) {
      const decision = decide(request as object);
      expect(writeDecision(decision)).toBe(JSON.stringify(decision));
    }
  });

  it("follows what was changed in it, and changes no other", () => {
    const changed = decide({ agentId: "a" }) as { agentId: string; alerts: readonly unknown[]; more?: string };
    const text = JSON.stringify(changed);
    expect(writeDecision(changed as Decision)).toBe(text);
    changed.agentId = "x";
    changed.alerts = [{}];
    expect(writeDecision(changed as Decision)).toBe(JSON.stringify(changed));
    (changed.alerts as unknown[]).push({});
    expect(writeDecision(changed as Decision)).toBe(JSON.stringify(changed));
    changed.more = "more";
    expect(writeDecision(changed as Decision)).toBe(JSON.stringify(changed));
    expect(writeDecision(decide({ agentId: "a" }))).toBe(text);
  });
});
