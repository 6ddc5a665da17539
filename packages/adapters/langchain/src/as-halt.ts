import { type EnforcementHaltError, EnforcementUnavailableError, isEnforcementHaltError } from "@holdpoint/sdk";

/** The error that stops the agent: a halt as it is, anything else as EnforcementUnavailableError with its cause. */
export function asHalt(error: unknown): EnforcementHaltError {
  if (isEnforcementHaltError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}

/** Does the work; throws what stops the agent. */
export async function orHalt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asHalt(error);
  }
}

/** Our error inside whatever a framework threw: itself, or along `cause`. Undefined when there is none. */
export function findHalt(error: unknown): EnforcementHaltError | undefined {
  const seen = new Set<unknown>();
  let current = error;
  while (typeof current === "object" && current !== null && !seen.has(current)) {
    if (isEnforcementHaltError(current)) return current;
    seen.add(current);
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
