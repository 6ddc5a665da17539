/** What a case sends to an implementation, besides a random frame id. */
export type Operation = "decide" | "charges" | "effects" | "canonical" | "governance";

/** One case as written in `conformance/vectors`; its schema is `conformance/schema/vector.schema.json`. */
export interface VectorCase {
  /** `group/name`; never changes, never used again. */
  readonly id: string;
  readonly title: string;
  readonly clauses: readonly string[];
  readonly op?: Operation;
  readonly policies?: unknown;
  readonly context?: unknown;
  readonly request?: unknown;
  readonly usage?: unknown;
  readonly sessions?: unknown;
  readonly nowMs?: number;
  readonly pauses?: unknown;
  readonly value?: unknown;
  readonly explain?: boolean;
  readonly settings?: unknown;
  readonly agent?: unknown;
  /** Each stated member must agree; lists in full length, objects in the stated members, null for an absent one. */
  readonly expect: Readonly<Record<string, unknown>>;
  /** The allowing case next to a denying one. */
  readonly neighbour?: string;
  /** The case with whose whole decision this one's must agree. */
  readonly sameAs?: string;
}

export interface VectorFile {
  readonly group: string;
  readonly title: string;
  readonly cases: readonly VectorCase[];
}

/** An answer as the implementation gave it, without its frame id. */
export type Answer = Readonly<Record<string, unknown>>;

/** The instant of every case that states none: 2026-09-21T14:13:20Z. */
export const defaultNowMs = 1_790_000_000_000;

/** True when the case expects the step not to happen, or the policies to be refused. */
export const isDenying = ({ expect }: VectorCase): boolean => expect["allowed"] === false || "refused" in expect;
