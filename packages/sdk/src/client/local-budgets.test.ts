import { describe, expect, it } from "vitest";
import { create, failure } from "../testing/open-client.suite";
import { samples } from "../testing/scripted-control-plane.suite";

describe("budgets", () => {
  it("reserve the estimate of every call that goes ahead", async () => {
    const hp = await create();
    const call = { agentId: "bot", input: "hi", estimatedCost: 0.4 };
    await hp.enforcePolicy(call);
    await hp.enforcePolicy(call);
    expect(await failure(hp.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "DAILY_BUDGET" }] });
    expect(await hp.enforcePolicy({ ...call, agentId: "other" })).toMatchObject({ allowed: true });
  });

  it("reserve nothing for a call that was stopped or only asked about", async () => {
    const hp = await create();
    const attack = { agentId: "bot", input: samples.attack, estimatedCost: 0.9 };
    for (let i = 0; i < 3; i++) await failure(hp.enforcePolicy(attack));
    hp.evaluate({ ...attack, input: "hi" });
    expect(await hp.enforcePolicy({ ...attack, input: "hi" })).toMatchObject({ allowed: true });
  });

  it("settle the estimate against the actual cost", async () => {
    const hp = await create();
    const trace = hp.startTrace({ agentId: "bot" });
    await hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.9 }, { trace });
    trace.recordUsage({ costUsd: 0.1 });
    trace.recordUsage({ costUsd: Number.NaN });
    trace.recordUsage({ costUsd: -5 });
    await hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.9 }, { trace });
    trace.recordUsage({ costUsd: 1.5 });
    const error = await failure(hp.enforcePolicy({ agentId: "bot", input: "hi", estimatedCost: 0.01 }));
    expect(error).toMatchObject({ violations: [{ reason: "DAILY_BUDGET" }] });
  });

  it("hold when the store throws", async () => {
    const broken = () => {
      throw new Error("disk");
    };
    const reading = await create({ usage: { read: broken, add: () => undefined } });
    const call = { agentId: "bot", input: "hi", estimatedCost: 0.1 };
    expect(await failure(reading.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "USAGE_UNAVAILABLE" }] });
    const adding = await create({ usage: { read: () => 0, add: broken } });
    await adding.enforcePolicy(call);
    expect(await failure(adding.enforcePolicy(call))).toMatchObject({ violations: [{ reason: "USAGE_UNAVAILABLE" }] });
  });
});
