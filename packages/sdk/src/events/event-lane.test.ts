import { describe, expect, it } from "vitest";
import { defaults } from "../gen/constants";
import { createNodePlatform } from "../platform/node-platform";
import type { PlatformClock } from "../platform/platform";
import type { DroppedEvent } from "../types";
import { createDropCounter } from "./drop-counter";
import { createEventLane, type EventLane } from "./event-lane";
import { createEventQueue } from "./event-queue";
import type { SendOutcome } from "./ingest-transport";
import { createMemoryStore } from "./memory-store";
import { createLossReport } from "./own-trace";
import { createTextWriter } from "./write-text";

/** A clock whose timers fire when the test says so. */
function createFakeClock(): PlatformClock & { advance(ms: number): Promise<void>; forget(): void } {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    schedule(run, delayMs) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    forget() {
      timers = [];
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        timers = timers.filter((other) => other !== next);
        next.run();
      }
      now = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const { crypto } = createNodePlatform();

const sent = (rejected = 0): SendOutcome => ({ kind: "sent", rejected, refused: [] });

type Answer = SendOutcome | "never" | "defect";

function setUp(
  answers: Answer[] | ((batch: readonly string[]) => Answer) = [],
  options: {
    capacity?: number;
    batchSize?: number;
    telling?: boolean;
    onNever?: (resolve: (outcome: SendOutcome) => void) => void;
  } = {},
) {
  const clock = createFakeClock();
  const batches: string[][] = [];
  const dropped: DroppedEvent[] = [];
  const drops = createDropCounter(clock, (event) => dropped.push(event));
  const lane = createEventLane({
    store: createMemoryStore(createEventQueue(options.capacity ?? 100, 1_000_000), createTextWriter(drops)),
    transport: {
      send(batch) {
        batches.push([...batch]);
        const answer = (typeof answers === "function" ? answers(batch) : answers.shift()) ?? sent();
        if (answer === "defect") throw new TypeError("a defect");
        return answer === "never" ? new Promise((resolve) => options.onNever?.(resolve)) : Promise.resolve(answer);
      },
    },
    drops,
    clock,
    random: () => 0,
    batchSize: options.batchSize ?? 10,
    flushIntervalMs: 1000,
    authRetryMs: 15_000,
    requestMs: 10_000,
    probe: () => "probe",
    ...(options.telling
      ? { losses: createLossReport({ clock, crypto: { ...crypto, randomUuid: () => `id-${clock.nowMs()}` } }, drops) }
      : {}),
  });
  return { clock, batches, dropped, drops, lane };
}

const defect: SendOutcome = { kind: "retry", afterMs: undefined, isDefect: true };

const push = (lane: EventLane, ...names: string[]): void => {
  for (const name of names) lane.push({ sizeBytes: 10, toJson: () => name });
};

describe("the event lane", () => {
  it("sends what it has taken also after a defect, and sets aside what it fails over each time", async () => {
    const once = setUp(["defect"]);
    push(once.lane, "a");
    await once.clock.advance(10_000);
    expect([once.lane.sent(), once.lane.queued()]).toEqual([1, 0]);
    const always = setUp((batch) => (batch.includes("bad") ? "defect" : sent()));
    push(always.lane, "bad");
    await always.clock.advance(1_100);
    push(always.lane, "good");
    await always.clock.advance(120_000);
    expect([always.lane.sent(), always.lane.queued(), always.drops.totals.rejected]).toEqual([1, 0, 1]);
  });

  it("sends nothing before the interval, then one batch", async () => {
    const { clock, batches, lane } = setUp();
    push(lane, "1", "2", "3");
    await clock.advance(999);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([["1", "2", "3"]]);
    expect([lane.sent(), lane.queued()]).toEqual([3, 0]);
  });

  it("sends a full batch at once, but never inside push", async () => {
    const { clock, batches, lane } = setUp([], { batchSize: 2 });
    push(lane, "1", "2", "3");
    expect(batches).toEqual([]);
    await clock.advance(0);
    expect(batches).toEqual([["1", "2"], ["3"]]);
  });

  it("tries again with growing waits, keeps the order, and loses nothing", async () => {
    const { clock, batches, lane } = setUp([
      { kind: "retry", afterMs: undefined },
      { kind: "retry", afterMs: 5000 },
    ]);
    push(lane, "1");
    await clock.advance(1000);
    push(lane, "2");
    await clock.advance(defaults.retryBaseMs / 2);
    expect(batches).toEqual([["1"], ["1"]]);
    await clock.advance(4999);
    expect(batches).toHaveLength(2);
    await clock.advance(1);
    expect(batches).toEqual([["1"], ["1"], ["1"], ["2"]]);
    expect([lane.sent(), lane.queued()]).toEqual([2, 0]);
  });

  it("waits longer when the key is refused", async () => {
    const { clock, batches, lane } = setUp([{ kind: "auth" }]);
    push(lane, "1");
    await clock.advance(1000 + 13_000);
    expect(batches).toHaveLength(1);
    await clock.advance(2000);
    expect(batches).toHaveLength(2);
  });

  it("halves what is too large, down to the one that will not do", async () => {
    const { clock, batches, dropped, lane } = setUp([{ kind: "split" }, sent(), { kind: "split" }, { kind: "split" }]);
    push(lane, "1", "2", "3", "4");
    await clock.advance(1000);
    expect(batches).toEqual([["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["4"]]);
    expect(dropped).toEqual([{ reason: "rejected", count: 1, total: 1 }]);
    expect([lane.sent(), lane.queued()]).toEqual([3, 0]);
  });

  it("counts what the server refuses, by the batch or by the trace", async () => {
    const { clock, drops, lane } = setUp([{ kind: "drop" }, sent(1)]);
    push(lane, "1", "2");
    await clock.advance(1000);
    push(lane, "3", "4");
    await clock.advance(1000);
    expect(drops.totals.rejected).toBe(3);
    expect([lane.sent(), lane.queued()]).toEqual([1, 0]);
  });

  it("counts what cannot be written, and sends the rest", async () => {
    const { clock, batches, drops, lane } = setUp();
    lane.push({
      sizeBytes: 1,
      toJson: () => {
        throw new Error("no");
      },
    });
    lane.push({ sizeBytes: 1, toJson: () => "x".repeat(9_000_000) });
    push(lane, "1");
    await clock.advance(1000);
    expect(batches).toEqual([["1"]]);
    expect(drops.totals).toMatchObject({ unserializable: 1, rejected: 1 });
  });

  it("is bounded: reports the first loss at once, then totals", async () => {
    const { clock, dropped, lane } = setUp(["never"], { capacity: 2 });
    push(lane, "1", "2", "3", "4", "5");
    expect(dropped).toEqual([{ reason: "queue_full", count: 1, total: 1 }]);
    await clock.advance(defaults.dropReportIntervalMs);
    expect(dropped[1]).toEqual({ reason: "queue_full", count: 2, total: 3 });
    lane.push({ sizeBytes: 2_000_000, toJson: () => "big" });
    await clock.advance(defaults.dropReportIntervalMs);
    expect(dropped[2]).toEqual({ reason: "queue_full", count: 1, total: 4 });
  });

  it("flushes what was there, and gives up at the deadline", async () => {
    const { clock, lane } = setUp([sent(), "never"]);
    push(lane, "1");
    await lane.flush(1000);
    expect(lane.sent()).toBe(1);
    push(lane, "2");
    let done = false;
    void lane.flush(1000).then(() => (done = true));
    await clock.advance(999);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(done).toBe(true);
    expect(lane.queued()).toBe(1);
  });

  it("goes on where a runtime has let go of its request and its timers, with the same traces", async () => {
    const { clock, batches, lane } = setUp(["never", { kind: "retry", afterMs: 3000 }]);
    push(lane, "1");
    void lane.flush(5000);
    await clock.advance(5000);
    push(lane, "2");
    void lane.flush(5000);
    await clock.advance(15_001);
    expect(batches).toEqual([["1"]]);
    clock.forget();
    void lane.flush(5000);
    await clock.advance(0);
    expect(batches).toEqual([["1"], ["1"]]);
    clock.forget();
    await clock.advance(1000);
    const flushed = lane.flush(5000);
    await clock.advance(1999);
    expect(batches).toHaveLength(2);
    await clock.advance(1);
    await flushed;
    expect(batches).toEqual([["1"], ["1"], ["1"], ["2"]]);
    expect([lane.sent(), lane.queued()]).toEqual([2, 0]);
  });

  it("counts once what a request has brought that was given up", async () => {
    let answer: ((outcome: SendOutcome) => void) | undefined;
    const { clock, batches, lane } = setUp((batch) => (batches.length === 1 && batch ? "never" : sent()), {
      onNever: (resolve) => {
        answer = resolve;
      },
    });
    push(lane, "1");
    void lane.flush(1000);
    await clock.advance(30_000);
    await lane.flush(1000);
    answer?.(sent());
    await clock.advance(0);
    expect([batches, lane.sent(), lane.queued()]).toEqual([[["1"], ["1"]], 1, 0]);
  });

  it("sets nothing aside for a probe that was given up: the trace may have been taken since", async () => {
    let answerProbe: ((outcome: SendOutcome) => void) | undefined;
    let isDown = true;
    const answer = ([name]: readonly string[]) => (name === "probe" ? "never" : isDown ? defect : sent());
    const { clock, drops, lane } = setUp(answer, {
      onNever: (resolve) => {
        answerProbe = resolve;
      },
    });
    push(lane, "1");
    await clock.advance(120_000);
    expect(answerProbe).toBeDefined();
    isDown = false;
    void lane.flush(1000);
    await clock.advance(0);
    answerProbe?.(sent());
    await clock.advance(0);
    expect([lane.sent(), lane.queued(), drops.totals.rejected]).toEqual([1, 0, 0]);
  });

  it("counts what is left when it closes, and what comes after", async () => {
    const { clock, drops, lane } = setUp(["never"]);
    push(lane, "1", "2");
    const closing = lane.close(500);
    await clock.advance(500);
    await closing;
    expect([drops.totals.closed, lane.queued()]).toEqual([2, 0]);
    push(lane, "3");
    expect([drops.totals.closed, lane.queued()]).toEqual([3, 0]);
  });

  it("waits at least as long as it is told to", async () => {
    const { clock, batches, lane } = setUp([{ kind: "retry", afterMs: 60_000 }]);
    push(lane, "1");
    await clock.advance(1000);
    push(lane, "2");
    void lane.flush(5000);
    await clock.advance(59_999);
    expect(batches).toHaveLength(1);
    await clock.advance(1);
    expect(batches).toEqual([["1"], ["1"], ["2"]]);
  });
});

describe("a trace over which the server fails (S-13)", () => {
  const failOver = (name: string) => (batch: readonly string[]) => (batch.includes(name) ? defect : sent());

  it("is found among the others, and set aside", async () => {
    const { clock, drops, lane, batches } = setUp(failOver("poison"));
    push(lane, "1", "2", "3", "poison", "5", "6", "7");
    await clock.advance(600_000);
    expect([lane.sent(), lane.queued(), drops.totals.rejected]).toEqual([6, 0, 1]);
    expect(batches.filter((batch) => batch.includes("poison")).length).toBeLessThan(10);
    push(lane, "8");
    await clock.advance(1000);
    expect(lane.sent()).toBe(7);
  });

  it("is set aside also when it is the first of all", async () => {
    const { clock, drops, lane, batches } = setUp(failOver("poison"));
    push(lane, "poison");
    await clock.advance(600_000);
    expect(drops.totals.rejected).toBe(1);
    expect(batches.at(-1)).toEqual(["probe"]);
  });

  it("waits when the server fails over everything, and is sent when it recovers", async () => {
    let isDown = true;
    const { clock, drops, lane } = setUp((batch) => (isDown && batch.length > 0 ? defect : sent()));
    push(lane, "1", "2", "3", "4", "5");
    await clock.advance(86_400_000);
    expect([lane.sent(), lane.queued(), drops.totals.rejected]).toEqual([0, 5, 0]);
    isDown = false;
    await clock.advance(60_000);
    expect([lane.sent(), lane.queued(), drops.totals.rejected]).toEqual([5, 0, 0]);
  });
});

describe("losses (S-15)", () => {
  const lossesIn = (batches: readonly string[][]): unknown[] =>
    batches
      .flat()
      .filter((text) => text.includes('"spanType":"loss"'))
      .map((text) => (JSON.parse(text) as { metadata: { lost: unknown } }).metadata.lost);

  it("are told to the server when there is room again, each once", async () => {
    const { clock, batches, dropped, lane } = setUp([{ kind: "retry", afterMs: 30_000 }], {
      capacity: 3,
      telling: true,
    });
    push(lane, "1", "2", "3", "4", "5");
    expect(dropped).toEqual([{ reason: "queue_full", count: 1, total: 1 }]);
    await clock.advance(60_000);
    expect(lossesIn(batches)).toEqual([{ queue_full: 2 }]);
    expect(lane.queued()).toBe(0);
    for (let round = 0; round < 3; round++) {
      push(lane, "6", "7", "8", "9");
      await clock.advance(1000);
    }
    await clock.advance(60_000);
    push(lane, "10");
    await clock.advance(60_000);
    expect(lossesIn(batches)).toEqual([{ queue_full: 2 }, { queue_full: 1 }, { queue_full: 2 }]);
  });

  it("do not come back for ever when the server refuses to hear of them", async () => {
    const refuses = (batch: readonly string[]): SendOutcome =>
      batch.some((text) => text.includes("loss")) || batch.includes("bad") ? { kind: "drop" } : sent();
    const { clock, batches, lane } = setUp(refuses, { telling: true });
    push(lane, "bad");
    for (let round = 0; round < 20; round++) {
      await clock.advance(20_000);
      push(lane, "good");
    }
    expect(lossesIn(batches)).toEqual([{ rejected: 1 }]);
  });
});
