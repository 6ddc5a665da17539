import type { PlatformClock } from "../platform/platform";

export interface ApprovalWakes {
  /** Resolves when the approval is pushed, after the delay, or when the answer no longer matters. */
  wait(id: string, delayMs: number, clock: PlatformClock, stopped: AbortSignal): Promise<void>;
  /** An approval was decided: those who wait for it look at once. Without an id all do. */
  wake(id?: string): void;
}

export function createApprovalWakes(): ApprovalWakes {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wait(id, delayMs, clock, stopped) {
      return new Promise((resolve) => {
        const sleepers = waiting.get(id) ?? new Set();
        waiting.set(id, sleepers);
        const done = (): void => {
          cancel();
          stopped.removeEventListener("abort", done);
          sleepers.delete(done);
          if (sleepers.size === 0) waiting.delete(id);
          resolve();
        };
        const cancel = clock.schedule(done, delayMs, { keepAlive: true });
        stopped.addEventListener("abort", done, { once: true });
        sleepers.add(done);
        if (stopped.aborted) done();
      });
    },
    wake(id) {
      const ids = id === undefined ? [...waiting.keys()] : [id];
      for (const each of ids) for (const done of [...(waiting.get(each) ?? [])]) done();
    },
  };
}
