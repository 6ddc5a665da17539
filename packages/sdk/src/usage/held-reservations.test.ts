import { afterEach, describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { createMemoryUsageStore } from "./memory-usage-store";
import type { ReservationBook } from "./reservation-book";
import { findShortWays } from "./short-ways";

const policies = [
  { id: "b", policyType: "cost_limit", enforcementMode: "block", ruleDefinition: { daily_budget: 1_000_000 } },
  {
    id: "t",
    policyType: "tool_invocation",
    enforcementMode: "block",
    ruleDefinition: { deny: ["drop"], require_approval: ["send"] },
  },
];
const open: Holdpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

async function start() {
  const usage = createMemoryUsageStore({ clock: Date.now });
  const book = findShortWays(usage) as ReservationBook;
  const hp = await Holdpoint.create({ policies, usage });
  open.push(hp);
  return { hp, book };
}

const step = { agentId: "a", estimatedCost: 0.01 };
const attempt = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
async function* pieces() {
  yield "one ";
  yield "two";
}

describe("what is reserved and never settled", () => {
  it("is not remembered after ten thousand steps, however each went", { timeout: 60_000 }, async () => {
    const { hp, book } = await start();
    const call = (name: string) => hp.enforceToolCall({ ...step, tool: name });
    const verdicts = new Set<string>();
    for (let i = 0; i < 1250; i++) {
      verdicts.add(`lone ${await attempt(hp.enforcePolicy(step))}`);
      verdicts.add(`denied ${await attempt(call("drop"))}`);
      verdicts.add(`held ${await attempt(call("send"))}`);
      verdicts.add(`malformed ${await attempt(hp.enforcePolicy({ ...step, estimatedCost: Number.NaN }))}`);
      for await (const _ of hp.guardStream(pieces(), step)) verdicts.add("streamed");
      const settled = hp.startTrace({ agentId: "a" });
      await hp.enforcePolicy(step, { trace: settled });
      settled.recordUsage({ costUsd: 0.02 });
      settled.end();
      const silent = hp.startTrace({ agentId: "a" });
      await hp.enforcePolicy(step, { trace: silent });
      await attempt(hp.enforceToolCall({ ...step, tool: "drop" }, { trace: silent }));
      expect(book.size()).toBe(1);
      silent.end({ status: "error" });
    }
    expect([...verdicts].sort()).toEqual(["denied false", "held false", "lone true", "malformed false", "streamed"]);
    expect(book.size()).toBe(0);
  });

  it("stands as spent", async () => {
    const rule = { id: "b", policyType: "cost_limit", enforcementMode: "block", ruleDefinition: { daily_budget: 1 } };
    const hp = await Holdpoint.create({ policies: [rule] });
    open.push(hp);
    const trace = hp.startTrace({ agentId: "a" });
    await hp.enforcePolicy({ agentId: "a", estimatedCost: 0.5 }, { trace });
    trace.end();
    trace.recordUsage({ costUsd: 0 });
    await hp.enforcePolicy({ agentId: "a", estimatedCost: 0.4 });
    expect(await attempt(hp.enforcePolicy({ agentId: "a", estimatedCost: 0.2 }))).toBe(false);
  });
});
