import { findBrokenChains } from "./chains";
import { findUnknownClassifiers } from "./classifiers";
import { findConstantConditions } from "./conditions";
import type { Finding, Linted, LintRule } from "./finding";
import { findShadowed } from "./shadowed";
import { findEmptyScopes } from "./surroundings";
import { findDeniedTools } from "./tool-rules";

const rules: readonly LintRule[] = [
  findShadowed,
  findDeniedTools,
  findConstantConditions,
  findBrokenChains,
  findEmptyScopes,
  findUnknownClassifiers,
];

/** Everything that compiles and yet cannot be meant, in the order of the rules. */
export function lintPolicies(linted: Linted): readonly Finding[] {
  return rules.flatMap((rule) => rule(linted));
}
