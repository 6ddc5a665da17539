import { environmentDefault } from "../gen/tables";
import { findApplicable } from "./applicable";
import type { CompiledPolicy, Plan } from "./plan";
import { bindRequest } from "./request";

/** One own validator that a step needs an answer of. */
export interface ValidatorQuestion {
  readonly policyId: string;
  readonly url: string;
  /** The policy's own; empty when it has none. */
  readonly secret: string;
  /** For everything, tries included. */
  readonly timeoutMs: number;
  /** How often it is asked again. */
  readonly retries: number;
}

const none: readonly ValidatorQuestion[] = Object.freeze([]);

const isValidator = ({ policy }: CompiledPolicy): boolean => policy.policyType === "custom_validator";

/** The validators whose policies apply to a step (clause V-1), in the order of evaluation. Never throws. */
export function listValidators(plan: Plan, request: unknown): readonly ValidatorQuestion[] {
  if (!plan.asksValidators) return none;
  try {
    return findApplicable(plan, bindRequest(request, environmentDefault))
      .steps.filter(({ compiled }) => isValidator(compiled))
      .map(({ compiled: { policy, rule } }) => ({
        policyId: policy.id,
        url: String(rule["url"]),
        secret: String(rule["secret"] ?? ""),
        timeoutMs: Number(rule["timeout_ms"]),
        retries: Number(rule["retries"]),
      }));
  } catch {
    return none;
  }
}
