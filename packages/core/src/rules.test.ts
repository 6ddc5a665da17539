import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./decide/canonical-json";
import { chargesFor } from "./policy/charges";
import { type CompileContext, compile } from "./policy/compile";
import type { UsageReader } from "./policy/counters";
import { effectsFor } from "./policy/effects";
import { evaluate } from "./policy/evaluate";
import { readPolicyDocument } from "./policy/read-document";
import type { SessionState } from "./policy/session-state";
import * as rules from "./rules";

interface Case {
  readonly id: string;
  readonly policies?: unknown;
  readonly context?: CompileContext;
  readonly request?: unknown;
  readonly nowMs?: number;
  readonly pauses?: readonly { readonly level: "agent"; readonly targetId: string }[];
}

const folder = new URL("../../../conformance/vectors/", import.meta.url);
const cases = ["decide", "types"].flatMap((room) =>
  readdirSync(new URL(room, folder)).flatMap(
    (file) => (JSON.parse(readFileSync(new URL(`${room}/${file}`, folder), "utf8")) as { cases: Case[] }).cases,
  ),
);

const session: SessionState = {
  startedMs: 1_758_000_000_000,
  labels: ["pii"],
  steps: [
    {
      atMs: 1_758_000_000_000,
      phase: "tool_call",
      tool: "read_file",
      agentId: "bot",
      target: "",
      verdict: "allow",
      passed: ["p"],
      violated: [],
      labels: ["pii"],
    },
  ],
} as unknown as SessionState;

/** Nothing counted, much counted, and nothing that can be read. */
const usages: readonly UsageReader[] = [
  { read: () => 0 },
  { read: () => 10_000_000_000, session: () => session },
  { read: () => Number.NaN, session: () => undefined },
];

const leavesOut = /which this entry of the core leaves out|needs a part that this entry of the core leaves out/;

/** What both entries say of one case; undefined where the small one refuses it. */
function answer({ policies, context, request, nowMs = 0, pauses = [] }: Case) {
  const read = readPolicyDocument(policies);
  if (!read.ok) return undefined;
  const written = read.policies.map(({ policy }) => policy);
  const whole = compile(written, context);
  const small = rules.compile(written, context);
  if (!whole.ok) return { whole: "refused", small: small.ok ? "compiled" : "refused" };
  if (!small.ok) {
    const others = small.problems.filter(({ message }) => !leavesOut.test(message));
    return { refused: small.problems.length, others };
  }
  const clock = (): number => nowMs;
  const decideWith = (entry: typeof evaluate | typeof rules.evaluate, plan: typeof whole.plan): string =>
    canonicalJson(
      usages.map((usage) => {
        const decision = entry(plan, request, usage, clock, { pauses });
        return {
          decision,
          charges: chargesFor(plan, request, clock),
          effects: effectsFor(plan, request, decision, clock),
        };
      }),
    );
  return { whole: decideWith(evaluate, whole.plan), small: decideWith(rules.evaluate, small.plan) };
}

describe("the small entry", () => {
  const answers = cases.flatMap((item) => {
    const found = answer(item);
    return found ? { id: item.id, ...found } : [];
  });

  it("decides every vector that it compiles as the whole core does", () => {
    const decided = answers.filter((one) => "whole" in one && one.whole !== "refused");
    expect(decided.length).toBeGreaterThan(400);
    for (const one of decided) if ("whole" in one) expect(one.small, one.id).toBe(one.whole);
  });

  it("compiles nothing that the whole core refuses", () => {
    for (const one of answers) if ("whole" in one && one.whole === "refused") expect(one.small, one.id).toBe("refused");
  });

  it("refuses what it lacks for that reason alone", () => {
    const refused = answers.filter((one) => "refused" in one);
    expect(refused.length).toBeGreaterThan(100);
    for (const one of refused) if ("others" in one) expect(one.others, one.id).toEqual([]);
  });

  it.each([
    [{ policyType: "pii_access", ruleDefinition: {} }, "/0/policyType", "policy type `pii_access` needs a part"],
    [
      { policyType: "expression", ruleDefinition: { expression: 'input.matches("a+")' } },
      "/0/ruleDefinition/expression",
      "`matches` needs the matcher",
    ],
    [
      { policyType: "expression", ruleDefinition: { expression: "input.matches(output)" } },
      "/0/ruleDefinition/expression",
      "`matches` needs the matcher",
    ],
    [
      { policyType: "expression", ruleDefinition: { expression: 'usage("external_calls", "1d") > 3.0' } },
      "/0",
      "counts external calls",
    ],
    [
      { policyType: "tool_invocation", ruleDefinition: { rules: [{ tool: "pay", schema: { type: "object" } }] } },
      "/0/ruleDefinition/rules/0/schema",
      "needs JSON Schema",
    ],
  ])("refuses a policy that needs more: %j", (policy, pointer, message) => {
    for (const isActive of [true, false]) {
      const compiled = rules.compile([{ id: "p", enforcementMode: "block", isActive, ...policy }]);
      const problems = compiled.ok ? [] : compiled.problems;
      expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
      expect(problems[0]?.message).toContain(message);
    }
  });

  it("refuses a governance pack whose controls need more", () => {
    const compiled = rules.compile([], { settings: [{ level: "tenant", packs: ["gdpr"] }] });
    expect(compiled.ok).toBe(false);
  });

  it("explains nothing", () => {
    const compiled = rules.compile([
      { id: "p", policyType: "tool_invocation", enforcementMode: "block", ruleDefinition: { deny: ["rm"] } },
    ]);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const request = { agentId: "bot", phase: "tool_call", tool: { name: "rm" } };
    const decision = rules.evaluate(compiled.plan, request, { read: () => 0 }, () => 0, { explain: true });
    expect(decision).toMatchObject({ verdict: "block" });
    expect(decision.explanation).toBeUndefined();
  });
});
