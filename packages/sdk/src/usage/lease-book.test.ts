import { type Clock, type Counter, chargesFor, compile, type Plan } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLeaseBook, type LeaseReport } from "./lease-book";
import { createLeasedUsageStore } from "./leased-usage-store";
import { createMemoryUsageStore } from "./memory-usage-store";
import { findShortWays } from "./short-ways";

const dollar = 1_000_000;
const start = Date.parse("2026-05-04T10:00:00Z");

function planOf(rule: object, enforcementMode = "block", policyType = "cost_budget"): Plan {
  const result = compile([{ id: "p", policyType, enforcementMode, ruleDefinition: rule }] as never);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

/** A process with one budget and a control plane that the test plays. */
function setUp(rule: object = {}, mode = "block", options: { isOpen?: boolean; ids?: string[] } = {}) {
  let nowMs = start;
  let hurried = 0;
  let told = 0;
  const clock: Clock = () => nowMs;
  let plan = planOf({ scope: "organization", window: "1h", cap_usd: 10, strict: true, ...rule }, mode);
  const own = createMemoryUsageStore({ clock });
  const ids = new Set(options.ids ?? ["p"]);
  const book = createLeaseBook({
    plan: () => plan,
    policyIds: () => ids,
    spentHere: (counter) => own.read(counter),
    clock,
    hurry: () => {
      hurried++;
    },
    isOpen: () => options.isOpen ?? false,
    onUngoverned: () => {
      told++;
    },
  });
  const store = createLeasedUsageStore(own, book);
  const chargesOf = (costUsd: number) => chargesFor(plan, { agentId: "a", estimatedCost: costUsd }, clock);
  return {
    own,
    book,
    store,
    hurried: () => hurried,
    told: () => told,
    counter: () => chargesOf(1)[0]?.counter as Counter,
    reserve: (costUsd: number) => store.reserve(chargesOf(costUsd)),
    spend: (costUsd: number) => findShortWays(store)?.spend(chargesOf(costUsd)),
    /** Answers every report the same. */
    answer(grantedMicros: number, othersMicros = 0, availableMicros = dollar, closing = false): LeaseReport[] {
      return book.list(closing).map(({ lease, report }) => {
        book.take(lease, report, { grantedMicros, othersMicros, availableMicros });
        return report;
      });
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    setPlan: (next: Plan) => {
      plan = next;
    },
  };
}

describe("a strict budget", () => {
  it("holds steps until a slice is held, then takes them from it, and asks for what was refused", () => {
    const { reserve, answer, hurried } = setUp();
    expect(reserve(0.5)).toBeUndefined();
    expect(hurried()).toBeGreaterThan(0);
    expect(answer(dollar)).toMatchObject([{ spentMicros: 0, needMicros: 0.5 * dollar, wantMicros: 10 * dollar }]);
    expect(reserve(0.5)).toBeDefined();
    expect(reserve(0.5)).toBeDefined();
    expect(reserve(0.000001)).toBeUndefined();
    expect(answer(dollar)).toMatchObject([{ spentMicros: dollar, needMicros: 1 }]);
  });

  it("takes what nobody will settle from the slice too, and never more than is there", () => {
    const { spend, answer, store, counter } = setUp();
    store.read(counter());
    expect(spend(0.5)).toBe(false);
    answer(dollar);
    expect([spend(0.5), spend(0.5), spend(0.000001)]).toEqual([true, true, false]);
    expect(answer(dollar)).toMatchObject([{ spentMicros: dollar, needMicros: 1 }]);
  });

  it("takes back what a released or settled reservation leaves", () => {
    const { reserve, answer, store, counter } = setUp();
    store.read(counter());
    answer(dollar);
    const first = reserve(1) as string;
    expect(reserve(0.5)).toBeUndefined();
    store.settle(first, 0.4 * dollar);
    const second = reserve(0.6) as string;
    expect(second).toBeDefined();
    store.release(second);
    expect(reserve(0.6)).toBeDefined();
  });

  it("reads what the others have spent beside its own", () => {
    const { reserve, answer, store, counter } = setUp();
    store.read(counter());
    answer(2 * dollar, 3 * dollar);
    reserve(1);
    expect(store.read(counter())).toBe(4 * dollar);
  });

  it("never takes more than it was granted, whatever is spent, settled, released and answered in between", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("reserve" as const), micros: fc.integer({ min: 1, max: 2 * dollar }) }),
      fc.record({ kind: fc.constant("release" as const), micros: fc.nat() }),
      fc.record({ kind: fc.constant("draw" as const), micros: fc.integer({ min: 0, max: dollar }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { store, counter, reserve, answer } = setUp();
        store.read(counter());
        let granted = 0;
        const open: string[] = [];
        for (const { kind, micros } of steps) {
          if (kind === "draw") answer((granted += micros));
          else if (kind === "release") store.release(open.splice(micros % (open.length || 1), 1)[0] ?? "");
          else open.push(...[reserve(micros / dollar) ?? []].flat());
          expect(store.read(counter())).toBeLessThanOrEqual(granted);
        }
      }),
    );
  });
});

