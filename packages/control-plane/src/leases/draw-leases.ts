import { findSharedBudget, type Plan, type SharedBudget } from "@holdpoint/core";
import { appendAuditEntry } from "../audit/append-audit-entry";
import { defaults } from "../gen/constants";
import type { Database } from "../store/database";
import { asTenant, type TenantTransaction } from "../store/tenant";
import { addUsage } from "../store/usage";
import { endExpiredLeases, forgetOldLeases, giveBack, lockUsage } from "./end-leases";
import type { LeaseAnswer, LeaseCall, LeaseReport, LeaseStatus } from "./lease-report";

interface Row {
  readonly kind: SharedBudget["kind"];
  readonly granted: number;
  readonly spent: number;
  readonly sequence: number;
  readonly state: "open" | "returned" | "ended";
}

/** Who asks, with the plan that says what is capped. */
export interface LeaseCaller {
  readonly organizationId: string;
  readonly actor: string;
  readonly now: Date;
  readonly plan: Plan;
}

/**
 * Takes a holder's reports and grants what it may: all in one transaction, one holder of an organisation after the
 * other. What is granted is added to the counter at once, so that nobody else can spend it.
 */
export async function drawLeases(
  database: Database,
  caller: LeaseCaller,
  call: LeaseCall,
): Promise<readonly LeaseAnswer[]> {
  return asTenant(database, caller.organizationId, async (transaction) => {
    await lockUsage(transaction);
    await endExpiredLeases(transaction, caller.now);
    const answers: LeaseAnswer[] = [];
    for (const report of call.reports) answers.push(await drawOne(transaction, caller, call, report));
    return answers;
  });
}

async function drawOne(
  transaction: TenantTransaction,
  caller: LeaseCaller,
  { holderId, sequence }: LeaseCall,
  report: LeaseReport,
): Promise<LeaseAnswer> {
  const { counter, spentMicros, release } = report;
  const { key } = counter;
  const { row, usedMicros, idleMicros } = await readState(transaction, key, holderId);
  const budget = findSharedBudget(caller.plan, counter);
  const status = statusOf(budget, counter.start, caller.now, release);
  if (!row && (!budget || status !== "granted")) return answerNothing(key, release ? "returned" : status);
  // A report that was overtaken by a later one changes nothing: it is answered with what stands.
  const stale = row !== undefined && row.sequence >= sequence;
  const kind = budget?.kind ?? row?.kind ?? "watched";
  const heldMicros = row?.granted ?? 0;
  const grantedMicros = stale
    ? heldMicros
    : grantFor(report, row, status === "granted" ? budget : undefined, usedMicros);
  if (!stale) {
    const change = grantedMicros - heldMicros;
    if (change < 0) await giveBack(transaction, key, -change);
    if (change > 0) await addUsage(transaction, counter, change);
    const state = release ? "returned" : "open";
    const windowEnd = new Date(budget?.endMs ?? caller.now.getTime());
    if (!row) await forgetOldLeases(transaction, caller.now);
    await storeLease(transaction, holderId, report, { kind, grantedMicros, sequence, state, windowEnd }, caller.now);
    await recordChange(transaction, caller, holderId, { key, kind, grantedMicros, spentMicros, row, release });
  }
  const used = usedMicros + (stale ? 0 : grantedMicros - heldMicros);
  const availableMicros = budget ? Math.max(0, budget.capMicros - used) : 0;
  return {
    key,
    status,
    kind,
    ...(budget ? { capMicros: budget.capMicros } : {}),
    grantedMicros,
    othersMicros: Math.max(0, used - grantedMicros - (availableMicros > 0 ? idleMicros : 0)),
    availableMicros,
  };
}

function statusOf(budget: SharedBudget | undefined, start: string, now: Date, release: boolean): LeaseStatus {
  if (release) return "returned";
  if (!budget) return "unknown";
  const nowMs = now.getTime();
  const open = Date.parse(start) <= nowMs + defaults.leaseEarlyMs && budget.endMs > nowMs;
  return open ? "granted" : "closed";
}

