import type { Counter } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryCounters } from "./memory-counters";
import { createMemoryUsageStore } from "./memory-usage-store";

const minuteMs = 60_000;
const t0 = Date.parse("2026-01-05T00:00:00Z");

const counter = (scopeId: string, start = "2026-01-01T00:00:00.000Z"): Counter => ({
  key: `cost|agent|${scopeId}|1d|${start}`,
  metric: "cost",
  scope: "agent",
  scopeId,
  window: "1d",
  start,
});

/** The sliding minute that ends now: a slot is a second. */
const sliding = (nowMs: number, scopeId = "a"): Counter => {
  const start = new Date((Math.floor(nowMs / 1000) - 60) * 1000).toISOString();
  const key = `calls|agent|${scopeId}|1m|sliding|${start}`;
  return { key, metric: "calls", scope: "agent", scopeId, window: "1m", kind: "sliding", start };
};

const bucket = (nowMs: number, leak: number): Counter => {
  const start = new Date(nowMs).toISOString();
  const key = `calls|agent|a|1m|bucket:${leak}|${start}`;
  return { key, metric: "calls", scope: "agent", scopeId: "a", window: "1m", kind: "bucket", leak, start };
};

const clock = (): number => t0;

describe("the store of usage in memory", () => {
  it("adds up in whole micro-dollars and never goes below zero", () => {
    const store = createMemoryUsageStore({ clock });
    store.add(counter("a"), 1_500_000);
    store.add(counter("a"), -500_000);
    expect(store.read(counter("a"))).toBe(1_000_000);
    store.add(counter("a"), -9_000_000);
    store.add(counter("a"), Number.NaN);
    store.add(counter("a"), Number.POSITIVE_INFINITY);
    expect(store.read(counter("a"))).toBe(0);
    expect(store.read(counter("b"))).toBe(0);
  });

  it("makes room by dropping windows that are over", () => {
    const store = createMemoryUsageStore({ clock, capacity: 2 });
    const today = "2026-01-05T00:00:00.000Z";
    store.add(counter("old"), 1);
    store.add(counter("a", today), 2);
    store.add(counter("b", today), 3);
    expect([store.read(counter("a", today)), store.read(counter("b", today))]).toEqual([2, 3]);
  });

  it("cannot read what it has no room for, so that no budget starts anew", () => {
    const store = createMemoryUsageStore({ clock, capacity: 1 });
    const today = "2026-01-05T00:00:00.000Z";
    store.add(counter("a", today), 2);
    store.add(counter("b", today), 3);
    expect(store.read(counter("b", today))).toBeNaN();
    expect(store.read(counter("a", today))).toBe(2);
  });

  it("stays within its bound under a million keys, and those that it has stay readable", () => {
    const counters = createMemoryCounters(clock, 10_000);
    const today = "2026-01-05T00:00:00.000Z";
    for (let index = 0; index < 1_000_000; index++) counters.add(counter(`user-${index}`, today), 1);
    expect(counters.size()).toBe(10_000);
    expect(counters.read(counter("user-9999", today))).toBe(1);
    expect(counters.read(counter("user-999999", today))).toBeNaN();
  });

  it("takes new keys for ever while old ones end: a million over a hundred days", () => {
    let nowMs = t0;
    const counters = createMemoryCounters(() => nowMs, 25_000);
    let unreadable = 0;
    for (let index = 0; index < 1_000_000; index++) {
      if (index % 10_000 === 0) nowMs += 86_400_000;
      const key = counter(`user-${index}`, new Date(Math.floor(nowMs / 86_400_000) * 86_400_000).toISOString());
      counters.add(key, 1);
      if (index % 10_000 === 0 && Number.isNaN(counters.read(key))) unreadable++;
    }
    expect(counters.size()).toBeLessThanOrEqual(25_000);
    expect(unreadable).toBeLessThan(60);
  });
});

describe("sliding windows", () => {
  it("count at least everything within any stretch as long as the window, at most one slot more", () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 200_000 }), (added, later) => {
        const counters = createMemoryCounters(clock, 100);
        const sorted = [...added].sort((a, b) => a - b);
        for (const atMs of sorted) counters.add(sliding(t0 + atMs), 1);
        const nowMs = Math.max(later, ...sorted);
        const counted = counters.read(sliding(t0 + nowMs));
        const within = (ms: number): number => sorted.filter((atMs) => atMs > nowMs - ms).length;
        expect(counted).toBeGreaterThanOrEqual(within(minuteMs));
        expect(counted).toBeLessThanOrEqual(within(minuteMs + 1001));
      }),
    );
  });

  it("never lose what was just added, however the clock jumps", () => {
    const jumps = fc.array(fc.tuple(fc.integer({ min: -5_000_000, max: 5_000_000 }), fc.nat(50)), { maxLength: 60 });
    fc.assert(
      fc.property(jumps, (list) => {
        const counters = createMemoryCounters(clock, 100);
        let nowMs = t0;
        for (const [jump, amount] of list) {
          nowMs = Math.max(0, nowMs + jump);
          for (const one of [sliding(nowMs), bucket(nowMs, 60)]) {
            counters.add(one, amount);
            expect(counters.read(one)).toBeGreaterThanOrEqual(amount);
          }
        }
      }),
    );
  });

  it("count what lies in the future of a clock that went back as now, then let it go", () => {
    const counters = createMemoryCounters(clock, 100);
    counters.add(sliding(t0 + 3_600_000), 5);
    expect(counters.read(sliding(t0))).toBe(5);
    expect(counters.read(sliding(t0 + 59_000))).toBe(5);
    expect(counters.read(sliding(t0 + 2 * minuteMs))).toBe(0);
  });

  it("give back in the slot in which it was taken", () => {
    const store = createMemoryUsageStore({ clock });
    const taken = sliding(t0);
    const id = store.reserve([{ counter: taken, amount: 3 }]) as string;
    store.add(sliding(t0 + 30_000), 2);
    store.release(id);
    expect(store.read(sliding(t0 + 30_000))).toBe(2);
  });
});

