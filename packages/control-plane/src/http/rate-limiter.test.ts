import fc from "fast-check";
import { expect, test } from "vitest";
import { createRateLimiter } from "./rate-limiter";

test("never more than the limit passes in any minute, plus one full bucket", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 5000 })), (perMinute, gaps) => {
      const limiter = createRateLimiter(perMinute);
      let nowMs = 0;
      let passed = 0;
      for (const gapMs of gaps) {
        nowMs += gapMs;
        if (limiter.take("key", nowMs) === 0) passed++;
      }
      expect(passed).toBeLessThanOrEqual(perMinute + (nowMs / 60_000) * perMinute);
    }),
  );
});

test("who waits as long as it was told may pass", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 10_000 }), (perMinute, startMs) => {
      const limiter = createRateLimiter(perMinute);
      for (let i = 0; i < perMinute; i++) limiter.take("key", startMs);
      const waitSeconds = limiter.take("key", startMs);
      expect(waitSeconds).toBeGreaterThan(0);
      expect(limiter.take("key", startMs + waitSeconds * 1000)).toBe(0);
      expect(limiter.take("another key", startMs)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test("a clock that goes back gives nothing away and locks nobody out", () => {
  const limiter = createRateLimiter(60);
  for (let i = 0; i < 60; i++) limiter.take("key", 1_000_000);
  expect(limiter.take("key", 0)).toBe(1);
  expect(limiter.take("key", 1000)).toBe(0);
});
