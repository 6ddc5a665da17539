import type { CallOptions, Holdpoint } from "@holdpoint/sdk";

/** In the metadata of a guarded model: a handler of the same client leaves its checks to the guard. */
export const guardMark = "holdpoint-guard";

/** Not to be guessed, and another for every client. */
const marks = new WeakMap<Holdpoint, string>();

export function markOf(hp: Holdpoint): string {
  const mark = marks.get(hp) ?? crypto.randomUUID();
  marks.set(hp, mark);
  return mark;
}

const guarded = new WeakMap<object, Holdpoint>();

export const markGuarded = (model: object, hp: Holdpoint): void => void guarded.set(model, hp);

/** True for what `guardModel` gave back, for this client when one is named. */
export function isGuardedModel(model: unknown, hp?: Holdpoint): boolean {
  const by = typeof model === "object" && model !== null ? guarded.get(model) : undefined;
  return by !== undefined && (hp === undefined || by === hp);
}

type TraceLookup = (runId: string) => CallOptions;

const lookups = new WeakMap<object, TraceLookup>();

/** A handler tells in which trace a run of the framework is recorded. */
export const offerTraces = (handler: object, lookup: TraceLookup): void => void lookups.set(handler, lookup);

/** The trace of a run, if a handler of ours records it. */
export function traceOfRun(
  run: { readonly runId: string; readonly handlers: readonly object[] } | undefined,
): CallOptions {
  for (const handler of run?.handlers ?? []) {
    const lookup = lookups.get(handler);
    if (run && lookup) return lookup(run.runId);
  }
  return {};
}
