import type { Decision } from "@holdpoint/core";

/** The decision, which nobody it is shown to can change any more: what is allowed is read after listeners were told. */
export function freezeDecision(decision: Decision): Decision {
  freeze(decision);
  return decision;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}
