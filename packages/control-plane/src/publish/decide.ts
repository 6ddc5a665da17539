import { type Counter, chargesFor, type Decision, type EnforceRequest, evaluate, type Plan } from "@holdpoint/core";
import { endExpiredLeases, lockUsage } from "../leases/end-leases";
import type { Database } from "../store/database";
import { asTenant } from "../store/tenant";
import { addUsage, readUsage } from "../store/usage";
import type { Snapshot } from "./snapshots";

/**
 * The verdict for a thin client, with what the call costs added to the organisation's counters when it may go ahead.
 * Reading and adding are one transaction, one at a time for an organisation: two calls cannot both take the last of a
 * budget. A plan without budgets touches no table.
 */
export async function decide(
  database: Database,
  snapshot: Snapshot & { readonly plan: Plan },
  request: EnforceRequest,
  nowMs: number,
): Promise<Decision> {
  const clock = () => nowMs;
  const options = { pauses: snapshot.bundle.pauses ?? [] };
  const { plan } = snapshot;
  const asked: Counter[] = [];
  const probe = evaluate(plan, request, { read: (counter) => asked.push(counter) * 0 }, clock, options);
  const charges = chargesFor(plan, request, clock);
  if (asked.length === 0 && charges.length === 0) return probe;

  return asTenant(database, snapshot.bundle.organizationId, async (transaction) => {
    await lockUsage(transaction);
    await endExpiredLeases(transaction, new Date(nowMs));
    const known = new Map<string, number>();
    // With real amounts other policies may be reached, which ask for further counters: again until none is missing.
    for (let missing = asked; ; ) {
      const amounts = await readUsage(transaction, missing);
      for (const { key } of missing) known.set(key, amounts.get(key) ?? 0);
      missing = [];
      const usage = {
        read(counter: Counter) {
          const amount = known.get(counter.key);
          if (amount === undefined) missing.push(counter);
          return amount ?? Number.NaN;
        },
      };
      const decision = evaluate(plan, request, usage, clock, options);
      if (missing.length > 0) continue;
      if (decision.allowed) {
        for (const { counter, amount } of charges) await addUsage(transaction, counter, amount);
      }
      return decision;
    }
  });
}
