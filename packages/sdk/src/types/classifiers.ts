import type { FailMode } from "@holdpoint/core";

/** What a classifier is told beside the texts. */
export interface ClassifierContext {
  /** Aborted when its time is over, or the step was cancelled. */
  readonly signal: AbortSignal;
  readonly phase: string;
  readonly agentId: string;
}

/** A number from 0 to 1 for all texts together, or such numbers by label. */
export type ClassifierScores = number | Readonly<Record<string, number>>;

/** Scores texts: a number from 0 to 1, or numbers by label. Whatever else it gives or throws is no answer. */
export type ClassifierFunction = (
  texts: readonly string[],
  context: ClassifierContext,
) => ClassifierScores | Promise<ClassifierScores>;

interface ClassifierLimits {
  /** For everything, from 1 to 30000; the policy's own bound may be shorter. */
  readonly timeoutMs?: number;
  /** What a missing score means: `closed`, the policy is undecided; `open`, it is decided without, with an alert. */
  readonly failMode?: FailMode;
  /** True takes personal data and secrets out of the texts before the classifier sees them. */
  readonly redact?: boolean;
}

/** A function with bounds of its own. */
export interface FunctionClassifier extends ClassifierLimits {
  readonly classify: ClassifierFunction;
}

/** An OpenAI-compatible endpoint. */
export interface EndpointClassifier extends ClassifierLimits {
  /** Its whole address, for example `https://api.openai.com/v1/moderations`. */
  readonly url: string;
  readonly kind: "moderations" | "chat" | "embeddings";
  readonly model: string;
  readonly apiKey?: string;
  /** The variable of the environment that holds the key. */
  readonly apiKeyEnv?: string;
  /** True lets the address be private, and http. */
  readonly allowPrivate?: boolean;
  /** What a chat model is asked about the texts; the answer is a score, 1 for yes. */
  readonly question?: string;
  /** Texts of which near ones score high, or lists of them by label; for `embeddings`. */
  readonly examples?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

/** A classifier as a client is given it. */
export type ClassifierOption = ClassifierFunction | FunctionClassifier | EndpointClassifier;
