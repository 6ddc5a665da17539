import { readPolicyDocument } from "@holdpoint/core";
import type { PlacedPolicy } from "../admin/check-policy-set";
import { invalidFields } from "../errors";

/** The policies of a body: one policy, a list of them, or `{policies: […]}`. */
export function readWrittenPolicies(body: unknown): {
  readonly written: readonly PlacedPolicy[];
  readonly several: boolean;
} {
  const several = Array.isArray(body) || (typeof body === "object" && body !== null && "policies" in body);
  if (!several) return { written: [{ policy: body, pointer: "" }], several };
  const document = readPolicyDocument(body);
  if (!document.ok) throw invalidFields(document.problems);
  return { written: document.policies, several };
}
