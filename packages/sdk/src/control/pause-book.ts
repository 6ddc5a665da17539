import type { Level, Pause } from "@holdpoint/core";

export interface PauseBook {
  /** Every pause that may hold somebody; whether one is over is decided with the clock, per call. */
  readonly list: () => readonly Pause[];
  /** A bundle's pauses: the whole truth of the control plane at this version, up to `askedMs`, when it was asked for. */
  setRemote(pauses: readonly Pause[], askedMs: number, version: number): void;
  /** The same pauses were still the whole truth at `askedMs`. */
  confirmRemote(askedMs: number, version: number): void;
  /**
   * A pushed pause holds at once. A bundle that was asked for before the push does not lift it, nor one of a version before
   * that of the push, for it may not know of it yet; lifting is only ever believed of a signed bundle.
   */
  addPushed(pause: Pause, nowMs: number, version?: number): void;
  addLocal(pause: Pause): void;
  /** Lifts local pauses alone. True when there was one. */
  removeLocal(level: Level, targetId: string): boolean;
}

const maxPushed = 10_000;

/** The kill switches that are on, from wherever they come. `onChange` gets the new list. */
export function createPauseBook(onChange: (pauses: readonly Pause[]) => void): PauseBook {
  const local = new Map<string, Pause>();
  const pushed = new Map<string, { readonly pause: Pause; readonly atMs: number; readonly version: number }>();
  let remote: readonly Pause[] = [];
  const keyOf = ({ level, targetId }: Pick<Pause, "level" | "targetId">): string => `${level}\n${targetId}`;
  const list = (): readonly Pause[] => [
    ...remote,
    ...[...pushed.values()].map(({ pause }) => pause),
    ...local.values(),
  ];
  const forget = (askedMs: number, known: number): boolean => {
    const before = pushed.size;
    for (const [key, { atMs, version }] of pushed) if (atMs < askedMs && version <= known) pushed.delete(key);
    return pushed.size < before;
  };
  const changed = (): void => onChange(Object.freeze(list()));
  return {
    list,
    setRemote(pauses, askedMs, version) {
      remote = pauses;
      forget(askedMs, version);
      changed();
    },
    confirmRemote(askedMs, version) {
      if (forget(askedMs, version)) changed();
    },
    addPushed(pause, nowMs, version = 0) {
      if (pushed.size >= maxPushed) return;
      // A target may be held for several reasons: a short one must not take the place of a long one.
      pushed.set(JSON.stringify([keyOf(pause), pause.reason, pause.until]), { pause, atMs: nowMs, version });
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
