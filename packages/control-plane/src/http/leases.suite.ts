import { chargesFor, compile } from "@holdpoint/core";
import { beforeAll, describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

const dollar = 1_000_000;

export function leasesSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  let sequence = 1;
  /** One report of one holder on the budget of a user, who is its own budget in every test. */
  const draw = async (user: string, holderId: string, report: object = {}, number = sequence++) => {
    const lease = {
      scope: "user",
      scopeId: user,
      window: "1d",
      start: startOfDay(),
      wantMicros: 10 * dollar,
      ...report,
    };
    const answer = await call(
      "POST",
      "/usage/leases",
      { holderId, sequence: number, leases: [lease] },
      { key: server().keys.sdk },
    );
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    return answer.body.data.leases[0];
  };
  let offsetMs = 0;
  const advance = (ms: number) => {
    offsetMs += ms;
    server().advance(ms);
  };
  const startOfDay = () => `${new Date(server().now()).toISOString().slice(0, 10)}T00:00:00.000Z`;
  const spend = (userId: string, estimatedCost: number) =>
    call(
      "POST",
      "/policies/enforce",
      { agentId: "l-bot", userId, input: "x", estimatedCost },
      { key: server().keys.sdk },
    );
  const linesOf = async (action: string, user: string) =>
    (await call("GET", "/audit?limit=500")).body.data.filter(
      (line: { action: string; targetId: string }) => line.action === action && line.targetId.includes(`|${user}|`),
    );

  describe("leases", () => {
    beforeAll(async () => {
      // Noon of tomorrow: no day ends but where a test lets it.
      advance(Date.parse(startOfDay()) + 1.5 * 86_400_000 - server().now());
      const budget = (id: string, rule: object, enforcementMode = "block") => ({
        id,
        policyType: "cost_budget",
        enforcementMode,
        appliesToAgents: ["l-bot"],
        ruleDefinition: { scope: "user", window: "1d", cap_usd: 10, ...rule },
      });
      await call("POST", "/agents", { agentId: "l-bot" });
      const { status, body } = await call("POST", "/policies", [
        budget("l-strict", { strict: true, scope_id: "strict" }),
        budget("l-crash", { strict: true, scope_id: "crash" }),
        budget("l-thin", { strict: true, scope_id: "thin" }),
        budget("l-many", { strict: true, scope_id: "many" }),
        budget("l-late", { strict: true, scope_id: "late" }),
        budget("l-lenient", { scope_id: "lenient" }),
        budget("l-watched", { scope_id: "watched" }, "warn"),
        budget("l-month", { strict: true, scope: "organization", window: "1mo", cap_usd: 100 }),
      ]);
      expect([status, body.error]).toEqual([201, undefined]);
    });

    test("a draw is a slice, counted as spent at once; what others may have shrinks with it", async () => {
      const first = await draw("strict", "a");
      expect(first).toMatchObject({ status: "granted", kind: "strict", capMicros: 10 * dollar, othersMicros: 0 });
      expect([first.grantedMicros, first.availableMicros]).toEqual([dollar / 10, 9.9 * dollar]);
      const second = await draw("strict", "b", { needMicros: 9 * dollar });
      expect([second.grantedMicros, second.availableMicros]).toEqual([9 * dollar, 0.9 * dollar]);
      const third = await draw("strict", "c", { needMicros: 3 * dollar });
      expect([third.grantedMicros, third.availableMicros]).toEqual([0.9 * dollar, 0]);
      expect(third.othersMicros).toBe(9.1 * dollar);
      expect(await draw("strict", "d", { needMicros: 1 })).toMatchObject({ grantedMicros: 0, availableMicros: 0 });
      expect(await draw("strict", "b", { spentMicros: 2 * dollar, release: true })).toMatchObject({
        status: "returned",
        grantedMicros: 2 * dollar,
      });
      expect(await draw("strict", "d", { needMicros: 7 * dollar })).toMatchObject({ grantedMicros: 7 * dollar });
      expect(await linesOf("lease.drawn", "strict")).toHaveLength(4);
      expect(await linesOf("lease.returned", "strict")).toHaveLength(1);
    });

    test("the same report twice, and one that was overtaken, change nothing", async () => {
      const first = await draw("many", "a", { needMicros: dollar }, 1000);
      expect(await draw("many", "a", { needMicros: dollar }, 1000)).toEqual(first);
      const later = await draw("many", "a", { spentMicros: dollar, needMicros: dollar }, 1002);
      // Twice what it has spent since its last report.
      expect(later.grantedMicros).toBe(3 * dollar);
      expect((await draw("many", "a", { spentMicros: 0, release: true }, 1001)).grantedMicros).toBe(3 * dollar);
      expect((await draw("many", "a", { spentMicros: dollar }, 1003)).availableMicros).toBe(7 * dollar);
    });

    test("holders at once are never granted more than the cap together", async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => draw("many", `h${index}`, { needMicros: dollar })),
      );
      expect(answers.reduce((sum, { grantedMicros }) => sum + grantedMicros, 0)).toBe(7 * dollar);
    });

    test("a killed holder of a strict budget keeps its slice; of a lenient one what it had not reported goes back", async () => {
      await draw("crash", "dead", { needMicros: 4 * dollar });
      await draw("lenient", "dead", { needMicros: 4 * dollar });
      await draw("lenient", "dead", { spentMicros: dollar, wantMicros: 0 });
      advance(61_000);
      expect((await draw("crash", "alive")).availableMicros).toBe(5.9 * dollar);
      const lenient = await draw("lenient", "alive");
      expect([lenient.othersMicros, lenient.availableMicros]).toEqual([dollar, 8.5 * dollar]);
      const [ended] = await linesOf("lease.ended", "lenient");
      expect(ended).toMatchObject({ actor: "server", details: { returnedMicros: 3 * dollar, spentMicros: dollar } });
      // It was not dead after all.
      expect(await draw("crash", "dead", { spentMicros: dollar, release: true })).toMatchObject({
        grantedMicros: dollar,
      });
      expect((await draw("crash", "alive", { wantMicros: 0 })).availableMicros).toBe(8.9 * dollar);
    });

    test("thin clients and leases spend from one count", async () => {
      const half = await draw("thin", "a", { needMicros: 5 * dollar });
      expect(half.grantedMicros).toBe(5 * dollar);
      expect((await spend("thin", 5)).status).toBe(200);
      expect((await spend("thin", 0.01)).status).toBe(403);
      expect((await draw("thin", "a", { spentMicros: 5 * dollar, needMicros: dollar })).availableMicros).toBe(0);
    });

    test("spend beyond a slice is taken, and counts", async () => {
      await draw("late", "a", { needMicros: dollar });
      const over = await draw("late", "a", { spentMicros: 12 * dollar, wantMicros: 0 });
      expect([over.grantedMicros, over.availableMicros]).toEqual([12 * dollar, 0]);
    });

    test("a budget that holds nobody is only counted", async () => {
      const answer = await draw("watched", "a", { spentMicros: 3 * dollar, needMicros: dollar });
      expect(answer).toMatchObject({ kind: "watched", grantedMicros: 3 * dollar });
      expect((await draw("watched", "b")).othersMicros).toBe(3 * dollar);
    });

    test("nothing is granted of a window that is over, is not open yet, or belongs to no policy", async () => {
      const yesterday = new Date(Date.parse(startOfDay()) - 86_400_000).toISOString();
      expect(await draw("strict", "x", { start: yesterday })).toMatchObject({ status: "closed", grantedMicros: 0 });
      const tomorrow = new Date(Date.parse(startOfDay()) + 86_400_000).toISOString();
      const early = await draw("late", "x", { start: tomorrow });
      const untilMs = Date.parse(tomorrow) - server().now();
      expect(early.status).toBe(untilMs <= 60_000 ? "granted" : "closed");
      expect(await draw("nobody", "x")).toMatchObject({ status: "unknown", grantedMicros: 0 });
      expect(await draw("strict", "x", { window: "1h" })).toMatchObject({ status: "unknown" });
    });

    test("a day ends: the next one has its whole budget, spend of the old one is still taken", async () => {
      const old = startOfDay();
      advance(86_400_000);
      expect((await draw("late", "a", { needMicros: dollar })).availableMicros).toBe(9 * dollar);
      expect(await draw("late", "a", { start: old, spentMicros: 11 * dollar, release: true })).toMatchObject({
        status: "returned",
        grantedMicros: 11 * dollar,
      });
      advance(-86_400_000);
    });

    test("a month is that of the policy's calendar", async () => {
      const start = `${startOfDay().slice(0, 7)}-01T00:00:00.000Z`;
      const month = { scope: "organization", scopeId: "*", window: "1mo", start };
      expect(await draw("*", "a", month)).toMatchObject({ status: "granted", grantedMicros: dollar });
      expect(await draw("*", "a", { ...month, start: startOfDay().replace(/-01T/, "-02T") })).toMatchObject({
        status: "unknown",
      });
    });

    test("a month begins where and when the policy says", async () => {
      const rule = { monthly_cap_usd: 10, reset_day: 15, timezone: "America/New_York" };
      const policy = { id: "l-zone", policyType: "budget_cap", enforcementMode: "block", ruleDefinition: rule };
      expect((await call("POST", "/policies", policy)).status).toBe(201);
      const result = compile([policy as never]);
      if (!result.ok) throw new Error("the policy does not compile");
      const clock = () => server().now();
      const [charge] = chargesFor(result.plan, { agentId: "l-bot", estimatedCost: 1 }, clock);
      const start = charge?.counter.start ?? "";
      expect(start).toMatch(/-15T0[45]:00:00/);
      const month = { scope: "organization", scopeId: "*", window: "1mo" };
      expect(await draw("*", "z", { ...month, start })).toMatchObject({ status: "granted", kind: "lenient" });
      expect(await draw("*", "z", { ...month, start: start.replace(/T0[45]/, "T00") })).toMatchObject({
        status: "unknown",
      });
    });

    test.each([
      ["no holder", { sequence: 1, leases: [{}] }, "/holderId"],
      ["no number", { holderId: "a", leases: [{}] }, "/sequence"],
      ["no lease", { holderId: "a", sequence: 1, leases: [] }, "/leases"],
      ["a scope that is not shared", { holderId: "a", sequence: 1, leases: [{ scope: "session" }] }, "/leases/0/scope"],
      ["a negative amount", { holderId: "a", sequence: 1, leases: [{ spentMicros: -1 }] }, "/leases/0/spentMicros"],
      ["a half amount", { holderId: "a", sequence: 1, leases: [{ wantMicros: 0.5 }] }, "/leases/0/wantMicros"],
      ["an unknown member", { holderId: "a", sequence: 1, leases: [{ spent: 1 }] }, "/leases/0/spent"],
      ["no start", { holderId: "a", sequence: 1, leases: [{ start: "today" }] }, "/leases/0/start"],
    ])("%s is 400 naming the field", async (_, body, pointer) => {
      const { status, body: answer } = await call("POST", "/usage/leases", body);
      expect(status).toBe(400);
      expect(answer.error.fields).toContainEqual(expect.objectContaining({ pointer }));
    });

    test("viewers draw nothing, and another organisation has its own budgets", async () => {
      const lease = { scope: "user", scopeId: "strict", window: "1d", start: startOfDay(), wantMicros: 1 };
      const body = { holderId: "a", sequence: 1, leases: [lease] };
      expect((await call("POST", "/usage/leases", body, { key: server().keys.viewer })).status).toBe(403);
      const other = await call("POST", "/usage/leases", body, { key: server().otherOwnerKey });
      expect(other.body.data.leases[0].status).toBe("unknown");
      advance(-offsetMs);
    });
  });
}
