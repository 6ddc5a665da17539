import {
  addLabels,
  appendStep,
  type EnforceRequest,
  type SessionEffect,
  type SessionState,
  sha256Hex,
} from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { TenantTransaction } from "./tenant";

/** What the sessions of one request have done: what `read` gives, by id. */
export interface SessionStates {
  /** Undefined for a session that has not begun; throws when there is no room for another one. */
  read(sessionId: string): SessionState | undefined;
}

const noRoom = "no room";

/**
 * The histories of the session of a request and of the one that it was delegated from. One without a step for
 * `sessionIdleMs` is over. An organisation has at most `sessionCapacity`; beyond that a session that has not begun
 * cannot be read, so that its policies fail closed. Call it with the usage locked.
 */
export async function readSessions(
  transaction: TenantTransaction,
  { sessionId = "", parentSessionId = "" }: EnforceRequest,
  now: Date,
): Promise<SessionStates> {
  const idleBefore = new Date(now.getTime() - defaults.sessionIdleMs);
  const ids = [...new Set([sessionId, parentSessionId])].filter((id) => id !== "");
  const rows = await transaction.query<{ session_hash: string; state: string }>(
    "SELECT session_hash, state FROM holdpoint.usage_sessions WHERE session_hash = ANY($1::text[]) AND last_step_at > $2",
    [ids.map(hashOf), idleBefore],
  );
  const states = new Map(rows.map((row) => [row.session_hash, JSON.parse(row.state) as SessionState]));
  const full = ids.some((id) => !states.has(hashOf(id))) && !(await hasRoom(transaction, idleBefore));
  return {
    read(id) {
      const state = states.get(hashOf(id));
      if (!state && full) throw new RangeError(noRoom);
      return state;
    },
  };
}

const hashOf = (sessionId: string): string => sha256Hex(sessionId);

/** Room for the session of a step and the one it was delegated from. Those that are over go when it is needed. */
async function hasRoom(transaction: TenantTransaction, idleBefore: Date): Promise<boolean> {
  if ((await countSessions(transaction)) + 2 <= defaults.sessionCapacity) return true;
  await transaction.query("DELETE FROM holdpoint.usage_sessions WHERE last_step_at <= $1", [idleBefore]);
  return (await countSessions(transaction)) + 2 <= defaults.sessionCapacity;
}

async function countSessions(transaction: TenantTransaction): Promise<number> {
  const [row] = await transaction.query<{ count: number }>("SELECT count(*) AS count FROM holdpoint.usage_sessions");
  return row?.count ?? 0;
}

/** Adds a step to its session, and its labels to the session that it was delegated from. */
export async function recordStep(
  transaction: TenantTransaction,
  states: SessionStates,
  { sessionId, parentSessionId, step }: SessionEffect,
  now: Date,
): Promise<void> {
  await write(transaction, sessionId, appendStep(states.read(sessionId), step), now);
  if (parentSessionId === "" || parentSessionId === sessionId || step.labels.length === 0) return;
  const parent = states.read(parentSessionId) ?? { startedMs: step.atMs, steps: [], labels: [], truncated: false };
  await write(transaction, parentSessionId, { ...parent, labels: addLabels(parent.labels, step.labels) }, now);
}

async function write(transaction: TenantTransaction, sessionId: string, state: SessionState, now: Date): Promise<void> {
  await transaction.query(
    `INSERT INTO holdpoint.usage_sessions (organization_id, session_hash, state, last_step_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organization_id, session_hash) DO UPDATE SET state = excluded.state, last_step_at = excluded.last_step_at`,
    [transaction.organizationId, hashOf(sessionId), JSON.stringify(state), now],
  );
}
