import type { StateTable } from "../gen/policy-types";
import { dayWindow, monthWindow, type Window } from "./windows";

/** One thing that is counted, in one window. `key` names it uniquely. */
export interface Counter {
  readonly key: string;
  readonly metric: "cost";
  readonly scope: "agent" | "organization";
  readonly scopeId: string;
  readonly window: "1d" | "1mo";
  /** Start of the window, RFC 3339. */
  readonly start: string;
}

/** What has been counted so far. Cost is in whole micro-dollars; NaN says that it cannot be read. */
export interface UsageReader {
  read(counter: Counter): number;
}

/** The counters that one policy's state reads for one agent at one time. */
export type CounterLister = (agentId: string, nowMs: number) => readonly Counter[];

/**
 * Lists the counters of a policy's state. Scope `agent` is the agent by itself; `policy_agents` is every agent that
 * the policy names together, or the whole organisation when it names none.
 */
export function createCounterLister(
  state: StateTable,
  rule: Readonly<Record<string, unknown>>,
  appliesToAgents: readonly string[],
): CounterLister {
  const windowAt = createWindow(state, rule);
  const wide = state.scope === "policy_agents";
  const agents = [...new Set(appliesToAgents)];
  return (agentId, nowMs) => {
    const start = new Date(windowAt(nowMs).startMs).toISOString();
    if (!wide) return [createCounter("agent", agentId, state, start)];
    if (agents.length === 0) return [createCounter("organization", "*", state, start)];
    return agents.map((id) => createCounter("agent", id, state, start));
  };
}

function createCounter(scope: Counter["scope"], scopeId: string, state: StateTable, start: string): Counter {
  const window = state.window as Counter["window"];
  const metric = state.metric as Counter["metric"];
  return { key: `${metric}|${scope}|${scopeId}|${window}|${start}`, metric, scope, scopeId, window, start };
}

/** Remembers the last window: finding one costs more than a decision. */
function createWindow(state: StateTable, rule: Readonly<Record<string, unknown>>): (nowMs: number) => Window {
  const resetDay = state.resetDay ? (rule[state.resetDay] as number) : 1;
  const timezone = state.timezone ? (rule[state.timezone] as string) : "UTC";
  let last: Window = { startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY };
  return (nowMs) => {
    if (nowMs < last.startMs || nowMs >= last.endMs) {
      last = state.window === "1d" ? dayWindow(nowMs) : monthWindow(nowMs, resetDay, timezone);
    }
    return last;
  };
}
