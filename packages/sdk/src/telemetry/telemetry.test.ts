import { context, metrics, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { isConfigError } from "../gen/errors";
import { samples } from "../testing/scripted-control-plane.suite";
import type { HoldpointOptions, TelemetryOptions } from "../types";

let spanExporter: InMemorySpanExporter;
let metricExporter: InMemoryMetricExporter;
let tracerProvider: BasicTracerProvider;
let meterProvider: MeterProvider;
let reader: PeriodicExportingMetricReader;
const open: Holdpoint[] = [];

beforeEach(() => {
  spanExporter = new InMemorySpanExporter();
  metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 1_000_000 });
  meterProvider = new MeterProvider({ readers: [reader] });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
  await tracerProvider.shutdown();
  await meterProvider.shutdown();
});

const create = async (telemetry: TelemetryOptions = {}, options: Partial<HoldpointOptions> = {}) => {
  const hp = await Holdpoint.create({
    policies: [samples.attacks, samples.tools, samples.mask],
    telemetry: { tracerProvider, meterProvider, ...telemetry },
    ...options,
  });
  open.push(hp);
  return hp;
};
const ignore = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);
const spans = (): Record<string, ReadableSpan> =>
  Object.fromEntries(spanExporter.getFinishedSpans().map((span) => [span.name, span]));
const durationMs = ({ duration: [seconds, nanos] }: ReadableSpan): number => seconds * 1000 + nanos / 1e6;

describe("spans", () => {
  it("follow traces and their spans, with parents, kinds and names of the conventions", async () => {
    const hp = await create();
    const run = hp.startTrace({ agentId: "bot", sessionId: "s-1", name: "support" });
    const chat = run.span({ name: "gpt", spanType: "llm", attributes: { "gen_ai.provider.name": "openai" } });
    const tool = run.span({ name: "search", spanType: "tool", parentSpanId: chat.spanId });
    await hp.enforceToolCall({ agentId: "bot", tool: "db_read" }, { trace: run });
    await new Promise((resolve) => setTimeout(resolve, 12));
    tool.end();
    chat.end();
    run.recordUsage({ promptTokens: 11, completionTokens: 7, modelName: "m" });
    run.end({ output: "done" });
    const found = spans();
    const root = found["invoke_agent support"] as ReadableSpan;
    expect(root.parentSpanContext).toBeUndefined();
    expect(root.kind).toBe(SpanKind.INTERNAL);
    expect(root.attributes).toEqual({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.id": "bot",
      "gen_ai.agent.name": "support",
      "gen_ai.conversation.id": "s-1",
      "gen_ai.request.model": "m",
      "gen_ai.usage.input_tokens": 11,
      "gen_ai.usage.output_tokens": 7,
      "holdpoint.trace.id": run.traceId,
    });
    expect(found["chat gpt"]?.kind).toBe(SpanKind.CLIENT);
    expect(found["chat gpt"]?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.agent.id": "bot",
      "gen_ai.conversation.id": "s-1",
    });
    expect(found["execute_tool search"]?.attributes).toMatchObject({ "gen_ai.tool.name": "search" });
    expect(found["chat gpt"]?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(found["execute_tool search"]?.parentSpanContext?.spanId).toBe(found["chat gpt"]?.spanContext().spanId);
    expect(found["holdpoint.enforce tool_call"]?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(new Set(Object.values(found).map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(Object.values(found).every(({ status }) => status.code === SpanStatusCode.UNSET)).toBe(true);
    expect(durationMs(found["execute_tool search"] as ReadableSpan)).toBeGreaterThan(5);
    expect(durationMs(root)).toBeGreaterThanOrEqual(durationMs(found["chat gpt"] as ReadableSpan));
  });

  it("say what was decided, how long it took, and that it was stopped", async () => {
    const hp = await create();
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack, sessionId: "s" }));
    hp.pauseAgent("bot");
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.question }));
    const [allowed, blocked, paused] = spanExporter.getFinishedSpans();
    expect(allowed?.attributes).toMatchObject({
      "holdpoint.phase": "input",
      "holdpoint.verdict": "allow",
      "holdpoint.allowed": true,
      "holdpoint.plan.digest": hp.stats().planDigest,
    });
    expect(durationMs(allowed as ReadableSpan)).toBeGreaterThan(0);
    expect(blocked?.status).toEqual({ code: SpanStatusCode.ERROR, message: "block" });
    expect(blocked?.attributes).toMatchObject({
      "error.type": "policy_blocked",
      "gen_ai.conversation.id": "s",
      "holdpoint.violated_policies": ["no-attack"],
      "holdpoint.reasons": ["EXPRESSION_TRUE"],
    });
    expect(paused?.attributes).toMatchObject({ "error.type": "agent_paused" });
  });

  it("belong to the span that is active in the program", async () => {
    const hp = await create();
    const parent = tracerProvider.getTracer("program").startSpan("request", {}, ROOT_CONTEXT);
    vi.spyOn(context, "active").mockReturnValue(trace.setSpan(ROOT_CONTEXT, parent));
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    hp.startTrace({ agentId: "bot" }).end();
    const ids = spanExporter.getFinishedSpans().map(({ parentSpanContext }) => parentSpanContext?.spanId);
    expect(ids).toEqual([parent.spanContext().spanId, parent.spanContext().spanId]);
  });

  it("end with the status that traces and spans end with, also when a span was left open", async () => {
    const hp = await create();
    const run = hp.startTrace({ agentId: "bot", name: "a" });
    run.span({ name: "left", spanType: "tool" });
    run.span({ name: "failed", spanType: "tool" }).end({ error: new TypeError("boom: private words") });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }, { trace: run }));
    run.end();
    const found = spans();
    expect(found["execute_tool left"]?.ended).toBe(true);
    expect(found["execute_tool failed"]?.attributes["error.type"]).toBe("TypeError");
    expect(found["execute_tool failed"]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "error" });
    expect(found["invoke_agent a"]?.attributes["error.type"]).toBe("policy_blocked");
  });

  it("carry no content, but attributes where they are asked for", async () => {
    const secret = "anna@example.org";
    const use = async (hp: Holdpoint): Promise<string> => {
      const run = hp.startTrace({ agentId: "bot", input: secret, metadata: { secret }, tags: [secret] });
      await hp.enforcePolicy({ agentId: "bot", input: secret }, { trace: run });
      await ignore(hp.enforceToolCall({ agentId: "bot", tool: "db_write", args: { secret } }, { trace: run }));
      await ignore(hp.enforcePolicy({ agentId: "bot", input: `${samples.attack} ${secret}` }));
      const span = run.span({ name: "search", spanType: "tool", attributes: { query: secret, deep: { secret } } });
      span.end({ error: new Error(secret), attributes: { rows: 3 } });
      run.end({ output: secret, error: new Error(secret) });
      return JSON.stringify(
        spanExporter
          .getFinishedSpans()
          .map(({ name, attributes, status, events }) => [name, attributes, status, events]),
      );
    };
    expect(await use(await create())).not.toContain(secret);
    spanExporter.reset();
    const asked = await use(await create({ captureAttributes: true }));
    expect(asked).toContain('"rows":3');
    expect(asked).toContain(`"query":"${secret}"`);
    expect(asked).not.toContain("deep");
  });
});

