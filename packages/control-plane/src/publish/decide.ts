import {
  type Counter,
  chargesFor,
  type Decision,
  type EnforceRequest,
  effectsFor,
  evaluate,
  type Plan,
} from "@holdpoint/core";
import { endExpiredLeases, lockUsage } from "../leases/end-leases";
import type { Database } from "../store/database";
import { readSessions, recordStep } from "../store/sessions";
import { asTenant } from "../store/tenant";
import { addUsage, readUsage } from "../store/usage";
import type { Snapshot } from "./snapshots";

/**
 * The verdict for a thin client, with what the call costs added to the organisation's counters when it may go ahead.
 * Reading and adding are one transaction, one at a time for an organisation: two calls cannot both take the last of a
 * budget, and none misses the step before it. A plan without budgets and histories touches no table.
 */
export async function decide(
  database: Database,
  snapshot: Snapshot & { readonly plan: Plan },
  request: EnforceRequest,
  nowMs: number,
  /** True leaves no trace: what the verdict would be. */
  isTrial = false,
): Promise<Decision> {
  const clock = () => nowMs;
  const options = { pauses: snapshot.bundle.pauses ?? [] };
  const { plan } = snapshot;
  const asked: Counter[] = [];
  const probe = evaluate(plan, request, { read: (counter) => asked.push(counter) * 0 }, clock, options);
  const charges = chargesFor(plan, request, clock);
  const hasHistory = plan.usesSessions && (request.sessionId ?? "") !== "";
  if (asked.length === 0 && (isTrial || charges.length === 0) && !hasHistory) return probe;

  return asTenant(database, snapshot.bundle.organizationId, async (transaction) => {
    await lockUsage(transaction);
    await endExpiredLeases(transaction, new Date(nowMs));
    const known = new Map<string, number>();
    const now = new Date(nowMs);
    const sessions = hasHistory ? await readSessions(transaction, request, now) : undefined;
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
        ...(sessions ? { session: sessions.read } : {}),
      };
      const decision = evaluate(plan, request, usage, clock, options);
      if (missing.length > 0) continue;
      if (decision.allowed && !isTrial) {
        for (const { counter, amount } of charges) await addUsage(transaction, counter, amount);
        const { session } = effectsFor(plan, request, decision, clock);
        if (sessions && session) await recordStep(transaction, sessions, session, now);
      }
      return decision;
    }
  });
}
