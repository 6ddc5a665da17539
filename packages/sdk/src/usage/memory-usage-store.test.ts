import type { Counter } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { createMemoryUsageStore } from "./memory-usage-store";

const counter = (scopeId: string, start = "2026-01-01T00:00:00.000Z"): Counter => ({
  key: `cost|agent|${scopeId}|1d|${start}`,
  metric: "cost",
  scope: "agent",
  scopeId,
  window: "1d",
  start,
});
const clock = () => Date.parse("2026-01-05T00:00:00Z");

describe("the store of usage in memory", () => {
  it("adds up in whole micro-dollars and never goes below zero", () => {
    const store = createMemoryUsageStore({ clock });
    store.add(counter("a"), 1_500_000);
    store.add(counter("a"), -500_000);
    expect(store.read(counter("a"))).toBe(1_000_000);
    store.add(counter("a"), -9_000_000);
    store.add(counter("a"), Number.NaN);
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
});
