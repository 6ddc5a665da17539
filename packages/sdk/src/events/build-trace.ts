import type { Clock, Decision, DecisionRecord, Plan, Span, Trace, TraceStatus } from "@holdpoint/core";
import { redactTrace } from "./redact-trace";
import type { TracedContent } from "./traced-content";
import { cutText } from "./traced-text";
import { type EndedTrace, nameMember, toTimestamp } from "./traces";

/** A server takes no trace without an agent; a malformed request is part of the record all the same. */
const unknownAgent = "unknown";

/** A decision outside any trace of the program: a trace of its own, which is written after the rest of it. */
export interface LoneDecision {
  readonly traceId: string;
  readonly parentTraceId: string | undefined;
  readonly record: DecisionRecord;
  readonly content: TracedContent;
  /** As given, of any type. */
  readonly names: Readonly<Record<"sessionId" | "userId" | "environment" | "modelName", unknown>>;
}

export function buildLoneTrace({ traceId, parentTraceId, record, content, names }: LoneDecision): Trace {
  const { input, output, tool } = content;
  return {
    traceId,
    agentId: record.decision.agentId || unknownAgent,
    timestamp: record.decidedAt,
    durationMs: (record.durationUs ?? 0) / 1000,
    status: statusOf(record.decision),
    spanType: "enforcement",
    ...nameMember("sessionId", names.sessionId),
    ...nameMember("userId", names.userId),
    ...nameMember("environment", names.environment),
    ...nameMember("modelName", names.modelName),
    ...nameMember("parentTraceId", parentTraceId),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(tool === undefined ? {} : { metadata: { tool } }),
  };
}

/** A step that waits for a human is not stopped yet. */
function statusOf({ allowed, verdict }: Decision): TraceStatus {
  if (allowed) return "success";
  return verdict === "require_approval" ? "flagged_for_review" : "policy_blocked";
}

export interface TraceBuildOptions {
  readonly plan: Plan | undefined;
  readonly clock: Clock;
  readonly captureContent: boolean;
  readonly environment: string | undefined;
}

/** An ended trace as it is sent: redacted first, cut after, so that no masked text shows at a cut. */
export function buildEndedTrace(ended: EndedTrace, options: TraceBuildOptions): Trace {
  const { open } = ended;
  const { start } = open;
  const environment = (start["environment"] as string | undefined) ?? options.environment;
  const texts = readTexts(ended, options, environment);
  const tags = Array.isArray(start["tags"]) ? start["tags"].filter((tag) => typeof tag === "string") : [];
  return {
    traceId: open.traceId,
    agentId: open.agentId || unknownAgent,
    timestamp: toTimestamp(open.startedMs),
    durationMs: ended.durationMs,
    status: ended.status,
    ...open.usage,
    ...nameMember("sessionId", start["sessionId"]),
    ...nameMember("userId", start["userId"]),
    ...nameMember("parentTraceId", start["parentTraceId"]),
    ...nameMember("environment", environment),
    ...nameMember("errorType", ended.errorType),
    spanType: typeof start["spanType"] === "string" ? start["spanType"] : "agent",
    ...texts,
    ...(tags.length > 0 ? { tags } : {}),
    decisions: open.decisions.map((entry) => entry.buildSent()),
  };
}

function readTexts(ended: EndedTrace, options: TraceBuildOptions, environment: string | undefined): Partial<Trace> {
  const { open, output } = ended;
  const { start, spans } = open;
  const name = typeof start["name"] === "string" ? { name: start["name"] } : {};
  const bare = { spans: spans.map(({ attributes: _, ...span }) => span), ...(start["name"] ? { metadata: name } : {}) };
  // Without a plan nothing has been read by any policy, so nothing is known to be fit to leave.
  if (!options.captureContent || !options.plan) return bare;
  const input = typeof start["input"] === "string" ? start["input"] : undefined;
  const metadata = { ...(start["metadata"] as object | undefined), ...name };
  const others = { metadata, errorMessage: ended.errorMessage, attributes: spans.map(({ attributes }) => attributes) };
  const identity = { agentId: open.agentId, environment };
  const seen = redactTrace({ input, output, others }, options.plan, identity, options.clock);
  const attributes = (seen.others["attributes"] ?? []) as readonly (Span["attributes"] | undefined)[];
  const seenMetadata = seen.others["metadata"] as Trace["metadata"];
  const errorMessage = seen.others["errorMessage"];
  return {
    ...(seen.input === undefined ? {} : { input: cutText(seen.input) }),
    ...(seen.output === undefined ? {} : { output: cutText(seen.output) }),
    ...(typeof errorMessage === "string" ? { errorMessage } : {}),
    ...(seenMetadata && Object.keys(seenMetadata).length > 0 ? { metadata: seenMetadata } : {}),
    spans: bare.spans.map((span, index) => (attributes[index] ? { ...span, attributes: attributes[index] } : span)),
  };
}
