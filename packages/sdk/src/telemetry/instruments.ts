import type { Counter, Histogram, Meter } from "@opentelemetry/api";
import { telemetry as names } from "../gen/constants";

export interface Instruments {
  readonly decisions: Counter;
  readonly decisionDuration: Histogram;
  readonly ungoverned: Counter;
  readonly dropped: Counter;
  readonly operationDuration: Histogram;
  readonly tokenUsage: Histogram;
}

/** Counters and histograms by the table's names, units and buckets. */
export function createInstruments(meter: Meter): Instruments {
  const { metrics } = names;
  const counter = (one: { readonly name: string; readonly unit: string; readonly description: string }): Counter =>
    meter.createCounter(one.name, { unit: one.unit, description: one.description });
  const histogram = (one: Parameters<typeof counter>[0] & { readonly buckets: readonly number[] }): Histogram =>
    meter.createHistogram(one.name, {
      unit: one.unit,
      description: one.description,
      advice: { explicitBucketBoundaries: [...one.buckets] },
    });
  return {
    decisions: counter(metrics.decisions),
    decisionDuration: histogram(metrics.decisionDuration),
    ungoverned: counter(metrics.ungoverned),
    dropped: counter(metrics.dropped),
    operationDuration: histogram(metrics.operationDuration),
    tokenUsage: histogram(metrics.tokenUsage),
  };
}
