import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areAlike, summariseArguments } from "./argument-shingles";
import { chargesFor } from "./charges";
import { compile } from "./compile";
import type { Counter } from "./counters";
import { effectsFor } from "./effects";
import { evaluate } from "./evaluate";
import { readHost } from "./host";
import type { Plan } from "./plan";
import { encodePunycode } from "./punycode";
import { appendStep, type SessionState, type SessionStep } from "./session-state";
import { localTime } from "./timezone";
import { calendarWindow, monthWindow, slidingWindow } from "./windows";

const dayMs = 86_400_000;
const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham"];
const zone = fc.constantFrom(...zones);
/** 1990 to 2060, in milliseconds. */
const instant = fc.integer({ min: 631_152_000_000, max: 2_840_140_800_000 });

describe("windows", () => {
  it("of a calendar hold the instant, and the next begins where one ends", () => {
    fc.assert(
      fc.property(fc.constantFrom("1m" as const, "1h" as const, "1d" as const), instant, (name, nowMs) => {
        const { startMs, endMs } = calendarWindow(name, nowMs);
        expect(startMs <= nowMs && nowMs < endMs).toBe(true);
        expect(calendarWindow(name, endMs).startMs).toBe(endMs);
        expect(calendarWindow(name, endMs - 1)).toEqual({ startMs, endMs });
      }),
    );
  });

  it("of a month hold the instant and follow on each other, on every reset day in every zone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), zone, instant, (resetDay, timezone, nowMs) => {
        const { startMs, endMs } = monthWindow(nowMs, resetDay, timezone);
        expect(startMs <= nowMs && nowMs < endMs).toBe(true);
        expect(monthWindow(endMs, resetDay, timezone).startMs).toBe(endMs);
        expect(monthWindow(endMs - 1, resetDay, timezone)).toEqual({ startMs, endMs });
        const days = (endMs - startMs) / dayMs;
        expect(days).toBeGreaterThan(27.8);
        expect(days).toBeLessThan(31.2);
      }),
    );
  });

  it("that slide reach back at least their length, and less than a slot more", () => {
    fc.assert(
      fc.property(instant, (nowMs) => {
        const { startMs, endMs } = slidingWindow("1h", nowMs);
        expect(nowMs - startMs).toBeGreaterThanOrEqual(3_600_000);
        expect(nowMs - startMs).toBeLessThan(3_660_000);
        expect(endMs).toBeGreaterThan(nowMs);
      }),
    );
  });
});

const usage = { read: () => 0, session: () => undefined };

