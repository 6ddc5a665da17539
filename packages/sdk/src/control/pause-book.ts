import type { Level, Pause } from "@holdpoint/core";

export interface PauseBook {
  /** Every pause that may hold somebody; whether one is over is decided with the clock, per call. */
  readonly list: () => readonly Pause[];
  /** A bundle's pauses: the whole truth of the control plane up to `askedMs`, when it was asked for. */
  setRemote(pauses: readonly Pause[], askedMs: number): void;
  /** The same pauses were still the whole truth at `askedMs`. */
  confirmRemote(askedMs: number): void;
  /**
   * A pushed pause holds at once. A bundle that was asked for before the push does not lift it, for it may not know of
   * it yet; lifting is only ever believed of a signed bundle.
   */
  addPushed(pause: Pause, nowMs: number): void;
  addLocal(pause: Pause): void;
  /** Lifts local pauses alone. True when there was one. */
  removeLocal(level: Level, targetId: string): boolean;
}

const maxPushed = 10_000;

/** The kill switches that are on, from wherever they come. `onChange` gets the new list. */
export function createPauseBook(onChange: (pauses: readonly Pause[]) => void): PauseBook {
  const local = new Map<string, Pause>();
  const pushed = new Map<string, { readonly pause: Pause; readonly atMs: number }>();
  let remote: readonly Pause[] = [];
  const keyOf = ({ level, targetId }: Pick<Pause, "level" | "targetId">): string => `${level}\n${targetId}`;
  const list = (): readonly Pause[] => [
    ...remote,
    ...[...pushed.values()].map(({ pause }) => pause),
    ...local.values(),
  ];
  const forget = (askedMs: number): boolean => {
    const before = pushed.size;
    for (const [key, { atMs }] of pushed) if (atMs < askedMs) pushed.delete(key);
    return pushed.size < before;
  };
  const changed = (): void => onChange(Object.freeze(list()));
  return {
    list,
    setRemote(pauses, askedMs) {
      remote = pauses;
      forget(askedMs);
      changed();
    },
    confirmRemote(askedMs) {
      if (forget(askedMs)) changed();
    },
    addPushed(pause, nowMs) {
      if (pushed.size >= maxPushed) return;
      // A target may be held for several reasons: a short one must not take the place of a long one.
      pushed.set(JSON.stringify([keyOf(pause), pause.reason, pause.until]), { pause, atMs: nowMs });
      changed();
    },
    addLocal(pause) {
      local.set(keyOf(pause), pause);
      changed();
    },
    removeLocal(level, targetId) {
      const removed = local.delete(keyOf({ level, targetId }));
      if (removed) changed();
      return removed;
    },
  };
}
