import { findBrokenChains } from "./chains";
import { findUnknownClassifiers } from "./classifiers";
import { findConstantConditions } from "./conditions";
import { findDeniedNames } from "./denied-names";
import type { Finding, Linted, LintRule } from "./finding";
import { findIdleRules } from "./idle-rules";
import { findShadowed } from "./shadowed";
import { findEmptyScopes } from "./surroundings";
import { findDeniedTools } from "./tool-rules";

const rules: readonly LintRule[] = [
  findShadowed,
  findDeniedTools,
  findDeniedNames,
  findConstantConditions,
  findIdleRules,
  findBrokenChains,
  findEmptyScopes,
  findUnknownClassifiers,
];

/** Everything that compiles and yet cannot be meant, in the order of the rules. */
export function lintPolicies(linted: Linted): readonly Finding[] {
  return rules.flatMap((rule) => rule(linted));
}
