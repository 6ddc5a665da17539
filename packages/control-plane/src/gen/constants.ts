// Code generated from spec/. Do not edit.

export const defaults = {
  /** ms; bundle and status poll; what the field's clients do */
  pollIntervalMs: 15000,
  /** %; spreads clients started together */
  pollJitterPct: 20,
  /** ms; fallback to a push */
  approvalPollIntervalMs: 1000,
  /** ms; an approval expires after 30 minutes */
  approvalTimeoutMs: 1800000,
  /** events; about 10 MB of decisions */
  queueCapacity: 10000,
  /** events; one ingest call */
  batchSize: 200,
  /** ms; how old an unsent event may grow */
  flushIntervalMs: 1000,
  /** ms; one HTTP call */
  requestTimeoutMs: 10000,
  /** ms; first back-off, doubled with jitter */
  retryBaseMs: 250,
  /** ms; longest back-off */
  retryCapMs: 30000,
  /** ms; how long close waits for the queue */
  closeTimeoutMs: 5000,
  /** ms; editors write a file in several steps */
  reloadDebounceMs: 100,
  /** port; not assigned; beside OTLP's 4317 and 4318 */
  serverPort: 4319,
  /** requests; one API key */
  serverRateLimitPerMinute: 60000,
  /** ms; cascade resolution; the kill switch never waits for it */
  killSwitchCacheMs: 60000,
  /** nothing is open by accident */
  failMode: "closed",
  /** the strictest assumption */
  environment: "production",
  /** day; calendar month */
  monthResetDay: 1,
  /** the same everywhere */
  timezone: "UTC",
} as const;

/** Error codes of the API and their HTTP status. */
export const apiErrors = {
  VALIDATION_ERROR: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
export type ApiErrorCode = keyof typeof apiErrors;
