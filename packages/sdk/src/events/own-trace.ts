import type { Trace } from "@holdpoint/core";
import { type DropReason, defaults, dropReasons } from "../gen/constants";
import type { Platform } from "../platform/platform";
import type { UngovernedEvent } from "../types";
import type { DropCounter } from "./drop-counter";
import type { QueuedTrace } from "./event-queue";
import type { ChainEnd } from "./receipt-chains";
import { toTimestamp } from "./traces";

/** The agent in whose name the client tells of itself. */
const ownAgent = "holdpoint";

/** Bytes that such a trace holds, estimated. */
const ownTraceBytes = 512;

/** A trace that is about the client, not about an agent. */
export function createOwnTrace(
  { crypto, clock }: Pick<Platform, "crypto" | "clock">,
  spanType: "loss" | "probe" | "ungoverned" | "receipts" | "unsent",
  metadata?: Readonly<Record<string, unknown>>,
): Trace {
  return {
    traceId: crypto.randomUuid(),
    agentId: ownAgent,
    timestamp: toTimestamp(clock.nowMs()),
    status: spanType === "loss" || spanType === "ungoverned" ? "error" : "success",
    spanType,
    ...(metadata ? ({ metadata } as Partial<Trace>) : {}),
  };
}

/** Tells the control plane what was not governed (clause R-8). */
export function createUngovernedTrace(
  platform: Pick<Platform, "crypto" | "clock">,
  { reason, count, total, hook }: UngovernedEvent,
): QueuedTrace {
  const metadata = { reason, count, total, ...(hook === undefined ? {} : { hook }) };
  const trace = createOwnTrace(platform, "ungoverned", metadata);
  return { sizeBytes: ownTraceBytes, toJson: () => JSON.stringify(trace) };
}

/**
 * Tells the control plane how many traces a page still holds that may end at any time, and that there are none when they
 * are sent after all: what it has said last counts (clause S-28).
 */
export function createUnsentReport(platform: Pick<Platform, "crypto" | "clock">): (count: number) => string {
  const client = platform.crypto.randomUuid();
  return (count) => JSON.stringify(createOwnTrace(platform, "unsent", { client, count }));
}

/** Tells the control plane where chains of receipts end (clause R-9). Read when the trace is written, after what it is about. */
export function createEndsTrace(
  platform: Pick<Platform, "crypto" | "clock">,
  readEnds: () => readonly ChainEnd[],
): QueuedTrace {
  return {
    sizeBytes: ownTraceBytes,
    toJson: () => JSON.stringify(createOwnTrace(platform, "receipts", { chains: readEnds() })),
  };
}

/** Tells the control plane what was lost (clause S-15). */
export interface LossReport {
  /** What has not been told yet, as a trace; undefined when there is nothing, or it is too soon. */
  take(): QueuedTrace | undefined;
  /** What was taken last could not be queued: it is told later. */
  putBack(): void;
  /** A refused report is no loss to report: it would come back for ever. */
  ignore(reason: DropReason, texts: readonly string[]): void;
}

export function createLossReport(platform: Pick<Platform, "crypto" | "clock">, drops: DropCounter): LossReport {
  const told: Record<string, number> = {};
  let before: Readonly<Record<string, number>> = {};
  let takenMs = Number.NEGATIVE_INFINITY;
  let takenBeforeMs = takenMs;
  return {
    take() {
      const nowMs = platform.clock.monotonicMs();
      if (nowMs - takenMs < defaults.dropReportIntervalMs) return undefined;
      const lost: Record<string, number> = {};
      for (const reason of dropReasons) {
        const count = drops.totals[reason] - (told[reason] ?? 0);
        if (count > 0) lost[reason] = count;
      }
      if (Object.keys(lost).length === 0) return undefined;
      before = { ...told };
      Object.assign(told, drops.totals);
      takenBeforeMs = takenMs;
      takenMs = nowMs;
      const trace = createOwnTrace(platform, "loss", { lost });
      return { sizeBytes: ownTraceBytes, toJson: () => JSON.stringify(trace) };
    },
    putBack() {
      for (const reason of dropReasons) told[reason] = before[reason] ?? 0;
      takenMs = takenBeforeMs;
    },
    ignore(reason, texts) {
      const own = texts.filter((text) => text.includes('"spanType":"loss"')).length;
      told[reason] = (told[reason] ?? 0) + own;
    },
  };
}
