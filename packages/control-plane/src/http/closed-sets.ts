import { approvalStatusValues, traceStatusValues } from "@holdpoint/core";
import { invalid } from "../errors";

const sets = { approvalStatus: approvalStatusValues, traceStatus: traceStatusValues } as const;

/** Refuses a `status` of a query that no item can have. */
export function checkStatus(query: Readonly<Record<string, string>>, set: keyof typeof sets): void {
  const { status } = query;
  const known: readonly string[] = sets[set];
  if (status === undefined || known.includes(status)) return;
  throw invalid("/status", `expected one of ${known.map((name) => `\`${name}\``).join(", ")}`);
}
