import { describe, expect, it } from "vitest";
import { createHeldClock } from "./held-clock";

describe("a clock that can be held", () => {
  it("stands still while it is held, and goes on afterwards", () => {
    let readings = 0;
    const time = { wall: 1000, monotonic: 50 };
    const nowMs = (): number => {
      readings++;
      return time.wall;
    };
    const clock = createHeldClock({ nowMs, monotonicMs: () => time.monotonic });
    expect(clock.hold()).toBe(50);
    time.wall = 2000;
    time.monotonic = 1050;
    const before = readings;
    expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
    expect(readings).toBe(before);
    clock.release();
    expect(clock.now()).toBe(2000);
  });

  it("keeps its time and gives the monotonic one when it is held twice", () => {
    const time = { wall: 1000, monotonic: 50 };
    const clock = createHeldClock({ nowMs: () => time.wall, monotonicMs: () => time.monotonic });
    clock.hold();
    time.monotonic = 60;
    time.wall = 1010;
    expect(clock.hold()).toBe(60);
    expect(clock.now()).toBe(1000);
  });
});
