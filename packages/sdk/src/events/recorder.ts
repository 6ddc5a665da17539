import { type Clock, type Decision, limits, type Plan, type Receipt } from "@holdpoint/core";
import { freezeDecision } from "../freeze-decision";
import { defaults } from "../gen/constants";
import type { Platform } from "../platform/platform";
import type { Telemetry } from "../telemetry/telemetry";
import type { CallOptions, PausedEvent } from "../types";
import type { Reservations } from "../usage/ledger";
import { buildEndedTrace } from "./build-trace";
import { DecisionEntry, decisionBytes } from "./decision-entry";
import type { Emitter } from "./emitter";
import type { QueuedTrace } from "./event-queue";
import { createEndsTrace } from "./own-trace";
import { createReceiptChains } from "./receipt-chains";
import { readName } from "./traced-text";
import type { EndedTrace, OpenTrace, Traces } from "./traces";

/** What a decision was made by. */
export interface InForce {
  /** Undefined when there was none: no policy has read the texts then. */
  readonly plan: Plan | undefined;
  /** Of the bundle; 0 without one. */
  readonly version: number;
}

export interface Recorder {
  /** A reading to measure a decision from. */
  startTimer(): number;
  /** Counts a decision, tells listeners and hands it to the event lane. O(1) in all that was recorded; never throws. */
  record(request: unknown, decision: Decision, by: InForce, startedMs: number, trace: CallOptions["trace"]): void;
  /** Tells listeners that a step was stopped. Never throws. */
  reportHalt(decision: Decision, trace?: CallOptions["trace"]): void;
  recordEnd(ended: EndedTrace, plan: Plan | undefined): void;
  reservationsOf(trace: CallOptions["trace"]): Reservations | undefined;
  /** Publishes where chains of receipts end. */
  close(): void;
  /** The session and user that an open trace was started with. */
  namesOf(trace: CallOptions["trace"]): { readonly sessionId?: string; readonly userId?: string } | undefined;
  readonly counts: Readonly<Record<Decision["verdict"], number>>;
}

export interface RecorderOptions {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly emitter: Emitter;
  readonly traces: Traces;
  /** Where traces go; undefined when there is nobody to send them to. */
  readonly push: ((item: QueuedTrace) => void) | undefined;
  readonly captureContent: boolean;
  readonly environment: string | undefined;
  readonly telemetry: Telemetry | undefined;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { platform, clock, emitter, traces, push, telemetry } = options;
  /** By decisions in traces that have not ended. */
  let heldBytes = 0;
  const counts = { allow: 0, monitor: 0, warn: 0, require_approval: 0, block: 0, paused: 0 };
  const chains = createReceiptChains(platform.crypto, (readEnds) => push?.(createEndsTrace(platform, readEnds)));

  const recordNow: Recorder["record"] = (request, decision, by, startedMs, trace) => {
    counts[decision.verdict]++;
    const heard = emitter.hears("decision");
    if (!push && !heard && !telemetry) return;
    const durationUs = Math.max(0, (platform.clock.monotonicMs() - startedMs) * 1000);
    const sessionId = sessionOf(request);
    if (telemetry) {
      const { phase } = decision;
      const tool = phase === "tool_call" ? toolOf(request) : undefined;
      const told = { decision, durationUs, bundleVersion: by.version, sessionId, tool };
      telemetry.recordDecision(traces.find(trace)?.live, told);
    }
    if (!push && !heard) return;
    const decidedMs = clock();
    const entry = new DecisionEntry(request, decision, by, trace, durationUs, decidedMs, options, chains.of(sessionId));
    if (heard) {
      const { decisionId, decidedAt } = entry.build();
      const traceId = trace?.traceId;
      const receipt = (): Receipt => entry.receipt();
      freezeDecision(decision);
      emitter.emit("decision", { decision, decisionId, decidedAt, durationUs, traceId, receipt });
    }
    if (!push) return;
    const open = trace && traces.find(trace);
    if (open && hasRoom(open, heldBytes)) {
      open.decisions.push(entry);
      open.sizeBytes += entry.sizeBytes;
      heldBytes += entry.sizeBytes;
      return;
    }
    push(entry.describeNow());
  };

  return {
    counts,
    startTimer: () => platform.clock.monotonicMs(),
    record(request, decision, by, startedMs, trace) {
      try {
        recordNow(request, decision, by, startedMs, trace);
      } catch {
        // The decision stands whatever becomes of its record; a lost record is seen as unserializable by the lane.
        push?.({ sizeBytes: 0, toJson: () => refuse() });
      }
    },
    reportHalt(decision, trace) {
      const open = traces.find(trace);
      if (open) open.blocked = true;
      if (decision.verdict === "paused") emitter.emit("paused", describePaused(decision));
      else emitter.emit("blocked", { decision, violations: decision.violations });
    },
    recordEnd(ended, plan) {
      const { captureContent, environment } = options;
      for (const decision of ended.open.decisions) heldBytes -= decision.sizeBytes;
      const sizeBytes = sizeOf(ended);
      push?.({
        sizeBytes,
        toJson: () => JSON.stringify(buildEndedTrace(ended, { plan, clock, captureContent, environment })),
      });
    },
    close: () => chains.forgetAll(),
    reservationsOf: (trace) => traces.find(trace)?.reservations,
    namesOf(trace) {
      const start = traces.find(trace)?.start;
      if (!start) return undefined;
      const names: { sessionId?: string; userId?: string } = {};
      for (const name of ["sessionId", "userId"] as const) {
        const value = readName(start[name]);
        if (value !== undefined) names[name] = value;
      }
      return names;
    },
  };
}

/** A decision that finds no room in its trace becomes a trace of its own, and waits in the queue with its bounds. */
const hasRoom = ({ isKept, decisions, sizeBytes }: OpenTrace, heldBytes: number): boolean =>
  isKept &&
  decisions.length < limits.maxTraceItems &&
  sizeBytes < limits.maxRequestBytes &&
  heldBytes < defaults.queueCapacityBytes;

function toolOf(request: unknown): string | undefined {
  const { tool } = (request ?? {}) as { readonly tool?: { readonly name?: unknown } | null };
  return readName(tool?.name);
}

function sessionOf(request: unknown): string {
  const sessionId = (request as { readonly sessionId?: unknown } | null | undefined)?.sessionId;
  return typeof sessionId === "string" ? sessionId : "";
}

function refuse(): never {
  throw new TypeError("the decision could not be recorded");
}

function sizeOf({ open, output }: EndedTrace): number {
  const input = open.start["input"];
  return decisionBytes + open.sizeBytes + 2 * ((typeof input === "string" ? input.length : 0) + (output?.length ?? 0));
}

function describePaused({ agentId, pause }: Decision): PausedEvent {
  return { agentId, level: pause?.level ?? "agent", reason: pause?.reason ?? "", until: pause?.until };
}
