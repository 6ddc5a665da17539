import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../expr/index";
import {
  type UsageMetric,
  type UsageWindow,
  usageMetricValues,
  usageScopeValues,
  usageWindowValues,
} from "../gen/tables";
import { chargesFor } from "./charges";
import { compile } from "./compile";
import type { Counter } from "./counters";
import { evaluate } from "./evaluate";
import type { Plan } from "./plan";
import { expressionEnvironment, listCounters } from "./usage-function";

const clock = () => Date.parse("2026-09-21T14:13:20.000Z");

function planOf(expression: string): Plan {
  const result = compile([
    { id: "p", policyType: "expression", enforcementMode: "block", ruleDefinition: { expression } },
  ]);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

/** Counts in memory, and writes down what is asked. */
function createStore() {
  const counted = new Map<string, number>();
  const reads: string[] = [];
  const read = ({ key }: Counter): number => {
    reads.push(key);
    return counted.get(key) ?? 0;
  };
  const apply = (plan: Plan, request: unknown): readonly string[] => {
    const charges = chargesFor(plan, request, clock);
    for (const { counter, amount } of charges) counted.set(counter.key, (counted.get(counter.key) ?? 0) + amount);
    return charges.map(({ counter }) => counter.key);
  };
  return { usage: { read, session: () => undefined }, reads, apply };
}

interface Call {
  readonly metric: UsageMetric;
  readonly window: UsageWindow;
  readonly scope: (typeof usageScopeValues)[number];
}

const call: fc.Arbitrary<Call> = fc.record({
  metric: fc.constantFrom(...usageMetricValues),
  window: fc.constantFrom(...usageWindowValues),
  scope: fc.constantFrom(...usageScopeValues),
});
const write = ({ metric, window, scope }: Call): string =>
  window === "session" ? `usage("${metric}", "session")` : `usage("${metric}", "${window}", "${scope}")`;

const phase = fc.constantFrom("input", "tool_call", "tool_result", "output", "agent_call");
const requestOf = (name: string) => ({
  agentId: "bot",
  phase: name,
  userId: "u",
  sessionId: "s",
  workspaceId: "w",
  estimatedCost: 0.25,
  estimatedTokens: 7,
  input: "hello there",
  output: "general",
  targetAgentId: "other",
  tool: { name: "fetch", args: { url: "https://example.org/" } },
  toolOutputs: [{ name: "fetch", output: [{ id: 1 }, { id: 2 }] }],
  recordCount: 2,
});

/** Whether a step of a phase is counted, where that follows from the phase alone (SPECIFICATION D-32). */
const isCounted: Readonly<Partial<Record<string, (name: string) => boolean>>> = {
  cost: () => true,
  tokens: (name) => name === "input" || name === "output",
  calls: (name) => ["input", "tool_call", "agent_call"].includes(name),
  tool_calls: (name) => name === "tool_call",
  external_calls: (name) => name === "tool_call",
  turns: (name) => name === "input",
  records: (name) => name === "tool_result",
};

describe("counters of an expression", () => {
  it("are charged exactly as they are read", () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 8 }), phase, fc.boolean(), (calls, name, negated) => {
        const conditions = calls.map((one) => `${write(one)} ${negated ? "<" : ">"} 1.0e9`);
        const plan = planOf(conditions.join(negated ? " || " : " && "));
        const store = createStore();
        evaluate(plan, requestOf(name), store.usage, clock);
        const charged = store.apply(plan, requestOf(name));
        expect(new Set(store.reads).size).toBe(store.reads.length);
        const due = store.reads.filter((key) => isCounted[key.slice(0, key.indexOf("|"))]?.(name));
        expect([...charged].sort()).toEqual(due.sort());
      }),
    );
  });

  it("hold from the step on at which the sum of the charges reaches the limit", () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 1, max: 12 }), (one, steps) => {
        fc.pre(one.metric !== "records");
        const inPhase = one.metric === "tool_calls" || one.metric === "external_calls" ? "tool_call" : "input";
        const request = requestOf(inPhase);
        const unit = createStore();
        const probe = planOf(`${write(one)} < 0.0`);
        const [charge] = chargesFor(probe, request, clock);
        expect(unit.apply(probe, request)).toHaveLength(1);
        const each = (charge?.amount ?? 0) / (one.metric === "cost" ? 1_000_000 : 1);
        const plan = planOf(`${write(one)} >= ${(each * steps).toFixed(2)}`);
        const store = createStore();
        for (let step = 0; step < steps; step++) {
          expect(evaluate(plan, request, store.usage, clock).allowed).toBe(true);
          store.apply(plan, request);
        }
        expect(evaluate(plan, request, store.usage, clock).allowed).toBe(false);
      }),
    );
  });

  it("that throw when read leave the policy undecided", () => {
    const read = (): number => {
      throw new Error("down");
    };
    const decision = evaluate(planOf('usage("cost", "1d") > 1.0'), requestOf("input"), { read }, clock);
    expect(decision.outcomes).toMatchObject([{ status: "error", reason: "USAGE_UNAVAILABLE" }]);
    expect(decision.allowed).toBe(false);
  });

  it("belong to their policy: a second expression without any reads none, and its variables stay as they were", () => {
    const rules = ["usage.cost_today > 1.0", "cost > 1.0", 'usage("calls", "1m", "user") > 1.0'];
    const policies = rules.map((expression, index) => ({
      id: `p${index}`,
      policyType: "expression",
      enforcementMode: "block",
      ruleDefinition: { expression },
    }));
    const result = compile(policies);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const store = createStore();
    const decision = evaluate(result.plan, requestOf("input"), store.usage, clock);
    expect(decision.verdict).toBe("allow");
    expect(store.reads.map((key) => key.split("|").slice(0, 4).join(" "))).toEqual([
      "cost agent bot 1d",
      "calls user u 1m",
    ]);
    expect(result.plan.compiled.map(({ counters }) => counters.length)).toEqual([1, 0, 1]);
  });
});

describe("programs", () => {
  const programOf = (source: string) => {
    const compiled = compileExpression(source, expressionEnvironment);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    return compiled.program;
  };

  it("name the calls of registered functions with their literals", () => {
    expect(programOf('usage("cost", "1d") > usage("calls", "1m", "user")').calls).toEqual([
      { name: "usage", args: ["cost", "1d"] },
      { name: "usage", args: ["calls", "1m", "user"] },
    ]);
    expect(programOf("size(input) > 3").calls).toEqual([]);
  });

  it("take the steps of a registered function into their estimate", () => {
    expect(programOf('usage("cost", "1d") > 5.0').cost.estimate).toBe(55);
  });

  it("give a counter once, by whichever names it is read", () => {
    const counters = listCounters(
      programOf('usage.cost_today > 1.0 || usage("cost", "1d", "agent") > 2.0 || usage("cost", "1d") > 3.0'),
    );
    expect(counters.map(({ name, bindings }) => ({ name, bindings }))).toEqual([
      { name: "usage(cost, 1d, agent)", bindings: ["usage(cost, 1d, agent)", "usage.cost_today"] },
    ]);
  });
});
