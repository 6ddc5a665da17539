import type { PlatformClock } from "../platform/platform";

/** One who waits for an approval. */
export interface ApprovalWatch {
  /**
   * Resolves when the approval was pushed since the last call, is pushed, after the delay, or when the answer no longer
   * matters.
   */
  next(delayMs: number, clock: PlatformClock, stopped: AbortSignal): Promise<void>;
  end(): void;
}

export interface ApprovalWakes {
  watch(id: string): ApprovalWatch;
  /** An approval was decided: those who wait for it look at once. Without an id all do. */
  wake(id?: string): void;
}

interface Watcher {
  /** A push has come that nobody has looked at: also while the last answer was on its way. */
  pushed: boolean;
  done: () => void;
}

export function createApprovalWakes(): ApprovalWakes {
  const watchers = new Map<string, Set<Watcher>>();
  return {
    watch(id) {
      const watcher: Watcher = { pushed: false, done: () => undefined };
      const others = watchers.get(id) ?? new Set();
      watchers.set(id, others.add(watcher));
      return {
        async next(delayMs, clock, stopped) {
          if (!watcher.pushed && !stopped.aborted) await sleepUntilDone(watcher, delayMs, clock, stopped);
          watcher.pushed = false;
        },
        end() {
          others.delete(watcher);
          if (others.size === 0 && watchers.get(id) === others) watchers.delete(id);
        },
      };
    },
    wake(id) {
      for (const set of id === undefined ? watchers.values() : [watchers.get(id) ?? []]) {
        for (const watcher of set) {
          watcher.pushed = true;
          watcher.done();
        }
      }
    },
  };
}

function sleepUntilDone(watcher: Watcher, delayMs: number, clock: PlatformClock, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    watcher.done = (): void => {
      cancel();
      stopped.removeEventListener("abort", watcher.done);
      resolve();
    };
    const cancel = clock.schedule(watcher.done, delayMs, { keepAlive: true });
    stopped.addEventListener("abort", watcher.done, { once: true });
  });
}
