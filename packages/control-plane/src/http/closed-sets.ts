import type { ApprovalStatus, TraceStatus } from "@holdpoint/core";
import { invalid } from "../errors";

// Written as records so that the compiler refuses a set that differs from the contract's (spec/tables/enums.yaml).
const approvalStatus: Readonly<Record<ApprovalStatus, true>> = {
  pending: true,
  approved: true,
  denied: true,
  expired: true,
};
const traceStatus: Readonly<Record<TraceStatus, true>> = {
  success: true,
  error: true,
  timeout: true,
  policy_blocked: true,
  limit_exceeded: true,
  flagged_for_review: true,
  effect_unconfirmed: true,
};
const sets = { approvalStatus, traceStatus } as const;

/** Refuses a `status` of a query that no item can have. */
export function checkStatus(query: Readonly<Record<string, string>>, set: keyof typeof sets): void {
  const { status } = query;
  if (status === undefined || Object.hasOwn(sets[set], status)) return;
  const names = Object.keys(sets[set]).map((name) => `\`${name}\``);
  throw invalid("/status", `expected one of ${names.join(", ")}`);
}