function planOf(policyType: string, ruleDefinition: object): Plan {
  const result = compile([{ id: "p", policyType, enforcementMode: "block", ruleDefinition }]);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

describe("hours", () => {
  const two = (value: number): string => String(value).padStart(2, "0");
  const minute = fc.integer({ min: 0, max: 1439 });

  it("allow exactly the minutes that the clock on the wall shows between them, over midnight too", () => {
    fc.assert(
      fc.property(minute, minute, zone, instant, (from, to, timezone, nowMs) => {
        fc.pre(from !== to);
        const clock = (at: number): string => `${two(Math.floor(at / 60))}:${two(at % 60)}`;
        const plan = planOf("time_window", { allow: [{ from: clock(from), to: clock(to) }], timezone });
        const local = localTime(nowMs, timezone);
        const at = local.hour * 60 + local.minute;
        const inside = from < to ? at >= from && at < to : at >= from || at < to;
        expect(evaluate(plan, { agentId: "a" }, usage, () => nowMs).allowed).toBe(inside);
      }),
    );
  });

  it("and their complement never allow the same instant, and always one of them does", () => {
    const week: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const day = fc.constantFrom(...week);
    fc.assert(
      fc.property(fc.uniqueArray(day, { minLength: 1, maxLength: 6 }), zone, instant, (days, timezone, nowMs) => {
        const others = week.filter((name) => !days.includes(name));
        const allowed = (list: readonly string[]): boolean =>
          evaluate(planOf("time_window", { allow: [{ days: list }], timezone }), { agentId: "a" }, usage, () => nowMs)
            .allowed;
        expect(allowed(days)).toBe(!allowed(others));
      }),
    );
  });
});

describe("caps", () => {
  const micros = fc.integer({ min: 0, max: 1_000_000_000 });

  it("pass at the cap and hold one micro-dollar over it", () => {
    fc.assert(
      fc.property(micros, micros, (spent, more) => {
        const cap = (spent + more) / 1_000_000;
        const decide = (capUsd: number): boolean => {
          const plan = planOf("cost_budget", { cap_usd: capUsd });
          const store = { read: () => spent };
          return evaluate(plan, { agentId: "a", estimatedCost: more / 1_000_000 }, store, () => 0).allowed;
        };
        expect(decide(cap)).toBe(true);
        if (spent + more > 0) expect(decide((spent + more - 1) / 1_000_000)).toBe(false);
      }),
    );
  });

  it("never pass more together than the cap, whatever the costs, when each step is charged", () => {
    fc.assert(
      fc.property(fc.array(micros, { maxLength: 30 }), micros, (costs, cap) => {
        const plan = planOf("cost_budget", { cap_usd: cap / 1_000_000, window: "1mo" });
        const amounts = new Map<string, number>();
        const store = { read: ({ key }: Counter) => amounts.get(key) ?? 0 };
        for (const cost of costs) {
          const request = { agentId: "a", estimatedCost: cost / 1_000_000 };
          if (!evaluate(plan, request, store, () => 0).allowed) continue;
          for (const { counter, amount } of chargesFor(plan, request, () => 0))
            amounts.set(counter.key, (amounts.get(counter.key) ?? 0) + amount);
        }
        expect(Math.max(0, ...amounts.values())).toBeLessThanOrEqual(cap);
      }),
    );
  });
});

describe("hosts", () => {
  it("are the same however an IPv4 address is written", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = `${a}.${b}.${c}.${d}`;
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = (value: number): string => `0x${value.toString(16)}`;
        const octal = (value: number): string => `0${value.toString(8)}`;
        for (const written of [
          plain,
          `${plain}.`,
          String(number),
          hex(number),
          octal(number),
          [a, b, c, d].map(hex).join("."),
          [a, b, c, d].map(octal).join("."),
          `${a}.${(b * 256 + c) * 256 + d}`,
          `${a}.${b}.${c * 256 + d}`,
          `[::ffff:${plain}]`,
          `[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
        ])
          expect(readHost(written)).toBe(plain);
      }),
    );
  });

  it("are read the same twice, and never throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const host = readHost(text);
        if (host === undefined) return;
        expect(readHost(host.includes(":") ? `[${host}]` : host)).toBe(host);
      }),
    );
  });

  it("beyond ASCII are what the platform's own URL makes of them", () => {
    for (const name of ["bücher", "例え", "пример", "ελ", "עברית", "भारत", "🦊x"]) {
      const host = new URL(`http://${name}.example/`).hostname;
      expect(readHost(`${name}.example`)).toBe(host);
    }
    expect(encodePunycode("a".repeat(64))).toBeUndefined();
  });

  it("are never allowed when the platform's own URL would call another host", () => {
    const part = fc.constantFrom(
      "a.example",
      "evil.test",
      "@",
      ":",
      "80",
      "/",
      "\\",
      "?",
      "#",
      "%2e",
      "%40",
      ".",
      "[",
      "]",
    );
    const plan = planOf("external_call_limit", { allowed_domains: ["a.example"] });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const url = `http://${parts.join("")}`;
        const request = { agentId: "a", phase: "tool_call", tool: { name: "t", args: { url } } };
        const { allowed, violations } = evaluate(plan, request, usage, () => 0);
        if (!allowed || violations.length > 0 || !URL.canParse(url)) return;
        const called = new URL(url).hostname.replace(/\.+$/, "");
        // Dots alone are nobody's name, and after one they end a sentence.
        expect(["a.example", ""]).toContain(called);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("arguments", () => {
  it("are alike themselves, in any order of members, and alike both ways", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
        const [left, right] = [summariseArguments(a), summariseArguments(b)];
        const turned = summariseArguments(Object.fromEntries(Object.entries(a).reverse()));
        expect(areAlike(left, turned, 999)).toBe(true);
        expect(areAlike(left, right, 500)).toBe(areAlike(right, left, 500));
      }),
    );
  });
});

describe("histories", () => {
  const step = (atMs: number, tool: string): SessionStep => ({
    atMs,
    phase: "tool_call",
    agentId: "a",
    tool,
    target: "",
    verdict: "allow",
    passed: [],
    violated: [],
    labels: [],
    argsDigest: "",
    shingles: [atMs],
    resultDigest: "",
  });

  it("stay within their bounds, and say when something is lost", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 500 }), (tools) => {
        let state: SessionState | undefined;
        tools.forEach((tool, index) => {
          state = appendStep(state, step(index, `t${tool}`));
        });
        const kept = state?.steps ?? [];
        expect(kept.length).toBeLessThanOrEqual(200);
        expect(kept.filter(({ shingles }) => shingles.length > 0).length).toBeLessThanOrEqual(32);
        const names = new Set(kept.map(({ tool }) => tool));
        const lost = tools.some((tool) => !names.has(`t${tool}`));
        if (lost) expect(state?.truncated).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("decisions and effects", () => {
  const types = ["cost_budget", "rate_limit", "token_limit", "external_call_limit", "record_count_limit"] as const;
  const rules: Readonly<Record<(typeof types)[number], object>> = {
    cost_budget: { cap_usd: 1, scope: "user" },
    rate_limit: { max_calls: 1, burst: 1 },
    token_limit: { max_tokens_per_window: 5 },
    external_call_limit: { allowed_domains: ["*.example"], max_calls: 1 },
    record_count_limit: { max_records_per_session: 1 },
  };

  it("never throw, whatever the request and whatever the store gives", () => {
    const phase = fc.constantFrom("input", "tool_call", "tool_result", "output", "agent_call");
    const value = fc.oneof(fc.jsonValue(), fc.constant(Number.NaN), fc.constant(undefined));
    const fields = fc.record(
      {
        sessionId: value,
        userId: value,
        tool: fc.record({ name: value, args: value }),
        toolOutputs: fc.array(fc.record({ name: value, output: value })),
        estimatedCost: value,
        estimatedTokens: value,
        recordCount: value,
        parentSessionId: value,
        dataSource: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), phase, fields, value, (type, at, more, counted) => {
        const plan = planOf(type, rules[type]);
        const request = { agentId: "a", phase: at, ...more };
        const store = { read: () => counted as number, session: () => counted as never };
        const decision = evaluate(plan, request, store, () => 0);
        expect(decision.outcomes.length).toBeLessThanOrEqual(1);
        for (const { amount } of effectsFor(plan, request, decision, () => 0).charges)
          expect(Number.isSafeInteger(amount) && amount > 0).toBe(true);
      }),
    );
  });
});
