import type { CompileContext, Plan, Policy } from "@holdpoint/core";

/** What lint can say. */
export const findingKinds = [
  "shadowed",
  "unreachable",
  "contradictory",
  "never-matches",
  "always-matches",
  "tier",
  "classifier",
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly policyId: string;
  /** JSON pointer into the policy's document. */
  readonly pointer: string;
  readonly message: string;
}

/** What the rules of lint look at: active policies, normalised, and where each stands. */
export interface Linted {
  readonly plan: Plan;
  readonly policies: readonly Policy[];
  readonly context: CompileContext;
  /** Names of the classifiers that the client has; undefined where nobody says. */
  readonly classifiers?: readonly string[] | undefined;
  pointerOf(policyId: string): string;
}

export type LintRule = (linted: Linted) => readonly Finding[];

export const shown = (name: string): string => `\`${name.slice(0, 64)}\``;

/** The rule of a policy as it was written. */
export const ruleOf = (policy: Policy): Readonly<Record<string, unknown>> => policy.ruleDefinition;

export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