describe("buckets", () => {
  it("never let through more than their size at once and their rate over time", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 120 }),
        (waits, burst, perMinute) => {
          const counters = createMemoryCounters(clock, 100);
          const passed: number[] = [];
          let nowMs = t0;
          for (const wait of waits) {
            nowMs += wait;
            if (counters.read(bucket(nowMs, perMinute)) + 1 > burst) continue;
            counters.add(bucket(nowMs, perMinute), 1);
            passed.push(nowMs);
          }
          passed.forEach((from, first) => {
            passed.slice(first).forEach((to, more) => {
              expect(more + 1).toBeLessThanOrEqual(burst + ((to - from) * perMinute) / minuteMs + 1e-9);
            });
          });
        },
      ),
    );
  });

  it("leak on from the new time when the clock goes back", () => {
    const counters = createMemoryCounters(clock, 100);
    counters.add(bucket(t0 + 3_600_000, 60), 2);
    expect(counters.read(bucket(t0, 60))).toBe(2);
    expect(counters.read(bucket(t0 + 1_000, 60))).toBe(1);
    expect(counters.read(bucket(t0 + 2_000, 60))).toBe(0);
  });
});

describe("reservations", () => {
  it("replace the estimate by the cost, and leave what was counted", () => {
    const store = createMemoryUsageStore({ clock });
    const charges = [
      { counter: counter("a"), amount: 500 },
      { counter: sliding(t0), amount: 1 },
    ];
    const id = store.reserve(charges) as string;
    expect(store.reserve(charges, id)).toBe(id);
    store.settle(id, 700);
    store.settle(id, 9_999);
    expect([store.read(counter("a")), store.read(sliding(t0))]).toEqual([700, 2]);
  });

  it("sum to what was settled, whatever the order of reserving, settling and releasing", () => {
    const acts = fc.array(fc.tuple(fc.constantFrom("settle", "release", "stand"), fc.nat(1000), fc.nat(1000)));
    fc.assert(
      fc.property(acts, (list) => {
        const store = createMemoryUsageStore({ clock });
        const ids = list.map(([, estimate]) => store.reserve([{ counter: counter("a"), amount: estimate }]) as string);
        let expected = 0;
        list.forEach(([act, estimate, cost], index) => {
          if (act === "settle") store.settle(ids[index] as string, cost);
          if (act === "release") store.release(ids[index] as string);
          expected += act === "settle" ? cost : act === "stand" ? estimate : 0;
        });
        expect(store.read(counter("a"))).toBe(expected);
      }),
    );
  });
});

describe("sessions", () => {
  const step = (atMs: number, labels: readonly string[] = []) => ({
    sessionId: "s",
    parentSessionId: "",
    step: {
      atMs,
      phase: "tool_result" as const,
      agentId: "a",
      tool: "t",
      target: "",
      verdict: "allow" as const,
      passed: [],
      violated: [],
      labels,
      argsDigest: "",
      shingles: [],
      resultDigest: "",
    },
  });

  it("remember steps and labels, and hand labels to the session that they were delegated from", () => {
    const store = createMemoryUsageStore({ clock });
    store.record({ ...step(t0, ["untrusted"]), parentSessionId: "parent" });
    store.record(step(t0 + 1, ["private"]));
    expect(store.session("s")).toMatchObject({ startedMs: t0, labels: ["private", "untrusted"] });
    expect(store.session("parent")).toMatchObject({ labels: ["untrusted"], steps: [] });
    expect(store.session("other")).toBeUndefined();
  });

  it("let go what was idle for long, and cannot read what they have no room for", () => {
    let nowMs = t0;
    const store = createMemoryUsageStore({ clock: () => nowMs, sessionCapacity: 2, sessionIdleMs: minuteMs });
    for (const sessionId of ["a", "b", "c"]) store.record({ ...step(nowMs), sessionId });
    expect(() => store.session("c")).toThrow(RangeError);
    nowMs += 2 * minuteMs;
    store.record({ ...step(nowMs), sessionId: "c" });
    expect(store.session("c")?.steps).toHaveLength(1);
    expect(store.session("a")).toBeUndefined();
  });

  it("stay within their bound under a million sessions", () => {
    const store = createMemoryUsageStore({ clock, sessionCapacity: 1_000 });
    for (let index = 0; index < 1_000_000; index++) store.record({ ...step(t0), sessionId: `s${index}` });
    expect(store.session("s999")?.steps).toHaveLength(1);
    expect(() => store.session("s999999")).toThrow(RangeError);
  });
});
