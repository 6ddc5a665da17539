import { type Counter, windowLengthMs } from "@holdpoint/core";
import type { TenantTransaction } from "./tenant";

/** What was counted so far, by the key of the counter; a counter without a row has none. */
export async function readUsage(
  transaction: TenantTransaction,
  counters: readonly Counter[],
): Promise<Map<string, number>> {
  const amounts = await readStored(transaction, counters.map(asStored));
  return new Map(
    counters.flatMap(({ key }) => {
      const amount = amounts.get(toColumnKey(key));
      return amount === undefined ? [] : [[key, amount] as const];
    }),
  );
}

/**
 * A key as the column takes it. Names of users and sessions may be any text: PostgreSQL refuses NUL, and half a
 * surrogate pair would be stored as another character, so that what was counted could not be found again.
 */
const toColumnKey = (key: string): string =>
  /\0|\p{Surrogate}/u.test(key)
    ? key.replace(/[\0\\]|\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : key;

const asStored = (counter: Counter): Counter => ({ ...counter, key: toColumnKey(counter.key) });

async function readStored(transaction: TenantTransaction, counters: readonly Counter[]): Promise<Map<string, number>> {
  const calendar = counters.filter(({ kind }) => kind === undefined);
  const rows = await transaction.query<{ key: string; amount: number }>(
    "SELECT key, amount FROM holdpoint.usage_counters WHERE key = ANY($1::text[])",
    [calendar.map(({ key }) => key)],
  );
  const amounts = new Map(rows.map(({ key, amount }) => [key, amount]));
  for (const counter of counters) {
    if (counter.kind === "sliding") amounts.set(counter.key, await readSliding(transaction, counter));
    if (counter.kind === "bucket") amounts.set(counter.key, await readBucket(transaction, counter));
  }
  return amounts;
}

/** Adds whole micro-dollars, or things counted, to a counter. */
export async function addUsage(transaction: TenantTransaction, counted: Counter, amount: number): Promise<void> {
  const counter = asStored(counted);
  if (counter.kind === "bucket") return addToBucket(transaction, counter, amount);
  await transaction.query(
    `INSERT INTO holdpoint.usage_counters (organization_id, key, window_start, amount) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organization_id, key) DO UPDATE SET amount = usage_counters.amount + excluded.amount`,
    [transaction.organizationId, counter.key, new Date(counter.start), amount],
  );
}

const lengthOf = ({ window }: Counter): number => (window === "session" ? 0 : windowLengthMs[window]);
const seriesOf = ({ key }: Counter): string => key.slice(0, key.lastIndexOf("|"));

/** The sum of the slots within the window: each was added under the start that the window had then. */
async function readSliding(transaction: TenantTransaction, counter: Counter): Promise<number> {
  const start = new Date(counter.start);
  const rows = await transaction.query<{ amount: number }>(
    `SELECT coalesce(sum(amount), 0)::bigint AS amount FROM holdpoint.usage_counters
     WHERE starts_with(key, $1) AND window_start >= $2`,
    [`${seriesOf(counter)}|`, new Date(start.getTime() - lengthOf(counter))],
  );
  return rows[0]?.amount ?? Number.NaN;
}

/** What a bucket held when it was last added to, in parts of a call, less what has leaked since. */
const leaked = `greatest(0, usage_counters.amount - $LEAK::bigint *
  greatest(0, (extract(epoch FROM ($NOW::timestamptz - usage_counters.window_start)) * 1000)::bigint))`;

async function readBucket(transaction: TenantTransaction, counter: Counter): Promise<number> {
  const rows = await transaction.query<{ amount: number }>(
    `SELECT ${leaked.replace("$LEAK", "$2").replace("$NOW", "$3")}::bigint AS amount
     FROM holdpoint.usage_counters WHERE key = $1`,
    [seriesOf(counter), counter.leak ?? 0, new Date(counter.start)],
  );
  return Math.ceil((rows[0]?.amount ?? 0) / lengthOf(counter));
}

async function addToBucket(transaction: TenantTransaction, counter: Counter, amount: number): Promise<void> {
  await transaction.query(
    `INSERT INTO holdpoint.usage_counters (organization_id, key, window_start, amount) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organization_id, key) DO UPDATE SET window_start = excluded.window_start,
       amount = ${leaked.replace("$LEAK", "$5").replace("$NOW", "excluded.window_start")} + excluded.amount`,
    [
      transaction.organizationId,
      seriesOf(counter),
      new Date(counter.start),
      amount * lengthOf(counter),
      counter.leak ?? 0,
    ],
  );
}
