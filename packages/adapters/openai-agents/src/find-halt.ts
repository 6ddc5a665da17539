import { type EnforcementHaltError, EnforcementUnavailableError, isEnforcementHaltError } from "@holdpoint/sdk";

/** The error that stops the agent: a halt as it is, anything else as EnforcementUnavailableError with its cause. */
export function asHalt(error: unknown): EnforcementHaltError {
  if (isEnforcementHaltError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}

/** What a guardrail tells the framework. Written as JSON into messages and run states: the error itself stays out. */
export interface HaltInfo {
  readonly code: string;
  readonly message: string;
  /** Not enumerable. */
  readonly halt: EnforcementHaltError;
}

export function createHaltInfo(halt: EnforcementHaltError): HaltInfo {
  const info = { code: halt.code, message: halt.message };
  Object.defineProperty(info, "halt", { value: halt });
  return info as HaltInfo;
}

/** By run context: the framework strips an output guardrail's error of all that it carried. */
const haltsByContext = new WeakMap<object, EnforcementHaltError>();

export const rememberHalt = (context: object, halt: EnforcementHaltError): void =>
  void haltsByContext.set(context, halt);

/**
 * Our error inside whatever `run()` threw: itself, or along `cause`, `error`, `errors` and a guardrail's output info,
 * or what stopped the run that the error belongs to. Undefined when there is none.
 */
export function findHalt(error: unknown): EnforcementHaltError | undefined {
  const seen = new Set<object>();
  const search = (value: unknown): EnforcementHaltError | undefined => {
    if (isEnforcementHaltError(value)) return value;
    if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
    seen.add(value);
    const { cause, error, errors, halt, result } = value as Record<string, unknown>;
    const info = (result as { output?: { outputInfo?: unknown } } | undefined)?.output?.outputInfo;
    for (const inner of [halt, info, error, cause, ...(Array.isArray(errors) ? errors : [])]) {
      const found = search(inner);
      if (found) return found;
    }
    const context = (value as { state?: { _context?: unknown } }).state?._context;
    return typeof context === "object" && context !== null ? haltsByContext.get(context) : undefined;
  };
  return search(error);
}
