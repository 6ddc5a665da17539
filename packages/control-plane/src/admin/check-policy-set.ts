import { type CompileContext, type CompileProblem, compile } from "@holdpoint/core";

/** A policy of the set and where its problems are reported. */
export interface PlacedPolicy {
  readonly policy: unknown;
  /** JSON pointer into what the caller sent, or `/policies/<id>` for one that is stored already. */
  readonly pointer: string;
}

/** Everything that is wrong with a set of policies, each at the place where its policy was written. */
export function checkPolicySet(placed: readonly PlacedPolicy[], context: CompileContext): readonly CompileProblem[] {
  const policies = placed.map(({ policy }) => policy);
  const result = compile(policies, { ...context, pointers: placed.map(({ pointer }) => pointer) });
  return result.ok ? [] : result.problems;
}
