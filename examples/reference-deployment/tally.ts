import {
  type Decision,
  type DecisionEvent,
  isAgentPausedError,
  isApprovalDeniedError,
  isEnforcementHaltError,
  isPolicyBlockedError,
} from "@holdpoint/sdk";
import type { AgentName, Row } from "./rows";

export type Outcome = "completed" | "blocked" | "held" | "paused" | "failed";

interface TierCount {
  total: number;
  caught: number;
}

/** What happened, counted while the rows run. */
export interface Tally {
  readonly outcomes: Record<AgentName, Record<Outcome, number>>;
  readonly verdicts: Map<string, Record<string, number>>;
  readonly tiers: Map<string, TierCount>;
  readonly latenciesUs: number[];
  readonly failures: string[];
  spentUsd: number;
}

const none = (): Record<Outcome, number> => ({ completed: 0, blocked: 0, held: 0, paused: 0, failed: 0 });

export const createTally = (): Tally => ({
  outcomes: { "support-bot": none(), "ops-agent": none() },
  verdicts: new Map(),
  tiers: new Map(),
  latenciesUs: [],
  failures: [],
  spentUsd: 0,
});

/** Counts one decision: its latency, and for each agent and policy what the policy said. */
export function countDecision(tally: Tally, { decision, durationUs }: DecisionEvent): void {
  tally.latenciesUs.push(durationUs);
  for (const { policyId, status } of decision.outcomes) {
    const key = `${decision.agentId}\t${policyId}`;
    const counts = tally.verdicts.get(key) ?? {};
    counts[status] = (counts[status] ?? 0) + 1;
    tally.verdicts.set(key, counts);
  }
}

/** Whether a decision found an injection, whatever its phase. */
export const foundInjection = (decision: Decision): boolean =>
  decision.violations.some(({ reason }) => reason === "PROMPT_INJECTION");

/** Counts one row under its label and tier: `caught` is what the injection policy found in any phase of the run. */
export function countRow(tally: Tally, row: Row, agent: AgentName, outcome: Outcome, caught: boolean): void {
  tally.outcomes[agent][outcome]++;
  const key = `${row.label}\t${row.tier}`;
  const count = tally.tiers.get(key) ?? { total: 0, caught: 0 };
  count.total++;
  if (caught) count.caught++;
  tally.tiers.set(key, count);
}

/** How a run ended, from what it threw. */
export function outcomeOf(error: unknown): Outcome {
  if (isAgentPausedError(error)) return "paused";
  if (isPolicyBlockedError(error)) return "blocked";
  if (isApprovalDeniedError(error)) return "held";
  return isEnforcementHaltError(error) ? "held" : "failed";
}

/** The value below which a share of the sorted numbers lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
