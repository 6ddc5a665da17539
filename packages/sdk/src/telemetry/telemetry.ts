import type { Decision } from "@holdpoint/core";
import type { Attributes, Context, Meter, Span, Tracer } from "@opentelemetry/api";
import { telemetry as names } from "../gen/constants";
import { createInstruments } from "./instruments";

/** The parts of `@opentelemetry/api` that are used, so that it need not be there. */
export interface TelemetryApi {
  readonly tracer: Tracer;
  readonly meter: Meter;
  activeContext(): Context;
  withSpan(context: Context, span: Span): Context;
}

/** A trace or a span that is under way. */
export interface LiveSpan {
  readonly span: Span;
  readonly context: Context;
  readonly operation: string | undefined;
  readonly startedMs: number;
  /** Of a trace: its spans that are under way, by id. */
  readonly children: Map<string, LiveSpan>;
  readonly shared: Attributes;
}

export interface LiveStart {
  readonly name: string | undefined;
  readonly spanType: string | undefined;
  readonly agentId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly traceId?: string;
}

export interface LiveEnd {
  readonly status: string;
  readonly errorType: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly modelName?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

export interface DecisionFacts {
  readonly decision: Decision;
  readonly durationUs: number;
  readonly bundleVersion: number;
  readonly sessionId: string;
  readonly tool: string | undefined;
}

/** Spans and metrics of one client (SPECIFICATION O-1 to O-6). No method throws. */
export interface Telemetry {
  startTrace(start: LiveStart): LiveSpan | undefined;
  startSpan(trace: LiveSpan | undefined, spanId: string, parentId: string | undefined, start: LiveStart): void;
  endSpan(trace: LiveSpan | undefined, spanId: string, end: LiveEnd): void;
  endTrace(trace: LiveSpan | undefined, end: LiveEnd): void;
  recordDecision(trace: LiveSpan | undefined, facts: DecisionFacts): void;
  recordUsage(trace: LiveSpan | undefined, tokens: Readonly<Record<"input" | "output", number | undefined>>): void;
  countUngoverned(reason: string, count: number): void;
  countDropped(reason: string, count: number): void;
}

const { attributes: keys, operations } = names;
const spanKind = { internal: 0, client: 2 } as const;
const statusCode = { ok: 1, error: 2 } as const;

export interface TelemetrySettings {
  readonly api: TelemetryApi;
  readonly captureAttributes: boolean;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

export function createTelemetry({ api, captureAttributes, nowMs, monotonicMs }: TelemetrySettings): Telemetry {
  const { tracer } = api;
  const instruments = createInstruments(api.meter);

  const begin = (parent: Context, start: LiveStart, inherited: Attributes): LiveSpan => {
    const operation = operations[start.spanType as keyof typeof operations];
    const shared = { ...inherited, ...clean({ [keys.agentId]: start.agentId, [keys.conversation]: start.sessionId }) };
    const name = start.name ?? (operation === "invoke_agent" ? start.agentId : undefined);
    const span = tracer.startSpan(
      [operation ?? start.spanType, name].filter(Boolean).join(" ") || "span",
      {
        kind: operation === "chat" ? spanKind.client : spanKind.internal,
        attributes: clean({
          ...shared,
          [keys.operation]: operation,
          [keys.agentName]: operation === "invoke_agent" ? name : undefined,
          [keys.tool]: operation === "execute_tool" ? name : undefined,
          [keys.traceId]: start.traceId,
        }),
      },
      parent,
    );
    const context = api.withSpan(parent, span);
    return { span, context, operation, startedMs: monotonicMs(), children: new Map(), shared };
  };

  const finish = (live: LiveSpan, end: LiveEnd): void => {
    const { span, operation } = live;
    const failed = end.status === "success" ? undefined : (end.errorType ?? end.status);
    const given = end.attributes ?? {};
    const provider = given[keys.provider];
    const facts = clean({
      [keys.provider]: typeof provider === "string" ? provider : undefined,
      [keys.model]: end.modelName,
      [keys.errorType]: failed,
    });
    if (captureAttributes) span.setAttributes(keepPlain(given));
    span.setAttributes(clean({ ...facts, [keys.inputTokens]: end.inputTokens, [keys.outputTokens]: end.outputTokens }));
    if (failed !== undefined) span.setStatus({ code: statusCode.error, message: end.status });
    span.end();
    if (operation === undefined) return;
    const seconds = Math.max(0, monotonicMs() - live.startedMs) / 1000;
    instruments.operationDuration.record(seconds, { [keys.operation]: operation, ...facts });
  };

  return guard({
    startTrace: (start) => begin(api.activeContext(), start, {}),
    startSpan(trace, spanId, parentId, start) {
      if (!trace) return;
      const parent = trace.children.get(parentId ?? "") ?? trace;
      trace.children.set(spanId, begin(parent.context, start, trace.shared));
    },
    endSpan(trace, spanId, end) {
      const live = trace?.children.get(spanId);
      if (live) finish(live, end);
      // A parent that has ended is still the parent of what begins later.
    },
    endTrace(trace, end) {
      if (!trace) return;
      for (const { span } of trace.children.values()) if (span.isRecording()) span.end();
      trace.children.clear();
      finish(trace, end);
    },
    recordDecision(trace, { decision, durationUs, bundleVersion, sessionId, tool }) {
      const { phase, verdict, allowed, violations } = decision;
      const endMs = nowMs();
      const span = tracer.startSpan(
        `holdpoint.enforce ${phase}`,
        {
          kind: spanKind.internal,
          startTime: endMs - durationUs / 1000,
          attributes: clean({
            [keys.agentId]: decision.agentId,
            [keys.conversation]: sessionId || undefined,
            [keys.tool]: tool,
            [keys.phase]: phase,
            [keys.verdict]: verdict,
            [keys.allowed]: allowed,
            [keys.policies]:
              violations.length > 0 ? [...new Set(violations.map(({ policyId }) => policyId))] : undefined,
            [keys.reasons]: violations.length > 0 ? [...new Set(violations.map(({ reason }) => reason))] : undefined,
            [keys.planDigest]: decision.planDigest,
            [keys.bundleVersion]: bundleVersion,
            [keys.errorType]: allowed ? undefined : errorTypeOf(verdict),
          }),
        },
        trace?.context ?? api.activeContext(),
      );
      if (!allowed) span.setStatus({ code: statusCode.error, message: verdict });
      span.end(endMs);
      const labels = { [keys.verdict]: verdict, [keys.phase]: phase };
      instruments.decisions.add(1, labels);
      instruments.decisionDuration.record(durationUs / 1_000_000, labels);
    },
    recordUsage(trace, tokens) {
      const shared = { [keys.operation]: trace?.operation ?? "chat" };
      for (const type of ["input", "output"] as const) {
        const count = tokens[type];
        if (count !== undefined) instruments.tokenUsage.record(count, { ...shared, [keys.tokenType]: type });
      }
    },
    countUngoverned: (reason, count) => instruments.ungoverned.add(count, { [keys.reason]: reason }),
    countDropped: (reason, count) => instruments.dropped.add(count, { [keys.reason]: reason }),
  });
}

/** What goes wrong in somebody's exporter is none of the caller's affairs. */
function guard(telemetry: Telemetry): Telemetry {
  const guarded = Object.entries(telemetry).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      try {
        return (method as (...args: unknown[]) => unknown)(...args);
      } catch {
        return undefined;
      }
    },
  ]);
  return Object.fromEntries(guarded) as Telemetry;
}

const errorTypeOf = (verdict: Decision["verdict"]): string =>
  verdict === "paused" ? "agent_paused" : verdict === "require_approval" ? "approval_required" : "policy_blocked";

const clean = (attributes: Readonly<Record<string, unknown>>): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined && value !== ""),
  ) as Attributes;

const keepPlain = (attributes: Readonly<Record<string, unknown>>): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value)),
  ) as Attributes;
