import type { Trace } from "@holdpoint/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaults } from "../gen/constants";
import { createNodePlatform } from "../platform/node-platform";
import { createScriptedControlPlane, samples } from "../testing/scripted-control-plane.suite";
import type { HoldpointOptions, UngovernedEvent } from "../types";
import { Holdpoint } from "./holdpoint";

const open: { close(): Promise<void> }[] = [];
const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const given = options.controlPlane === undefined ? { policies: [samples.attacks, samples.tools] } : {};
  const hp = await Holdpoint.create({ ...given, closeTimeoutMs: 500, ...options });
  open.push(hp);
  return hp;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const verbs = ["enforcePolicy", "enforceToolCall", "enforceToolResult", "enforceOutput", "guardStream", "startTrace"];

describe("the self test", () => {
  it("says what was stopped, and leaves no pause behind", async () => {
    const hp = await create();
    const canaries = [
      { agentId: "bot", input: samples.attack },
      { agentId: "bot", phase: "tool_call" as const, tool: { name: "db_write" } },
    ];
    expect(await hp.selfTest({ canaries })).toEqual({ stopped: verbs, holdingPolicies: 2, canaries: 2 });
    expect(hp.stats().pauses).toEqual([]);
  });

  it.each(verbs)("fails loudly when %s lets a paused agent pass", async (verb) => {
    const hp = await create();
    const stand = { next: async () => ({ done: true, value: undefined }), end: () => undefined, allowed: true };
    vi.spyOn(hp, verb as "enforcePolicy").mockReturnValue(stand as never);
    await expect(hp.selfTest()).rejects.toThrow(`\`${verb}\` does not stop a paused agent`);
    expect(hp.stats().pauses).toEqual([]);
  });

  it("fails loudly when a verb fails for another reason than the pause", async () => {
    const hp = await create();
    vi.spyOn(hp, "enforceOutput").mockRejectedValue(new TypeError("defect"));
    await expect(hp.selfTest()).rejects.toThrow("`enforceOutput` does not stop");
  });

  it("fails loudly when a canary is let pass", async () => {
    const hp = await create();
    const canaries = [
      { agentId: "bot", input: samples.attack },
      { agentId: "bot", input: samples.question },
    ];
    await expect(hp.selfTest({ canaries })).rejects.toThrow("canary 1 (agent `bot`, phase input) was let pass");
  });

  it("does not take a canary for stopped that cannot be read", async () => {
    const hp = await create();
    const canaries = [{ agentId: "bot", inptu: samples.attack } as never];
    await expect(hp.selfTest({ canaries })).rejects.toThrow(
      "canary 0 (agent `bot`, phase input) cannot be read: `/inptu`",
    );
  });

  it("fails loudly when nothing in force can stop a step, unless that is meant", async () => {
    const hp = await create({ policies: [samples.mask] });
    await expect(hp.selfTest()).rejects.toThrow("no active policy can stop a step");
    expect(await hp.selfTest({ monitorOnly: true })).toMatchObject({ holdingPolicies: 0 });
  });

  it("fails loudly before there are policies, with either fail mode", async () => {
    for (const failMode of ["closed", "open"] as const) {
      const hp = await create({
        controlPlane: "http://127.0.0.1:9",
        firstBundleTimeoutMs: 1,
        failMode,
        closeTimeoutMs: 1,
      });
      await expect(hp.selfTest()).rejects.toThrow("no policies are in force");
    }
  });
});

describe("ungoverned windows", () => {
  it("are counted by reason, told to listeners, and to the control plane once it is there", async () => {
    const server = await createScriptedControlPlane();
    open.push(server);
    const platform = createNodePlatform();
    const timers: { run: () => void; delayMs: number }[] = [];
    const clock = {
      ...platform.clock,
      schedule(run: () => void, delayMs: number, options = {}) {
        if (delayMs === defaults.dropReportIntervalMs) timers.push({ run, delayMs });
        return platform.clock.schedule(run, delayMs, options);
      },
    };
    const hp = await create({
      controlPlane: server.url,
      failMode: "open",
      firstBundleTimeoutMs: 1,
      platform: { ...platform, clock },
    });
    const events: UngovernedEvent[] = [];
    hp.on("ungoverned", (event) => events.push(event));
    for (let call = 0; call < 3; call++) await hp.enforcePolicy({ agentId: "bot", input: samples.attack });
    hp.reportUngoverned("handler_error", "langchain.handleToolStart");
    expect(events).toEqual([
      { reason: "no_plan", count: 1, total: 1, hook: undefined },
      { reason: "handler_error", count: 1, total: 1, hook: "langchain.handleToolStart" },
    ]);
    for (const { run } of timers) run();
    expect(events[2]).toEqual({ reason: "no_plan", count: 2, total: 3, hook: undefined });
    const ungoverned = { no_plan: 3, stale: 0, no_lease: 0, handler_error: 1, no_handler: 0 };
    expect(hp.stats()).toMatchObject({ ungovernedCalls: 3, ungoverned });
    await hp.flush();
    const told = server.traces.filter(({ spanType }: Trace) => spanType === "ungoverned");
    expect(told.map(({ metadata }) => metadata)).toEqual([
      { reason: "no_plan", count: 1, total: 1 },
      { reason: "handler_error", count: 1, total: 1, hook: "langchain.handleToolStart" },
      { reason: "no_plan", count: 2, total: 3 },
    ]);
  });

  it("are none while policies are in force", async () => {
    const hp = await create();
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(hp.stats()).toMatchObject({ ungovernedCalls: 0, ungoverned: { no_plan: 0, stale: 0 } });
  });
});
