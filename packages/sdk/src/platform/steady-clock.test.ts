import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSteadyClock } from "./steady-clock";

describe("the clock of decisions", () => {
  it("follows the wall clock forward", () => {
    const time = { wall: 1000, monotonic: 0 };
    const clock = createSteadyClock({ nowMs: () => time.wall, monotonicMs: () => time.monotonic });
    expect(clock()).toBe(1000);
    time.wall = 5000;
    expect(clock()).toBe(5000);
  });

  it("reads the wall clock once in a millisecond", () => {
    const time = { wall: 1000, monotonic: 0 };
    let readings = 0;
    const nowMs = (): number => {
      readings++;
      return time.wall;
    };
    const clock = createSteadyClock({ nowMs, monotonicMs: () => time.monotonic });
    for (; time.monotonic < 0.9; time.monotonic += 0.25) expect(clock()).toBe(1000);
    expect(readings).toBe(1);
    Object.assign(time, { wall: 5000, monotonic: 1 });
    expect(clock()).toBe(5000);
    expect(readings).toBe(2);
  });

  it("goes on at the monotonic pace when the wall clock jumps back or says NaN", () => {
    const time = { wall: 1_000_000, monotonic: 0 };
    const clock = createSteadyClock({ nowMs: () => time.wall, monotonicMs: () => time.monotonic });
    clock();
    time.wall = 10;
    time.monotonic = 250;
    expect(clock()).toBe(1_000_250);
    time.wall = Number.NaN;
    time.monotonic = 500;
    expect(clock()).toBe(1_000_500);
  });

  it("never goes back, never throws and is always a time, whatever the machine says", () => {
    const reading = fc.oneof(fc.double(), fc.constant(undefined as never), fc.integer());
    fc.assert(
      fc.property(fc.array(fc.tuple(reading, reading)), (readings) => {
        let index = 0;
        const read = (which: 0 | 1) => () => {
          const value = readings[index]?.[which];
          if (value === undefined) throw new Error("no clock");
          return value;
        };
        const clock = createSteadyClock({ nowMs: read(0), monotonicMs: read(1) });
        let last = 0;
        for (; index < readings.length; index++) {
          const now = clock();
          expect(now).toBeGreaterThanOrEqual(last);
          expect(Number.isNaN(new Date(now).getTime())).toBe(false);
          last = now;
        }
      }),
    );
  });
});