describe("a lenient budget", () => {
  it("is spent ahead by a twentieth and one step, then waits", () => {
    const { reserve, store, counter } = setUp({ strict: false });
    expect([0.3, 0.19, 0.3, 0.01].map((cost) => reserve(cost) !== undefined)).toEqual([true, true, true, false]);
    expect(store.read(counter())).toBe(0.79 * dollar);
  });
});

describe("a budget that does not hold", () => {
  it.each([
    ["in the mode warn", {}, "warn"],
    ["whose action is warn", { action: "warn" }, "block"],
  ])("%s is only counted", (_, rule, mode) => {
    const { reserve, answer } = setUp(rule, mode);
    expect(reserve(20)).toBeDefined();
    expect(answer(0, 0, 0)).toMatchObject([{ spentMicros: 20 * dollar }]);
    expect(reserve(20)).toBeDefined();
  });
});

describe("the fail mode", () => {
  it("closed refuses once the slice is spent, open lets pass and counts", () => {
    const closed = setUp();
    closed.reserve(0.1);
    closed.answer(dollar);
    expect([closed.reserve(1) !== undefined, closed.reserve(1) !== undefined]).toEqual([true, false]);
    expect(closed.book.ungoverned()).toBe(0);
    const open = setUp({}, "block", { isOpen: true });
    expect([open.reserve(1) !== undefined, open.reserve(1) !== undefined]).toEqual([true, true]);
    expect([open.book.ungoverned(), open.told()]).toEqual([2, 2]);
  });

  it("open counts a step, not its charges, and only one that went ahead and had no room", () => {
    const { own, store, book, counter, answer, told, reserve } = setUp({}, "block", { isOpen: true });
    const twice = { counter: counter(), amount: dollar };
    expect(store.reserve([twice, twice])).toBeDefined();
    expect([book.ungoverned(), told()]).toEqual([1, 1]);
    expect(findShortWays(store)?.spend([twice, twice])).toBe(true);
    expect(told()).toBe(2);
    answer(9 * dollar);
    expect(reserve(1)).toBeDefined();
    expect(told()).toBe(2);
    const full = createLeasedUsageStore({ ...own, reserve: () => undefined }, book);
    expect(full.reserve([{ ...twice, amount: 9 * dollar }])).toBeUndefined();
    expect(told()).toBe(2);
  });
});

describe("windows", () => {
  it("have slices of their own; the next one is asked for before it begins, the last one given back when it is over", () => {
    const { book, store, counter, answer, reserve, advance } = setUp();
    book.foresee();
    answer(dollar);
    reserve(1);
    advance(3_600_000 - 10_000);
    book.foresee();
    expect(book.list(false).map(({ report }) => report.start)).toEqual([
      "2026-05-04T10:00:00.000Z",
      "2026-05-04T11:00:00.000Z",
    ]);
    answer(dollar);
    advance(10_000);
    expect(store.read(counter())).toBe(0);
    expect(reserve(1)).toBeDefined();
    advance(60_001);
    expect(answer(dollar)).toMatchObject([
      { start: "2026-05-04T10:00:00.000Z", spentMicros: dollar, release: true },
      { start: "2026-05-04T11:00:00.000Z", release: false },
    ]);
    expect(book.size()).toBe(1);
  });
});

describe("what is leased", () => {
  it("is what the control plane knows: not policies of the program's own, not sessions, not counts of calls", () => {
    const local = setUp({}, "block", { ids: [] });
    expect(local.reserve(5)).toBeDefined();
    expect(local.book.size()).toBe(0);
    const session = setUp({ scope: "session", window: "session" });
    expect(session.book.find(session.counter() ?? ({ metric: "calls" } as Counter))).toBeUndefined();
  });

  it("follows the policies: one that is gone is given back, a new cap stands at once", () => {
    const { book, reserve, answer, setPlan, counter } = setUp();
    reserve(0.1);
    answer(dollar);
    setPlan(planOf({ scope: "organization", window: "1h", cap_usd: 2, strict: true }));
    expect(book.find(counter())?.budget?.capMicros).toBe(2 * dollar);
    setPlan(planOf({ scope: "agent", window: "1h", cap_usd: 2 }));
    expect(answer(0).map(({ release }) => release)).toEqual([true]);
    expect(book.size()).toBe(0);
  });

  it("is given back on closing, and what is given back is not spent meanwhile", () => {
    const { book, reserve, answer } = setUp();
    reserve(0.1);
    answer(dollar);
    reserve(0.25);
    const [line] = book.list(true);
    expect(line?.report).toMatchObject({ spentMicros: 0.25 * dollar, release: true });
    expect(reserve(0.25)).toBeUndefined();
  });
});
