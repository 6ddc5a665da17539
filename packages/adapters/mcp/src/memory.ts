import {
  defaults,
  type EnforcementHaltError,
  EnforcementUnavailableError,
  type Holdpoint,
  isEnforcementHaltError,
} from "@holdpoint/sdk";

/** What gates and clients of one SDK client know together; bounded. */
interface Memory {
  /** What stopped a request, by the id that its answer carries. */
  readonly halts: Map<string, EnforcementHaltError>;
  /** Canaries under way: each is the id of an agent that is paused. */
  readonly canaries: Set<string>;
}

const memories = new WeakMap<Holdpoint, Memory>();

export function memoryOf(hp: Holdpoint): Memory {
  let memory = memories.get(hp);
  if (!memory) {
    memory = { halts: new Map(), canaries: new Set() };
    memories.set(hp, memory);
  }
  return memory;
}

/** Adds an entry and lets the oldest one go when the map is full. */
export function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > defaults.adapterOpenRuns && oldest !== undefined) map.delete(oldest);
}

/** The error that stops the step: a halt as it is, anything else as EnforcementUnavailableError with its cause. */
export function asHalt(error: unknown): EnforcementHaltError {
  if (isEnforcementHaltError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}

/** Under `_meta` of a stopped answer, or in `data` of an error: what stopped it. */
export const haltKey = "holdpoint/halt";
/** Under `_meta` of a request: a canary of `verify`. */
export const canaryKey = "holdpoint/canary";
