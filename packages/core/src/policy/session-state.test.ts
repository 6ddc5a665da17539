import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../gen/tables";
import { appendStep, beginSession, extendSession, type SessionState, type SessionStep } from "./session-state";

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

describe("a session that is extended in place", () => {
  const most = limits.maxSessionSteps;
  const step = (tool: string, atMs: number, more: Partial<SessionStep> = {}): SessionStep => ({
    ...{ phase: "tool_call", agentId: "x", target: "", verdict: "allow", passed: ["p"], violated: [], labels: [] },
    ...{ tool, atMs, argsDigest: "", shingles: [], resultDigest: "" },
    ...more,
  });
  const extend = (steps: readonly SessionStep[]): SessionState => {
    const [first = step("", 0), ...others] = steps;
    const session = beginSession(first);
    for (const one of others) extendSession(session, one);
    return session;
  };
  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, at) => from + at);
  const half = most / 2;
  const ways: Readonly<
    Record<string, readonly [name: (at: number) => string, kept: (count: number) => readonly number[]]>
  > = {
    "two by turns": [(at) => `t${at % 2}`, (count) => range(Math.max(0, count - most), count)],
    "nearly as many as it holds": [(at) => `t${at % (most - 1)}`, (count) => range(Math.max(0, count - most), count)],
    "all different": [(at) => `t${at}`, (count) => range(Math.max(0, count - most), count)],
    "different ones, then two by turns": [
      (at) => (at < half ? `s${at}` : `t${at % 2}`),
      (count) => [...range(0, half), ...range(Math.max(half, count - half), count)],
    ],
  };

  it.each(Object.entries(ways))("keeps order and limit at the border and far beyond: %s", (way, [name, kept]) => {
    for (const count of [most - 1, most, most + 1, most + 2, 10_000]) {
      const { steps, truncated, startedMs } = extend(range(0, count).map((at) => step(name(at), at)));
      expect(steps.map(({ atMs }) => atMs)).toEqual(kept(count));
      expect(truncated).toBe(way === "all different" && count > most);
      expect(startedMs).toBe(0);
    }
  });

  it("keeps those that no later step stands for when many were lost", () => {
    let random = 7;
    const tools = range(0, 1500).map((at) => {
      random = (random * 48271) % 2147483647;
      return at % 3 === 0 ? random % 230 : at;
    });
    let kept: number[] = [];
    for (const at of tools.keys()) {
      kept.push(at);
      if (kept.length <= most) continue;
      const names = kept.map((one) => tools[one]);
      const repeated = names.findIndex((one, index) => names.includes(one, index + 1));
      kept = kept.filter((_, index) => index !== Math.max(0, repeated));
    }
    const { steps, truncated } = extend(tools.map((tool, at) => step(`t${tool}`, at)));
    expect(steps.map(({ atMs }) => atMs)).toEqual(kept);
    expect(truncated).toBe(true);
  });

  const others: readonly Partial<SessionStep>[] = [
    { phase: "tool_result" },
    { agentId: "y" },
    { target: "t" },
    { verdict: "warn" },
    { passed: [] },
    { passed: ["q"] },
    { violated: ["p"] },
    { labels: ["p"] },
  ];
  const filler = range(2, most + 1).map((at) => step("", at, { phase: "input" }));

  it.each(others)("keeps a step beside one that says something else: %j", (other) => {
    const { steps } = extend([step("t", 0), step("t", 1, other), ...filler]);
    expect(steps.map(({ atMs }) => atMs)).toEqual([0, 1, ...range(3, most + 1)]);
  });

  it("lets a step go for one that says the same in lists of its own", () => {
    const { steps } = extend([step("t", 0), step("t", 1, { argsDigest: "other" }), ...filler]);
    expect(steps.map(({ atMs }) => atMs)).toEqual(range(1, most + 1));
  });
});
