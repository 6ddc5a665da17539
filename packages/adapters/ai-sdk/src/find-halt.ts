import { type EnforcementHaltError, EnforcementUnavailableError, isEnforcementHaltError } from "@holdpoint/sdk";

/** The error that stops the agent: a halt as it is, anything else as EnforcementUnavailableError with its cause. */
export function asHalt(error: unknown): EnforcementHaltError {
  if (isEnforcementHaltError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}

/** Runs a check; whatever it throws becomes a halt. */
export async function orHalt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asHalt(error);
  }
}

/**
 * Our error inside whatever the framework threw or gave to `onError`: itself, or along `cause`, `error` and `errors`.
 * Undefined when there is none.
 */
export function findHalt(error: unknown): EnforcementHaltError | undefined {
  const seen = new Set<object>();
  const search = (value: unknown): EnforcementHaltError | undefined => {
    if (isEnforcementHaltError(value)) return value;
    if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
    seen.add(value);
    const { cause, error, errors } = value as Record<string, unknown>;
    for (const inner of [cause, error, ...(Array.isArray(errors) ? errors : [])]) {
      const found = search(inner);
      if (found) return found;
    }
    return undefined;
  };
  return search(error);
}
