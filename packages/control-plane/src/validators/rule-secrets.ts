import type { CompileProblem, Policy } from "@holdpoint/core";
import type { Administration } from "../admin/administer";
import { invalidFields } from "../errors";
import { defaults } from "../gen/constants";
import type { TenantTransaction } from "../store/tenant";
import { isValidator } from "./is-validator";
import { forgetSecret, hasSecret, keepSecret } from "./validator-secrets";

const pointer = "/ruleDefinition/secret";

/** A policy as anybody may see it: with the marker in place of a secret (clause V-13). */
export function maskSecret(policy: Policy): Policy {
  return secretOf(policy) ? withSecret(policy, defaults.keptSecret) : policy;
}

/** A policy as bundles carry it: secrets come to clients on their own way. */
export function withoutSecret(policy: Policy): Policy {
  return secretOf(policy) === undefined ? policy : withSecret(policy, undefined);
}

/**
 * Takes the secret that is written into a rule out of it and keeps it apart; gives the policy as it is stored. Throws
 * for a marker where nothing is kept.
 */
export async function takeSecret(
  administration: Administration,
  key: Uint8Array,
  policy: Policy,
  at: string,
): Promise<Policy> {
  const { transaction } = administration;
  if (!isValidator(policy)) {
    await forgetSecret(administration, policy.id);
    return policy;
  }
  const secret = secretOf(policy);
  if (secret === undefined) return policy;
  if (secret === "") {
    await forgetSecret(administration, policy.id);
    return withSecret(policy, undefined);
  }
  const problems = await findEmptyMarkers(transaction, [{ policy, pointer: at }]);
  if (problems.length > 0) throw invalidFields(problems);
  if (secret !== defaults.keptSecret) await keepSecret(administration, key, policy.id, secret);
  return withSecret(policy, defaults.keptSecret);
}

/** Markers of secrets that are not kept here: copied from elsewhere, they would leave requests unsigned. */
export async function findEmptyMarkers(
  transaction: TenantTransaction,
  written: readonly { readonly policy: unknown; readonly pointer: string }[],
): Promise<CompileProblem[]> {
  const problems: CompileProblem[] = [];
  for (const { policy, pointer: at } of written) {
    const { id } = (policy ?? {}) as Partial<Policy>;
    const isMarker = secretOf(policy as Policy) === defaults.keptSecret;
    if (!isMarker || (typeof id === "string" && (await hasSecret(transaction, id)))) continue;
    const message = `\`${defaults.keptSecret}\` stands for a secret that is kept here, and none is: write the secret itself`;
    problems.push({ pointer: `${at}${pointer}`, message });
  }
  return problems;
}

/** Rules of one type alone have such a member. */
function secretOf(policy: Policy | null | undefined): string | undefined {
  const rule = policy?.ruleDefinition as { readonly secret?: unknown } | null | undefined;
  return typeof rule?.secret === "string" ? rule.secret : undefined;
}

function withSecret(policy: Policy, secret: string | undefined): Policy {
  const { secret: _, ...rule } = policy.ruleDefinition as Readonly<Record<string, unknown>>;
  return { ...policy, ruleDefinition: { ...rule, ...(secret === undefined ? {} : { secret }) } } as Policy;
}
