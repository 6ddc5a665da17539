import type {
  Alert,
  Decision,
  Pause,
  PolicyOutcome,
  RequestProblem,
  TierOverride,
  Transform,
  Violation,
} from "../gen/messages";
import { enforcementModeRank, type Phase, type Verdict, verdictRank, verdictValues } from "../gen/tables";

/** What evaluation has gathered about one request. */
export interface Findings {
  readonly phase: Phase;
  readonly agentId: string;
  readonly planDigest: string;
  readonly outcomes: readonly PolicyOutcome[];
  readonly violations: readonly Violation[];
  readonly transforms: readonly Transform[];
  readonly alerts: readonly Alert[];
  readonly problems: readonly RequestProblem[];
  readonly pause?: Pause | undefined;
  readonly tierOverrides?: readonly TierOverride[];
  readonly requestedPause?: Pause | undefined;
}

/** One decision out of all outcomes: the strongest wins (SPECIFICATION D-2), whatever their order. */
export function combine(findings: Findings): Decision {
  const { phase, agentId, outcomes, planDigest, pause, tierOverrides, requestedPause } = findings;
  const violations = share(findings.violations);
  const transforms = share(findings.transforms);
  const alerts = share(findings.alerts);
  const problems = share(findings.problems);
  const verdict: Verdict = pause ? "paused" : strongest(violations);
  const allowed = verdictRank[verdict] < verdictRank.require_approval;
  // Written out: a spread with one more member takes longer than all the rest, and a pause comes to a thousand at once.
  if (pause)
    return {
      verdict,
      allowed,
      phase,
      agentId,
      violations,
      outcomes,
      transforms,
      alerts,
      problems,
      planDigest,
      pause,
    };
  const decision = { verdict, allowed, phase, agentId, violations, outcomes, transforms, alerts, problems, planDigest };
  const governed = tierOverrides && tierOverrides.length > 0 ? { ...decision, tierOverrides } : decision;
  return requestedPause ? { ...governed, requestedPause } : governed;
}

const none: readonly never[] = Object.freeze([]);

/** Decisions wait to be recorded: lists of nothing are one list. */
const share = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? none : list);

function strongest(violations: readonly Violation[]): Verdict {
  let rank = 0;
  for (const violation of violations) rank = Math.max(rank, enforcementModeRank[violation.enforcementMode]);
  return verdictValues[rank] as Verdict;
}
