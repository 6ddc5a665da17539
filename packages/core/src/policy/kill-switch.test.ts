import { describe, expect, it } from "vitest";
import { compile } from "./compile";
import { evaluate } from "./evaluate";
import type { Plan } from "./plan";

const usage = { read: () => 0 };
const clock = () => 1_790_000_000_000;

function planOf(...policies: unknown[]): Plan {
  const compiled = compile(policies);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.plan;
}

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error("no");
    },
    ownKeys() {
      throw new Error("no");
    },
  },
);

describe("a kill switch", () => {
  it("holds a request that cannot even be read", () => {
    const pauses = [{ level: "agent", targetId: "someone" }] as const;
    expect(evaluate(planOf(), hostile, usage, clock, { pauses })).toMatchObject({ verdict: "paused", allowed: false });
    expect(evaluate(planOf(), hostile, usage, clock)).toMatchObject({
      verdict: "allow",
      problems: [{ reason: "REQUEST_INVALID" }],
    });
  });

  it("holds when the clock fails", () => {
    const broken = (): number => {
      throw new Error("no time");
    };
    const pauses = [{ level: "tenant", targetId: "acme", until: "2000-01-01T00:00:00Z" }] as const;
    expect(evaluate(planOf(), { agentId: "a" }, usage, broken, { pauses }).verdict).toBe("paused");
  });
});

describe("a counter whose reader throws", () => {
  it("is a counter that cannot be read", () => {
    const rule = { max_cost_per_execution: 5 };
    const plan = planOf({ id: "p", policyType: "cost_limit", enforcementMode: "block", ruleDefinition: rule });
    const failing = {
      read(): number {
        throw new Error("connection lost");
      },
    };
    const { verdict, violations } = evaluate(plan, { agentId: "a" }, failing, clock);
    expect([verdict, violations[0]?.reason]).toEqual(["block", "USAGE_UNAVAILABLE"]);
  });
});

describe("the policies found for a request", () => {
  it("are not those of another whose names only look the same when joined", () => {
    const expression = { expression: "cost > 1.0" };
    const plan = planOf({
      id: "p",
      policyType: "expression",
      enforcementMode: "block",
      environments: ["a"],
      ruleDefinition: expression,
    });
    const inScope = { agentId: "b\nc", environment: "a", estimatedCost: 2 };
    const outOfScope = { agentId: "c", environment: "a\nb", estimatedCost: 2 };
    expect(evaluate(plan, outOfScope, usage, clock).verdict).toBe("allow");
    expect(evaluate(plan, inScope, usage, clock).verdict).toBe("block");
    expect(evaluate(plan, outOfScope, usage, clock).verdict).toBe("allow");
  });
});