describe("metrics", () => {
  const collect = async () => {
    await reader.forceFlush();
    const found = metricExporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
    return Object.fromEntries(
      found.map(({ descriptor: { name, unit }, dataPoints }) => [
        name,
        { unit, points: dataPoints.map(({ attributes, value }) => [attributes, value] as const) },
      ]),
    );
  };

  it("count decisions, what went by ungoverned, tokens and durations, as stats do", async () => {
    const hp = await create();
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    hp.reportUngoverned("no_handler");
    const run = hp.startTrace({ agentId: "bot" });
    run.recordUsage({ promptTokens: 100, completionTokens: 20 });
    run.end();
    const found = await collect();
    expect(found["holdpoint.decisions"]).toEqual({
      unit: "{decision}",
      points: [
        [{ "holdpoint.verdict": "allow", "holdpoint.phase": "input" }, 2],
        [{ "holdpoint.verdict": "block", "holdpoint.phase": "input" }, 1],
      ],
    });
    expect(hp.stats().decisions).toMatchObject({ allow: 2, block: 1 });
    expect(found["holdpoint.ungoverned"]?.points).toEqual([[{ "holdpoint.reason": "no_handler" }, 1]]);
    expect(found["holdpoint.decision.duration"]).toMatchObject({
      unit: "s",
      points: [
        [{}, { count: 2 }],
        [{}, { count: 1 }],
      ],
    });
    expect(found["gen_ai.client.token.usage"]).toMatchObject({
      unit: "{token}",
      points: [
        [{ "gen_ai.token.type": "input" }, { sum: 100 }],
        [{ "gen_ai.token.type": "output" }, { sum: 20 }],
      ],
    });
    expect(found["gen_ai.client.operation.duration"]).toMatchObject({
      unit: "s",
      points: [[{ "gen_ai.operation.name": "invoke_agent" }, { count: 1 }]],
    });
  });
});

describe("the option", () => {
  it("uses the program's global providers when it is true, and nothing when it is absent", async () => {
    const find = vi.spyOn(trace, "getTracerProvider").mockReturnValue(tracerProvider);
    const without = await Holdpoint.create({ policies: [samples.attacks] });
    await without.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(find).not.toHaveBeenCalled();
    const hp = await Holdpoint.create({ policies: [samples.attacks], telemetry: true });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(spanExporter.getFinishedSpans()).toHaveLength(1);
  });

  it("takes the module itself, for bundlers", async () => {
    const api = { trace, metrics, context };
    const hp = await create({ api });
    await hp.enforcePolicy({ agentId: "bot", input: samples.question });
    expect(spanExporter.getFinishedSpans()).toHaveLength(1);
  });

  it("is refused when it is malformed", async () => {
    for (const telemetry of ["yes", null, { tracer: {} }]) {
      const error = await Holdpoint.create({ policies: [], telemetry: telemetry as never }).catch((e: unknown) => e);
      expect(isConfigError(error)).toBe(true);
    }
  });

  it("never lets an error of telemetry reach a caller", async () => {
    const broken = {
      getTracer: () => ({
        startSpan() {
          throw new TypeError("the exporter is broken");
        },
      }),
    };
    const hp = await create({ tracerProvider: broken });
    const run = hp.startTrace({ agentId: "bot" });
    run.span({ name: "x" }).end();
    expect((await hp.enforcePolicy({ agentId: "bot", input: samples.question }, { trace: run })).allowed).toBe(true);
    run.end();
  });
});
