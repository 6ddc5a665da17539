import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What `/metrics` counts. No label names a tenant, an agent or a key. */
export interface Metrics {
  readonly requests: Counter<"method" | "route" | "status">;
  readonly requestSeconds: Histogram<"route">;
  readonly decisions: Counter<"verdict">;
  readonly decisionSeconds: Histogram;
  readonly traces: Counter<"result">;
  readonly refusedKeys: Counter;
  readonly rateLimited: Counter;
  readonly streamClients: Gauge;
  /** Prometheus text and its media type. */
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    requests: new Counter({
      name: "holdpoint_http_requests_total",
      help: "Answered requests",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "holdpoint_http_request_duration_seconds",
      help: "Time to the answer",
      labelNames: ["route"],
      buckets: secondsBuckets,
      registers,
    }),
    decisions: new Counter({
      name: "holdpoint_decisions_total",
      help: "Decisions made for thin clients",
      labelNames: ["verdict"],
      registers,
    }),
    decisionSeconds: new Histogram({
      name: "holdpoint_decision_duration_seconds",
      help: "Time of one decision, budgets included",
      buckets: secondsBuckets,
      registers,
    }),
    traces: new Counter({
      name: "holdpoint_traces_total",
      help: "Traces sent to ingest: stored, duplicate, failed",
      labelNames: ["result"],
      registers,
    }),
    refusedKeys: new Counter({
      name: "holdpoint_refused_keys_total",
      help: "Requests without a key that is known and current",
      registers,
    }),
    rateLimited: new Counter({ name: "holdpoint_rate_limited_total", help: "Requests over the limit", registers }),
    streamClients: new Gauge({ name: "holdpoint_stream_clients", help: "Connected event streams", registers }),
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
