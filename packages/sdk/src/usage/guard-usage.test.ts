import type { Counter, SessionEffect } from "@holdpoint/core";
import { expect, it } from "vitest";
import type { UsageStore } from "../types";
import { guardUsage } from "./guard-usage";

const counter = { key: "cost|agent|a|1d|2026-01-01T00:00:00.000Z", metric: "cost" } as unknown as Counter;
const charge = { counter, amount: 1 };
const guard = (store: object) =>
  guardUsage({ read: () => 0, add: () => undefined, settle() {}, release() {}, ...store } as UsageStore, () => 0);
const fails = (): Promise<never> => Promise.reject(new Error("the store is away"));
const turn = () => new Promise((resolve) => setImmediate(resolve));

it.each([
  ["a promise", async () => "r1"],
  ["a promise that fails", fails],
  ["false", () => false],
  ["null", () => null],
  ["nothing", () => undefined],
])("a store that answers a reservation with %s has reserved nothing", async (_, reserve) => {
  const usage = guard({ reserve });
  expect([usage.reserve([charge]), usage.spend([charge])]).toEqual([undefined, false]);
  await turn();
});

it("a store that answers with a text has reserved", () => {
  const usage = guard({ reserve: () => "r1" });
  expect([usage.reserve([charge]), usage.spend([charge])]).toEqual(["r1", true]);
});

it("what is only promised is not read, and ends no process", async () => {
  const usage = guard({ read: fails, settle: fails, release: fails, session: fails, record: fails, reserve: fails });
  expect(usage.read(counter)).toBeNaN();
  usage.settle("r", 1);
  usage.release("r");
  expect(() => usage.session("s")).toThrow(RangeError);
  await turn();
});

it("an addition that fails later was lost, as one that throws", async () => {
  const usage = guard({ add: fails, session: () => undefined, record: fails });
  usage.add(counter, 1);
  usage.record({ sessionId: "s", parentSessionId: "" } as SessionEffect);
  expect(usage.read(counter)).toBe(0);
  await turn();
  expect(usage.read(counter)).toBeNaN();
  expect(() => usage.session("s")).toThrow(RangeError);
});
