import type { FailMode } from "@holdpoint/core";

/** Scores from 0 to 1 by label; the label of a classifier with one score is empty. */
export type LabelledScores = Readonly<Record<string, number>>;

/** One question: texts of a step. */
export interface ClassifierAsk {
  readonly policyId: string;
  readonly phase: string;
  readonly agentId: string;
  readonly texts: readonly string[];
  /** Monotonic time at which everything is over. */
  readonly endMs: number;
  /** Aborted when the time is over, or the step is cancelled. */
  readonly signal: AbortSignal;
}

/** A classifier of the client, ready to be asked. */
export interface ReadyClassifier {
  readonly timeoutMs: number;
  readonly failMode: FailMode;
  /** Rejects with NoScoreError, which says why, or with anything else, which is not repeated. */
  score(ask: ClassifierAsk): Promise<LabelledScores>;
}

/** Who is asked, or why nobody can be: then the step is undecided, unless `open`. */
export type FoundClassifier = ReadyClassifier | { readonly error: string; readonly open?: boolean };

/** Why there is no score, in words of ours: neither texts nor answers stand in it. */
export class NoScoreError extends Error {}
