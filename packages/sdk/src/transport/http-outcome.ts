import { type HttpOutcome, httpOutcomes } from "../gen/constants";

/** What to do with an answer of the control plane, by the contract's table; `network` is a failure to get one. */
export function outcomeOf(status: number | "network"): HttpOutcome {
  for (const { match, outcome } of httpOutcomes) {
    if (match === "network" || status === "network") {
      if (match === status) return outcome;
      continue;
    }
    const [from, to = from] = match.split("-").map(Number);
    if (from !== undefined && to !== undefined && status >= from && status <= to) return outcome;
  }
  return "drop";
}

/** Milliseconds that a Retry-After asks for (RFC 9110, 10.2.3: seconds or a date), at most the cap; undefined when it says nothing. */
export function readRetryAfterMs(value: string | undefined, nowMs: number, capMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), capMs);
}
