import { Agent, Runner, setTraceProcessors, setTracingDisabled } from "@openai/agents-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { governAgent } from "./govern-agent";
import { memoryOf } from "./run-memory";
import { createClient, createCountingTool, createStandInModel, pathOf, recordTraces } from "./stand-ins";
import { HoldpointTracingProcessor } from "./tracing-processor";

beforeEach(() => setTracingDisabled(false));
afterEach(() => setTraceProcessors([]));

const agentId = "ops-agent";

it("gives every span its right parent, counts tokens once and ends all", async () => {
  const { hp, traces } = recordTraces((await createClient()).hp);
  setTraceProcessors([new HoldpointTracingProcessor(hp, { agentId })]);
  const model = createStandInModel([[{ name: "search", args: {} }], "done"]);
  const agent = new Agent({ name: "ops", model, tools: [createCountingTool("search").tool] });
  await new Runner({ groupId: "s-1" }).run(governAgent(hp, agent, { agentId }), "go");
  const [trace] = traces;
  if (!trace) throw new Error("expected a trace");
  expect(traces).toHaveLength(1);
  expect(trace.start).toMatchObject({ agentId, sessionId: "s-1" });
  expect(pathOf(trace, "search").at(0)).toBe("search");
  expect(pathOf(trace, "search")).toContain("ops");
  expect(trace.usage.reduce((sum, { totalTokens = 0 }) => sum + totalTokens, 0)).toBe(30);
  expect(trace.spans.every(({ end }) => end !== undefined)).toBe(true);
  expect(trace.end).toBeDefined();
  expect(memoryOf(hp).traces.size).toBe(0);
});

it("ends a trace as policy_blocked when something in it was stopped", async () => {
  const { hp, traces } = recordTraces((await createClient()).hp);
  setTraceProcessors([new HoldpointTracingProcessor(hp, { agentId })]);
  const model = createStandInModel([[{ name: "db_write", args: {} }], "done"]);
  const agent = new Agent({ name: "ops", model, tools: [createCountingTool("db_write").tool] });
  await expect(new Runner().run(governAgent(hp, agent, { agentId }), "go")).rejects.toThrow();
  expect(traces).toHaveLength(1);
  expect(traces[0]?.end).toMatchObject({ status: "policy_blocked" });
  expect(traces[0]?.spans.every(({ end }) => end !== undefined)).toBe(true);
  expect(memoryOf(hp).traces.size).toBe(0);
});