/** All that the holder may have spent afterwards; at least what it has. */
function grantFor(
  { spentMicros, wantMicros, needMicros, release }: LeaseReport,
  row: Row | undefined,
  budget: SharedBudget | undefined,
  usedMicros: number,
): number {
  const heldMicros = row?.granted ?? 0;
  if (release || budget?.kind === "watched") return spentMicros;
  const baseMicros = Math.max(heldMicros, spentMicros);
  if (!budget) return baseMicros;
  const leftMicros = Math.max(0, budget.capMicros - (usedMicros + baseMicros - heldMicros));
  const pct = budget.kind === "strict" ? defaults.leaseStrictSlicePct : defaults.leaseSlicePct;
  const paceMicros = 2 * Math.max(0, spentMicros - (row?.spent ?? 0));
  const sliceMicros = Math.min(
    Math.max(Math.ceil((budget.capMicros * pct) / 100), paceMicros),
    Math.ceil(leftMicros / 4),
  );
  const aimMicros = spentMicros + Math.min(wantMicros, Math.max(needMicros, sliceMicros));
  return baseMicros + Math.min(leftMicros, Math.max(0, aimMicros - baseMicros));
}

interface State {
  readonly row: Row | undefined;
  /** All that is counted, what is granted included. */
  readonly usedMicros: number;
  /** What other holders hold and have not reported as spent. */
  readonly idleMicros: number;
}

async function readState(transaction: TenantTransaction, key: string, holderId: string): Promise<State> {
  const [found] = await transaction.query<{ used: number; idle: number } & (Row | { [Name in keyof Row]: null })>(
    `SELECT lease.kind, lease.granted, lease.spent, lease.sequence, lease.state,
       coalesce((SELECT amount FROM holdpoint.usage_counters WHERE key = $1), 0)::bigint AS used,
       (SELECT coalesce(sum(greatest(0, granted - spent)), 0) FROM holdpoint.usage_leases
        WHERE key = $1 AND holder_id <> $2 AND state = 'open')::bigint AS idle
     FROM (SELECT 1) AS one LEFT JOIN holdpoint.usage_leases AS lease ON lease.key = $1 AND lease.holder_id = $2`,
    [key, holderId],
  );
  const row = found && found.kind !== null ? found : undefined;
  return { row, usedMicros: found?.used ?? 0, idleMicros: found?.idle ?? 0 };
}

interface Stored {
  readonly kind: string;
  readonly grantedMicros: number;
  readonly sequence: number;
  readonly state: string;
  readonly windowEnd: Date;
}

async function storeLease(
  transaction: TenantTransaction,
  holderId: string,
  { counter, spentMicros }: LeaseReport,
  { kind, grantedMicros, sequence, state, windowEnd }: Stored,
  now: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO holdpoint.usage_leases
       (organization_id, key, holder_id, kind, state, granted, spent, sequence, window_start, window_end, renewed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (organization_id, key, holder_id) DO UPDATE SET kind = excluded.kind, state = excluded.state,
       granted = excluded.granted, spent = excluded.spent, sequence = excluded.sequence, renewed_at = excluded.renewed_at`,
    [
      transaction.organizationId,
      counter.key,
      holderId,
      kind,
      state,
      grantedMicros,
      spentMicros,
      sequence,
      new Date(counter.start),
      windowEnd,
      now,
    ],
  );
}

interface Change {
  readonly key: string;
  readonly kind: string;
  readonly grantedMicros: number;
  readonly spentMicros: number;
  readonly row: Row | undefined;
  readonly release: boolean;
}

/** The first draw and the return; what happens between them is in the counter. */
async function recordChange(
  transaction: TenantTransaction,
  { actor, now }: LeaseCaller,
  holderId: string,
  { key, kind, grantedMicros, spentMicros, row, release }: Change,
): Promise<void> {
  const begins = !row && !release;
  const ends = release && row?.state !== "returned";
  if (!begins && !ends) return;
  await appendAuditEntry(transaction, actor, now, {
    action: begins ? "lease.drawn" : "lease.returned",
    targetType: "lease",
    targetId: key,
    details: { holderId, kind, grantedMicros, spentMicros },
  });
}

const answerNothing = (key: string, status: LeaseStatus): LeaseAnswer => ({
  key,
  status,
  grantedMicros: 0,
  othersMicros: 0,
  availableMicros: 0,
});
