import { describe, expect, it } from "vitest";
import { defaults } from "../gen/constants";
import { createScriptedControlPlane, samples } from "../testing/scripted-control-plane.suite";
import type { EnforceInput } from "../types";
import { Holdpoint } from "./holdpoint";

const long = "x".repeat(200_000);

type Step = (hp: Holdpoint, options: Parameters<Holdpoint["enforcePolicy"]>[1]) => Promise<unknown>;

const question: EnforceInput = { agentId: "bot", input: long };
const steps: readonly (readonly [string, Step])[] = [
  ["a text", (hp, options) => hp.enforcePolicy(question, options)],
  ["arguments", (hp, options) => hp.enforceToolCall({ agentId: "bot", tool: "read", args: { text: long } }, options)],
];

/** What is held until it is sent is held with its texts: a receipt is made of them. */
describe.each([true, false])("with the server down, content captured: %s", (captureContent) => {
  it.each(steps)("decisions about %s are held up to the bytes of the queue, in traces too", async (_, step) => {
    const hp = await Holdpoint.create({
      policies: [samples.attacks],
      controlPlane: "http://127.0.0.1:9",
      apiKey: "k",
      spool: false,
      captureContent,
      firstBundleTimeoutMs: 1,
      closeTimeoutMs: 1,
    });
    const most = defaults.queueCapacityBytes / (2 * long.length);
    for (let n = 0; n < 4 * most; n++) await step(hp, {});
    const { queuedTraces, droppedTraces } = hp.stats();
    expect(queuedTraces).toBeGreaterThan(most / 3);
    // A batch may be on its way, its texts cut already.
    expect(queuedTraces).toBeLessThanOrEqual(most + defaults.batchSize);
    expect(droppedTraces.queue_full).toBeGreaterThanOrEqual(3 * most - defaults.batchSize);
    const before = droppedTraces.queue_full;
    // In a trace that is open, and in many: what finds no room there waits, or is counted, in the queue.
    const traces = Array.from({ length: 10 }, () => hp.startTrace({ agentId: "bot" }));
    for (let n = 0; n < 2 * most; n++) for (const trace of traces.slice(0, n % 10)) await step(hp, { trace });
    expect(hp.stats().droppedTraces.queue_full - before).toBeGreaterThan(6 * most);
    await hp.close();
  });
});

it("decisions that find no room in their trace are sent alone, and name it", async () => {
  const server = await createScriptedControlPlane();
  server.setBundle({ version: 1, policies: [samples.attacks] });
  const hp = await Holdpoint.create({ controlPlane: server.url, apiKey: "k", spool: false });
  const trace = hp.startTrace({ agentId: "bot" });
  for (let n = 0; n < 30; n++) await hp.enforcePolicy(question, { trace });
  trace.end();
  await hp.flush();
  const own = server.traces.find(({ traceId }) => traceId === trace.traceId)?.decisions ?? [];
  const alone = server.traces.filter(({ parentTraceId }) => parentTraceId === trace.traceId);
  expect([own.length > 10, alone.length > 5, own.length + alone.length]).toEqual([true, true, 30]);
  await hp.close();
  await server.close();
});

it("decisions of traces that nobody ends are sent, however many there are", async () => {
  const server = await createScriptedControlPlane();
  server.setBundle({ version: 1, policies: [samples.attacks] });
  const hp = await Holdpoint.create({ controlPlane: server.url, apiKey: "k", spool: false, queueCapacity: 5 });
  for (let n = 0; n < 12; n++) {
    const trace = hp.startTrace({ agentId: "bot" });
    await hp.enforcePolicy({ agentId: "bot", input: "hello", sessionId: `s-${n}` }, { trace });
    await hp.flush();
  }
  await hp.close();
  expect(server.traces.flatMap(({ decisions = [] }) => decisions)).toHaveLength(12);
  await server.close();
});
