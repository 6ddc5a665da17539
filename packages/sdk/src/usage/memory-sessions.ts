import {
  addLabels,
  beginSession,
  type Clock,
  extendSession,
  type OpenSession,
  type SessionEffect,
  type SessionState,
} from "@holdpoint/core";

export interface MemorySessions {
  /** What a session has done, as it grows; throws for one that is not held when there is no room for it. */
  session(sessionId: string): SessionState | undefined;
  record(effect: SessionEffect): void;
  readonly size: () => number;
}

interface Held {
  readonly state: OpenSession;
  lastMs: number;
}

const sweepPauseMs = 1000;

/**
 * Histories of sessions in memory, at most `capacity`. One without a step for `idleMs` is over and goes when room is
 * needed; when none is, a session that is not held cannot be read, so that its policies fail closed.
 */
export function createMemorySessions(clock: Clock, capacity: number, idleMs: number): MemorySessions {
  const sessions = new Map<string, Held>();
  let sweptMs = Number.NEGATIVE_INFINITY;
  /** The one that was asked for last: its step is recorded next. */
  let lastId = "";
  let last: Held | undefined;

  const find = (sessionId: string): Held | undefined => {
    if (sessionId === lastId && last) return last;
    lastId = sessionId;
    last = sessions.get(sessionId);
    return last;
  };
  const forget = (sessionId: string): void => {
    sessions.delete(sessionId);
    last = undefined;
  };

  const hasRoom = (): boolean => {
    if (sessions.size < capacity) return true;
    const nowMs = clock();
    if (nowMs >= sweptMs && nowMs - sweptMs < sweepPauseMs) return false;
    sweptMs = nowMs;
    for (const [id, { lastMs }] of sessions) if (nowMs - lastMs >= idleMs) forget(id);
    return sessions.size < capacity;
  };

  return {
    size: () => sessions.size,
    session(sessionId) {
      const held = find(sessionId);
      if (held && clock() - held.lastMs < idleMs) return held.state;
      if (held) forget(sessionId);
      else if (!hasRoom()) throw new RangeError("there is no room for another session");
      return undefined;
    },
    record({ sessionId, parentSessionId, step }) {
      const held = find(sessionId);
      if (held) {
        extendSession(held.state, step);
        held.lastMs = clock();
      } else if (hasRoom()) sessions.set(sessionId, { state: beginSession(step), lastMs: clock() });
      if (parentSessionId === "" || parentSessionId === sessionId || step.labels.length === 0) return;
      const parent = find(parentSessionId);
      if (parent) {
        parent.state.labels = addLabels(parent.state.labels, step.labels);
        parent.lastMs = clock();
      } else if (hasRoom()) {
        const state = { startedMs: step.atMs, steps: [], labels: addLabels([], step.labels), truncated: false };
        sessions.set(parentSessionId, { state, lastMs: clock() });
      }
    },
  };
}
