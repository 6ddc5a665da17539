import { addLabels, appendStep, type Clock, type SessionEffect, type SessionState } from "@holdpoint/core";

export interface MemorySessions {
  /** What a session has done; throws for one that is not held when there is no room for it. */
  session(sessionId: string): SessionState | undefined;
  record(effect: SessionEffect): void;
  readonly size: () => number;
}

const sweepPauseMs = 1000;

/**
 * Histories of sessions in memory, at most `capacity`. One without a step for `idleMs` is over and goes when room is
 * needed; when none is, a session that is not held cannot be read, so that its policies fail closed.
 */
export function createMemorySessions(clock: Clock, capacity: number, idleMs: number): MemorySessions {
  // The order of the map is that of the last steps.
  const sessions = new Map<string, { state: SessionState; lastMs: number }>();
  let sweptMs = Number.NEGATIVE_INFINITY;

  const hasRoom = (): boolean => {
    if (sessions.size < capacity) return true;
    const nowMs = clock();
    if (nowMs >= sweptMs && nowMs - sweptMs < sweepPauseMs) return false;
    sweptMs = nowMs;
    for (const [id, { lastMs }] of sessions) {
      if (nowMs - lastMs < idleMs) break;
      sessions.delete(id);
    }
    return sessions.size < capacity;
  };

  const put = (id: string, state: SessionState): void => {
    sessions.delete(id);
    sessions.set(id, { state, lastMs: clock() });
  };

  return {
    size: () => sessions.size,
    session(sessionId) {
      const held = sessions.get(sessionId);
      if (held && clock() - held.lastMs < idleMs) return held.state;
      if (held) sessions.delete(sessionId);
      else if (!hasRoom()) throw new RangeError("there is no room for another session");
      return undefined;
    },
    record({ sessionId, parentSessionId, step }) {
      if (sessions.has(sessionId) || hasRoom()) put(sessionId, appendStep(sessions.get(sessionId)?.state, step));
      if (parentSessionId === "" || parentSessionId === sessionId || step.labels.length === 0) return;
      const parent = sessions.get(parentSessionId)?.state;
      if (!parent && !hasRoom()) return;
      const base = parent ?? { startedMs: step.atMs, steps: [], labels: [], truncated: false };
      put(parentSessionId, { ...base, labels: addLabels(base.labels, step.labels) });
    },
  };
}
