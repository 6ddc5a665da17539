import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../gen/tables";
import { appendStep, type SessionState, type SessionStep } from "./session-state";

const lists = [[], ["p"], ["p", "q"]] as const;

const drawStep = fc
  .record({
    tool: fc.constantFrom("", "a", "b", "c", "d", "e"),
    verdict: fc.constantFrom("allow", "warn") as fc.Arbitrary<SessionStep["verdict"]>,
    passed: fc.constantFrom<readonly string[]>(...lists, ["p"]),
    isCompared: fc.boolean(),
  })
  .map(({ tool, verdict, passed, isCompared }): Omit<SessionStep, "atMs"> => {
    const shingles = isCompared && tool !== "" ? [1, 2] : [];
    const phase = tool === "" ? "input" : "tool_call";
    const digests = { argsDigest: "", resultDigest: "" };
    return { phase, agentId: "x", tool, target: "", verdict, passed, violated: [], labels: [], shingles, ...digests };
  });

const describeStep = ({ phase, agentId, tool, target, verdict, passed, violated, labels }: SessionStep): string =>
  JSON.stringify([phase, agentId, tool, target, verdict, passed, violated, labels]);

/** Which steps are left, with no thought of time. */
function keepPlainly(steps: readonly SessionStep[]): { readonly kept: SessionStep[]; readonly truncated: boolean } {
  let kept: SessionStep[] = [];
  let truncated = false;
  for (const step of steps) {
    kept = [...kept, step];
    if (step.shingles.length > 0) {
      const compared = kept.filter(({ shingles }) => shingles.length > 0);
      const oldest = compared.length > limits.maxComparedCalls ? compared[0] : undefined;
      kept = kept.map((one) => (one === oldest ? { ...one, shingles: [] } : one));
    }
    if (kept.length <= limits.maxSessionSteps) continue;
    const repeated = kept.findIndex(
      (one, index) =>
        one.shingles.length === 0 && kept.slice(index + 1).some((later) => describeStep(later) === describeStep(one)),
    );
    if (repeated < 0) truncated = true;
    kept = kept.filter((_, index) => index !== Math.max(0, repeated));
  }
  return { kept, truncated };
}

describe("a session with more steps than it holds", () => {
  it("keeps those that no later step stands for", () => {
    const drawn = fc.array(drawStep, { minLength: limits.maxSessionSteps, maxLength: limits.maxSessionSteps + 80 });
    fc.assert(
      fc.property(drawn, (drawnSteps) => {
        const steps = drawnSteps.map((step, atMs) => ({ ...step, atMs }));
        let state: SessionState | undefined;
        for (const step of steps) state = appendStep(state, step);
        const { kept, truncated } = keepPlainly(steps);
        expect(state?.steps).toEqual(kept);
        expect(state?.truncated).toBe(truncated);
      }),
      { numRuns: 30 },
    );
  });

  it("goes on from any of its states, as often as one likes", () => {
    const step = (tool: string, atMs: number): SessionStep => ({
      ...{ phase: "tool_call", agentId: "x", target: "", verdict: "allow", passed: [], violated: [], labels: [] },
      ...{ tool, atMs, argsDigest: "", shingles: [], resultDigest: "" },
    });
    let state: SessionState | undefined;
    for (let index = 0; index < limits.maxSessionSteps + 3; index++)
      state = appendStep(state, step(`t${index % 7}`, index));
    const first = appendStep(state, step("t1", 1000));
    const second = appendStep(state, step("t1", 1000));
    expect(second).toEqual(first);
    expect(state?.steps).toHaveLength(limits.maxSessionSteps);
  });
});
