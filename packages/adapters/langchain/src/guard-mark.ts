import type { CallOptions } from "@holdpoint/sdk";

/** In the metadata of a guarded model: a handler of ours leaves its checks to the guard. Not to be guessed. */
export const guardMark = `holdpoint-guard-${crypto.randomUUID()}`;

const guarded = new WeakSet<object>();

export const markGuarded = (model: object): void => void guarded.add(model);

/** True for what `guardModel` gave back. */
export const isGuardedModel = (model: unknown): boolean =>
  typeof model === "object" && model !== null && guarded.has(model);

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
